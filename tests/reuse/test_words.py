"""Words that not everybody may read are in no public answer, index, vocabulary or cached page."""

import json
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import connection, transaction
from django.test import Client

from page_cache import middleware as page_cache
from practices.exchange.exporting import cases_export
from reuse.choices import Source, Standing, Via, Words
from reuse.models import Adoption
from reuse.services import adoption_decline, adoption_propose, adoption_undo
from search.models import SearchEntry, Word
from users.models import User

WORD = "zqw"  # each planted word begins with it
SHOWN = "leesbaarwoord"


def plant(number: int) -> dict[str, Any]:
    """Return a statement in which each text has a word of its own."""
    words = [f"{WORD}{'abcdefgh'[number]}{letter}" for letter in "pqrstuvy"]
    effects = [{"label": words[3], "value": words[4], "unit": words[5]}]
    texts = {"scope": words[0], "changed": words[1], "stop_words": words[2], "partners": words[6]}
    texts["effects"] = effects
    return {"status": "stopped", "stop_reason": "cost"} | texts


def words_of(row: Adoption) -> list[str]:
    """Return the planted words of a row."""
    return [row.scope, row.changed, row.stop_words, row.partners, *row.effects[0].values()]


@pytest.fixture
def planted(
    case: Any, record: Any, make_body: Any, make_member: Any, editor: User, run_tasks: Any
) -> list[Adoption]:
    """Return rows with words that wait, are hidden, or are of what ended or has no source."""

    def make(number: int, **fields: Any) -> Adoption:
        body = make_body(f"Gemeente {'ABCDEFGH'[number]}", province="zeeland")
        user = make_member(f"lid{number}", body)
        row = record(user=user, body=body, **plant(number))
        Adoption.objects.filter(pk=row.pk).update(**fields)
        return Adoption.objects.get(pk=row.pk)

    waiting, hidden = make(0), make(1, words=Words.HIDDEN)
    declined, undone = make(2, words=Words.SHOWN), make(3, words=Words.SHOWN)
    adoption_decline(adoption=declined, user=declined.recorded_by, via=Via.SITE)
    record(user=undone.recorded_by, body=undone.organisation, scope="Kort")
    assert adoption_undo(adoption=undone, user=undone.recorded_by)
    adoption_decline(adoption=undone, user=undone.recorded_by, via=Via.SITE)
    rows = [waiting, hidden, declined, undone, make(4, standing=Standing.AGED, words=Words.HIDDEN)]
    for number, proof in ((5, ""), (6, "https://ede.example/besluit")):
        body = make_body(f"Gemeente {'ABCDEFGH'[number]}")
        make_member(f"lid{number}", body)
        user, values = editor if not proof else None, plant(number) | {"status": "pilot", "proof": proof}
        proposed = adoption_propose(
            page=case, organisation=body, user=user, source=Source.EDITOR, values=values
        )
        assert proposed
        rows.append(proposed)
    read = make_body("Gemeente Leesbaar")
    record(user=make_member("leesbaar", read), body=read, changed=SHOWN)
    Adoption.objects.filter(organisation=read).update(words=Words.SHOWN)
    run_tasks()
    return [Adoption.objects.get(pk=row.pk) for row in rows]


@pytest.fixture
def addresses(planted: list[Adoption]) -> list[str]:
    """Return the addresses of all public answers that could tell it."""
    case = "/praktijkvoorbeelden/gemalen/"
    bodies = [row.organisation for row in planted]
    pages = ["/", case, f"{case}hergebruik/", "/praktijkvoorbeelden/", "/zoeken/?q=gemalen", "/organisaties/"]
    pages += [f"/zoeken/?q={WORD}", "/zoeken/?q=gemeente"]
    pages += [body.get_absolute_url() for body in bodies]
    api = ["cases", "cases/gemalen", "cases/gemalen/adoptions", "cases/gemalen/similar", "search?q=gemalen"]
    api += [f"organisations/{body.slug}/adoptions" for body in bodies]
    api += ["organisations", "suggest?q=zqw", "search?q=gemeente", "openapi.json"]
    files = ["/sitemap.xml", "/zoeken/resultaten.csv?q=gemalen", "/zoeken/resultaten.csv?q=gemeente"]
    return [*pages, *("/en" + page for page in pages), *("/api/v1/" + part for part in api), *files]


@pytest.fixture
def _caching(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cache pages from the first moment, as outside a test."""
    monkeypatch.setattr(page_cache, "STORE", page_cache.make_store(2**24))
    monkeypatch.setattr(page_cache, "REST_AFTER_CHANGE", 0.0)
    connection.run_on_commit.clear()
    monkeypatch.setattr(transaction, "on_commit", lambda function, **options: function())


def read(client: Client, address: str) -> str:
    """Return what a public answer says, without the question that a page repeats."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return body.decode().replace(f'value="{WORD}"', "").replace(f"q={WORD}", "")


@pytest.mark.usefixtures("_caching")
def test_no_public_answer_has_them(
    addresses: list[str], client: Client, make_member: Any, make_body: Any, as_user: Any
) -> None:
    stranger = as_user(make_member("vreemd", make_body("Gemeente Vreemd")))
    for browser in (client, client, stranger):  # the second time from the cache
        for address in addresses:
            if f"q={WORD}" not in address:
                assert WORD not in read(browser, address), address
    assert SHOWN in read(client, "/praktijkvoorbeelden/gemalen/hergebruik/")
    assert SHOWN in read(client, "/praktijkvoorbeelden/gemalen/")
    assert SHOWN in read(client, "/api/v1/cases/gemalen/adoptions")
    bodies = [body for _key, body, _headers in page_cache.STORE.values()]
    assert any(SHOWN.encode() in body for body in bodies)
    assert not any(WORD.encode() in body for body in bodies)


def test_nobody_finds_anything_by_them(planted: list[Adoption], client: Client) -> None:
    for row in planted:
        for word in words_of(row):
            answer = client.get("/api/v1/search", {"q": word, "literal": "1"}).json()
            assert (answer["total"], answer["maybe"], answer["suggestion"]) == (0, [], None)
    assert client.get("/api/v1/suggest", {"q": WORD}).json() == {"suggestions": []}


def test_no_index_and_no_vocabulary_has_them(planted: list[Adoption]) -> None:
    entries = SearchEntry.objects.values_list("title", "words", "facets", "document")
    assert entries.exists()
    assert WORD not in str(list(entries))
    assert not Word.objects.filter(word__contains=WORD).exists()


def test_no_page_says_which_organisation_ended_or_was_only_proposed(
    planted: list[Adoption], client: Client
) -> None:
    text = read(client, "/praktijkvoorbeelden/gemalen/hergebruik/")
    told = [row.organisation.name for row in planted if row.organisation.name in text]
    assert told == [f"Gemeente {letter}" for letter in "ABE"]


def test_an_export_takes_along_no_words_that_others_may_not_read(
    planted: list[Adoption], tmp_path: Any
) -> None:
    path = tmp_path / "cases.jsonl"
    cases_export(path=path)
    text = path.read_text()
    assert SHOWN in text
    assert WORD not in text
    told = {row["organisation"] for line in text.splitlines() for row in json.loads(line)["adoptions"]}
    assert told == {"Gemeente Leesbaar", *(f"Gemeente {letter}" for letter in "ABE")}


@pytest.mark.parametrize("source", [Source.IMPORT, Source.COLLEAGUE])
def test_the_api_names_nobody_of_whom_only_a_file_or_a_claim_says_so(
    case: Any, make_body: Any, client: Client, source: str
) -> None:
    values = {"status": "in-use", "proof": "https://ede.example/x" if source == Source.COLLEAGUE else ""}
    adoption_propose(
        page=case, organisation=make_body("Gemeente Zwijgt"), user=None, source=source, values=values
    )
    for part in ("cases/gemalen", "cases", "cases/gemalen/adoptions", "search?q=gemalen"):
        assert "Zwijgt" not in client.get(f"/api/v1/{part}").text
    assert [row.is_exported for row in case.all_adoptions] == [source == Source.IMPORT]


def test_colleagues_and_editors_read_them(planted: list[Adoption], editor: User, as_user: Any) -> None:
    TOTP.activate(editor, generate_totp_secret())
    desk = as_user(editor).get("/cms/overnames/").text
    for row in planted:
        colleague = User.objects.get(member__organisation=row.organisation)
        for browser in (as_user(colleague), as_user(editor)):
            page = browser.get(row.get_absolute_url()).text
            missing = [word for word in words_of(row) if word not in page]
            assert not missing
        assert (row.scope in desk) == (row.standing != Standing.ENDED)
