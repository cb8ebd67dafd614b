"""The pages of reuse: who may do what, what bad input becomes, and that looking changes and leaks nothing."""

import datetime
import random
import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import PageViewRestriction

from members.models import Member
from organisations.models import Organisation
from reuse.choices import Change, Source, Standing, Via, Words
from reuse.models import Adoption, AdoptionEvent
from reuse.services import (
    COLLECTED_FOR,
    adoption_confirm,
    adoption_propose,
    adoption_set_words,
    adoption_withdraw,
)
from users.models import User

CASE = "/praktijkvoorbeelden/gemalen/"
REUSE = f"{CASE}hergebruik/"
RECORD, PROPOSE = f"{REUSE}melden/", f"{REUSE}voorstellen/"
ROWS = {"effecten-TOTAL_FORMS": "1", "effecten-INITIAL_FORMS": "0"}
FILLED = {"status": "in-use", "contact": "", "started_from": ""} | ROWS
TOKEN = re.compile(r'value="\w{64}"')
MARKUP = "<script>alert(1)</script><b>vet</b>"
MARKS = "\u202egniteg\u202c \u200bverborgen"


def effect(label: str = "", value: str = "", unit: str = "") -> dict[str, str]:
    """Return one row of effects as a browser sends it."""
    return {"effecten-0-label": label, "effecten-0-value": value, "effecten-0-unit": unit}


def read(answer: Any) -> Any:
    """Return the page as a tree."""
    return BeautifulSoup(answer.text, "html.parser")


def error_at(answer: Any, name: str) -> str:
    """Return what the page says at a field, or nothing."""
    found = read(answer).find(id=f"id_{name}_error")
    return found.get_text(" ", strip=True) if found else ""


@pytest.fixture
def claims_only(make_member: Any, ede: Any) -> User:
    """Return somebody who says that she works at Ede, which nobody confirmed."""
    return make_member("beweert", ede, proof="")


@pytest.fixture
def proposal(case: Any, ede: Any, editor: User) -> Adoption:
    """Return a proposal of the editors that Ede does this."""
    found = adoption_propose(
        page=case, organisation=ede, user=editor, source=Source.EDITOR, values={"status": "in-use"}
    )
    assert found
    return found


@pytest.fixture
def browser_of_editor(editor: User, as_user: Any) -> Client:
    """Return the browser of an editor, with the second step that `/cms/` asks for."""
    TOTP.activate(editor, generate_totp_secret())
    return as_user(editor)


# --- who may what -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [RECORD, PROPOSE, "/overnames/1/", "/mijn/"])
def test_a_visitor_logs_in_first(case: Any, client: Client, address: str) -> None:
    for answer in (client.get(address), client.post(address, FILLED)):
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/login/")
    assert not AdoptionEvent.objects.exists()


def test_a_visitor_reads_who_does_this_too(case: Any, record: Any, client: Client) -> None:
    assert "Nog geen andere organisatie" in client.get(REUSE).text
    record(scope="Twee wijken")
    assert "Gemeente Ede" in client.get(REUSE).text


@pytest.mark.parametrize("address", [RECORD, PROPOSE])
def test_an_account_that_waits_says_nothing(case: Any, noor: User, as_user: Any, address: str) -> None:
    User.objects.filter(pk=noor.pk).update(approved_at=None)
    client = as_user(User.objects.get(pk=noor.pk))
    assert client.get(address).status_code == 403
    assert client.post(address, FILLED).status_code == 403
    assert not AdoptionEvent.objects.exists()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"body": None}, "waar je werkt"),
        ({"kind": "bedrijf"}, "Bedrijven leggen hier niets vast"),
        ({"is_maker": True}, "zelf gemaakt"),
    ],
)
def test_who_has_no_say_reads_why(
    case: Any, make_member: Any, make_body: Any, as_user: Any, fields: dict[str, Any], said: str
) -> None:
    body = None if "body" in fields else make_body("Proef", kind=fields.get("kind", "gemeente"))
    body = case.organisations()[0] if fields.get("is_maker") else body
    client = as_user(make_member("lid", body))
    assert said in client.get(RECORD).text
    assert said in client.post(RECORD, FILLED).text
    assert not AdoptionEvent.objects.exists()


def test_a_member_without_a_profile_reads_that_too(case: Any, as_user: Any) -> None:
    user = User.objects.create_user("los@adres.example", approved_at=timezone.now())
    assert "waar je werkt" in as_user(user).post(RECORD, FILLED).text


def test_who_speaks_for_an_organisation_records_it(case: Any, noor: User, ede: Any, as_user: Any) -> None:
    values = FILLED | {"since": "2024", "scope": "Twee wijken", "contact": str(noor.member.pk)}
    answer = as_user(noor).post(RECORD, values | effect("Storingen", "30", "% minder"))
    row = Adoption.objects.get()
    assert answer["Location"] == row.get_absolute_url()
    assert (row.organisation, row.standing, row.since) == (ede, Standing.CONFIRMED, 2024)
    assert row.effects == [{"label": "Storingen", "value": "30", "unit": "% minder"}]
    assert (row.contact, row.has_contact_agreed) == (noor.member, True)
    said = as_user(noor).post(RECORD, values, follow=True).text
    assert "Je wijziging is bewaard" in said
    assert "Het staat erbij" not in said


def test_who_just_said_it_is_not_asked_at_once_if_it_is_still_so(
    noor: User, record: Any, as_user: Any
) -> None:
    row = record()
    assert "Ja, dit klopt nog" not in as_user(noor).get(row.get_absolute_url()).text
    Adoption.objects.update(confirmed_at=timezone.now() - datetime.timedelta(days=31))
    assert "Ja, dit klopt nog" in as_user(noor).get(row.get_absolute_url()).text


def test_companies_are_named_as_partners_once_an_editor_read_it(
    case: Any, noor: User, editor: User, as_user: Any, client: Client
) -> None:
    as_user(noor).post(RECORD, FILLED | {"partners": "Pompen en Zonen"})
    assert "Pompen en Zonen" not in client.get(REUSE).text
    adoption_set_words(adoption=Adoption.objects.get(), user=editor, is_shown=True)
    assert "Samen met Pompen en Zonen" in client.get(REUSE).text


def test_the_page_of_a_row_says_from_whom_for_whom_and_how_far_it_was(
    record: Any, make_member: Any, make_body: Any, noor: User, as_user: Any
) -> None:
    epe, oss = make_body("Gemeente Epe"), make_body("Gemeente Oss")
    first = record(user=make_member("sam", epe), body=epe)
    row = record(status="pilot", started_from=first, on_behalf_of=(oss,))
    record(status="in-use", started_from=first, on_behalf_of=(oss,))
    Adoption.objects.update(confirmed_at=datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC))
    said = read(as_user(noor).get(row.get_absolute_url())).get_text(" ", strip=True)
    assert "Vanaf maart 2027 vragen we of dit nog klopt." in said
    assert "Overgenomen van Gemeente Epe" in said
    assert "Namens Gemeente Oss" in said
    assert "gewijzigd op de site (in gebruik)" in said
    assert "vastgelegd op de site (proef)" in said


def test_who_proposes_reads_of_that_organisation_and_not_of_her_own(
    case: Any, editor: User, as_user: Any
) -> None:
    answer = as_user(editor).post(PROPOSE, {"organisation": "Gemeente Ede"})
    assert error_at(answer, "status") == "Kies hoe ver die organisatie is."
    assert "jullie" not in read(answer).find("form", class_="form-panel").get_text()


def test_who_only_claims_to_work_there_proposes_it(case: Any, claims_only: User, as_user: Any) -> None:
    client = as_user(claims_only)
    assert "We weten nog niet zeker" in client.get(RECORD).text
    answer = client.post(RECORD, FILLED, follow=True)
    assert "Je voorstel is bewaard" in answer.text
    row = Adoption.objects.get()
    assert (row.standing, row.source) == (Standing.PROPOSED, Source.COLLEAGUE)
    own = client.get(row.get_absolute_url())
    assert own.status_code == 200
    assert "Ja, wij doen dit" not in own.text
    assert client.post(f"{row.get_absolute_url()}bevestig/").status_code == 404
    assert client.get(RECORD).url == row.get_absolute_url()


def test_who_proposed_finds_it_on_her_own_page_and_can_take_it_back(
    case: Any, claims_only: User, noor: User, as_user: Any
) -> None:
    client = as_user(claims_only)
    client.post(RECORD, FILLED)
    row = Adoption.objects.get()
    address = row.get_absolute_url()
    assert address in client.get("/mijn/").text
    assert "Trek je voorstel in" in client.get(address).text
    assert "Trek je voorstel in" not in as_user(noor).get(address).text
    assert as_user(noor).post(f"{address}trek-in/").status_code == 404
    answer = client.post(f"{address}trek-in/", follow=True)
    assert "Je voorstel is ingetrokken" in answer.text
    row.refresh_from_db()
    assert row.standing == Standing.ENDED
    assert row.events.first().change == Change.WITHDRAWN
    assert client.get(address).status_code == 404
    assert address not in client.get("/mijn/").text
    again = client.post(f"{address}trek-in/", follow=True)  # in another window
    assert "niets meer om in te trekken" in again.text


def test_what_was_withdrawn_is_filled_in_for_who_withdrew_it_alone(
    case: Any, claims_only: User, make_member: Any, ede: Any, as_user: Any
) -> None:
    client, other = as_user(claims_only), as_user(make_member("ander", ede, proof=""))
    client.post(RECORD, FILLED | {"changed": "Per uur in plaats van per dag."})
    client.post(f"{Adoption.objects.get().get_absolute_url()}trek-in/")
    assert "Per uur in plaats" in client.get(RECORD).text
    assert "Per uur in plaats" not in other.get(RECORD).text
    assert client.post(RECORD, FILLED).status_code == 302
    assert "Dit stelde je al voor." in client.get(RECORD, follow=True).text


def test_a_proposal_that_was_answered_cannot_be_taken_back(
    case: Any, claims_only: User, noor: User, as_user: Any
) -> None:
    client = as_user(claims_only)
    client.post(RECORD, FILLED)
    row = Adoption.objects.get()
    adoption_confirm(adoption=row, user=noor, via=Via.SITE)
    assert "beantwoord" in client.post(f"{row.get_absolute_url()}trek-in/", follow=True).text
    assert not adoption_withdraw(adoption=row, user=claims_only)
    assert Adoption.objects.get().is_said


def test_who_only_claims_to_work_there_keeps_what_she_typed_when_somebody_was_first(
    case: Any, claims_only: User, proposal: Adoption, as_user: Any
) -> None:
    client = as_user(claims_only)
    assert "al iets vastgelegd" in client.get(RECORD).text
    answer = client.post(RECORD, FILLED | {"changed": "Per uur."})
    assert "Dit voorstel is niet nog eens bewaard" in answer.text
    assert "Per uur." in answer.text


def test_who_has_no_workplace_in_her_profile_comes_back_to_the_form(
    case: Any, make_member: Any, as_user: Any
) -> None:
    client = as_user(make_member("zonder", None))
    link = read(client.get(RECORD)).find("a", string="Vul je profiel aan")["href"]
    back = read(client.get(link)).select_one(".profile-form input[name=next]")
    assert back["value"] == RECORD


def test_a_claim_of_who_only_says_to_work_there_is_never_public_and_editors_refuse_it(
    case: Any, claims_only: User, as_user: Any, editor: User, client: Client
) -> None:
    as_user(claims_only).post(RECORD, FILLED | {"proof": "https://spam.example/kopen"})
    row = Adoption.objects.get()
    adoption_set_words(adoption=row, user=editor, is_shown=True)
    assert not Adoption.objects.public().exists()
    assert as_user(editor).post(f"{row.get_absolute_url()}weiger/").status_code == 302
    assert Adoption.objects.get().standing == Standing.ENDED
    assert row.events.first().change == Change.REFUSED
    assert "spam.example" not in client.get(f"{case.get_url()}hergebruik/").text


def test_a_source_waits_for_an_editor_like_other_words(
    record: Any, case: Any, client: Client, editor: User
) -> None:
    row = record(proof="https://ede.example/besluit")
    page = f"{case.get_url()}hergebruik/"
    assert "ede.example" not in client.get(page).text
    adoption_set_words(adoption=row, user=editor, is_shown=True)
    assert "ede.example" in client.get(page).text


def test_who_only_claims_to_work_there_reads_nothing_that_waits_or_is_hidden(
    record: Any, claims_only: User, as_user: Any, proposal: Adoption
) -> None:
    record(changed="Kennelijk geheim", proof="https://ede.example/geheim")
    assert "geheim" not in as_user(claims_only).get(RECORD).text


def test_a_colleague_goes_on_with_what_is_there(
    record: Any, make_member: Any, ede: Any, as_user: Any
) -> None:
    row = record(status="pilot", changed="Per uur.", effects=[{"label": "a", "value": "1", "unit": ""}])
    client = as_user(make_member("sam", ede))
    page = client.get(RECORD)
    assert "Een collega begon hier al aan" in page.text
    assert "Per uur." in page.text
    assert read(page).find("input", {"name": "effecten-0-label"})["value"] == "a"
    client.post(RECORD, FILLED | {"changed": "Per dag."})
    assert (Adoption.objects.get(pk=row.pk).changed, Adoption.objects.count()) == ("Per dag.", 1)


@pytest.mark.parametrize("who", ["noor", "claims_only", "maker"])
def test_only_the_contact_of_a_case_and_editors_propose_of_others(
    request: Any, case: Any, make_member: Any, as_user: Any, who: str
) -> None:
    user = make_member("maker", case.organisations()[0]) if who == "maker" else request.getfixturevalue(who)
    client = as_user(user)
    assert client.get(PROPOSE).status_code == 403
    assert client.post(PROPOSE, FILLED | {"organisation": "Gemeente Ede"}).status_code == 403
    assert "Stel een organisatie voor" not in client.get(REUSE).text
    assert not AdoptionEvent.objects.exists()


@pytest.mark.parametrize("who", ["editor", "contact"])
def test_the_contact_and_editors_propose(
    request: Any, case: Any, ede: Any, make_member: Any, as_user: Any, who: str
) -> None:
    if who == "contact":
        user = make_member("eigenaar", case.organisations()[0])
        case.contact = user.member
        case.save_revision().publish()
    else:
        user = request.getfixturevalue("editor")
    client = as_user(user)
    assert "Stel een organisatie voor" in client.get(REUSE).text
    answer = client.post(PROPOSE, {"organisation": "gemeente ede", "status": "pilot"}, follow=True)
    assert "Je voorstel is bewaard" in answer.text
    source = Source.EDITOR if who == "editor" else Source.MAKER
    assert list(Adoption.objects.values_list("source", "standing")) == [(source, Standing.PROPOSED)]


@pytest.mark.parametrize(
    ("values", "field", "said"),
    [
        ({"organisation": "Nergenshuizen"}, "organisation", "kennen deze organisatie niet"),
        ({"organisation": "Bedrijf BV"}, "organisation", "Dit is een bedrijf"),
        ({"organisation": "Gemeente Maker"}, "organisation", "zelf gemaakt"),
        ({"organisation": ""}, "organisation", "verplicht"),
        ({"status": "stopped"}, "status", "geldige keuze"),
        ({"proof": "javascript:alert(1)"}, "proof", "geen webadres"),
    ],
)
def test_a_wrong_proposal_says_so_at_the_field(
    case: Any, ede: Any, editor: User, make_body: Any, as_user: Any, values: Any, field: str, said: str
) -> None:
    make_body("Bedrijf BV", kind="bedrijf")
    sent = {"organisation": "Gemeente Ede", "status": "pilot", "scope": "Twee wijken"} | values
    answer = as_user(editor).post(PROPOSE, sent)
    assert said in error_at(answer, field)
    assert read(answer).find("input", {"name": "scope"})["value"] == "Twee wijken"
    assert not AdoptionEvent.objects.exists()


# --- one adoption and its buttons -------------------------------------------------------------------------

ACTS = ["bevestig", "klopt-niet", "ongedaan", "noem-mij", "toon-tekst", "verberg-tekst"]


def outcomes(client: Client, row: Adoption) -> dict[str, int]:
    """Return the status of each act, the last first, as seen by this browser."""

    def send(act: str) -> int:
        data = {"reason": "Er staat een naam in.", "seen": row.events.first().pk}
        return client.post(f"{row.get_absolute_url()}{act}/", data).status_code

    return {act: send(act) for act in ACTS}


@pytest.mark.parametrize("who", ["claims_only", "stranger", "maker", "contact_of_case", "company"])
def test_an_adoption_of_somebody_else_is_not_there(
    request: Any, record: Any, case: Any, make_member: Any, make_body: Any, as_user: Any, who: str
) -> None:
    row = record(changed="Geheim")
    places = {
        "stranger": lambda: make_body("Gemeente Epe"),
        "maker": lambda: case.organisations()[0],
        "contact_of_case": lambda: case.organisations()[0],
        "company": lambda: make_body("Bedrijf BV", kind="bedrijf"),
    }
    user = make_member("x", places[who]()) if who in places else request.getfixturevalue(who)
    if who == "contact_of_case":
        case.contact = user.member
        case.save_revision().publish()
    client, before = as_user(user), AdoptionEvent.objects.count()
    client.get("/overnames/987654/")
    with CaptureQueriesContext(connection) as of_hers:
        hers = client.get(row.get_absolute_url())
    with CaptureQueriesContext(connection) as of_nobodys:
        nobodys = client.get("/overnames/987654/")
    assert len(of_hers) == len(of_nobodys)
    assert (hers.status_code, nobodys.status_code) == (404, 404)
    texts = [
        TOKEN.sub("", answer.text).replace(address, "")
        for answer, address in ((hers, row.get_absolute_url()), (nobodys, "/overnames/987654/"))
    ]
    assert texts[0] == texts[1]
    assert set(outcomes(client, row).values()) == {404}
    assert client.post(f"{row.get_absolute_url()}niets/").status_code == 404
    assert AdoptionEvent.objects.count() == before


def test_who_speaks_for_it_answers_a_proposal(proposal: Adoption, noor: User, as_user: Any) -> None:
    client = as_user(noor)
    page = client.get(proposal.get_absolute_url()).text
    assert "Ja, wij doen dit" in page
    assert "Laat de toelichting zien" not in page
    answer = client.post(f"{proposal.get_absolute_url()}bevestig/", follow=True)
    assert "Bevestigd." in answer.text
    answer = client.post(f"{proposal.get_absolute_url()}klopt-niet/", follow=True)
    assert "Het staat er niet meer bij." in answer.text
    assert "niet meer" in client.post(f"{proposal.get_absolute_url()}bevestig/", follow=True).text
    assert "ongedaan gemaakt" in client.post(f"{proposal.get_absolute_url()}ongedaan/", follow=True).text
    assert Adoption.objects.get().standing == Standing.CONFIRMED


def test_who_speaks_for_it_does_not_decide_about_words(record: Any, noor: User, as_user: Any) -> None:
    row, client = record(changed="Per uur."), as_user(noor)
    for act in ("toon-tekst", "verberg-tekst", "noem-mij"):
        assert client.post(f"{row.get_absolute_url()}{act}/").status_code == 404
    assert Adoption.objects.get().words == Words.WAITING


def test_an_editor_decides_about_words_and_nothing_else(record: Any, editor: User, as_user: Any) -> None:
    row, client = record(changed="Per uur."), as_user(editor)
    assert "Per uur." in client.get(row.get_absolute_url()).text
    assert outcomes(client, row) == {
        "bevestig": 404,
        "klopt-niet": 404,
        "ongedaan": 404,
        "noem-mij": 404,
        "toon-tekst": 302,
        "verberg-tekst": 302,
    }
    assert (Adoption.objects.get().words, Adoption.objects.get().standing) == ("hidden", "confirmed")


def test_an_editor_says_why_she_hides_words_and_who_wrote_them_reads_it(
    record: Any, noor: User, editor: User, as_user: Any
) -> None:
    row, client = record(changed="Bel 0318-123456."), as_user(editor)
    link = read(client.get(row.get_absolute_url())).find("a", string="Verberg de toelichting")["href"]
    assert "Waarom verberg je de toelichting?" in client.get(link).text
    for nothing in ({}, {"reason": " \u200b "}):
        assert "reason" in client.post(link, nothing).context["form"].errors
    assert Adoption.objects.get().words == Words.WAITING
    reason = {"reason": "Er staat een telefoonnummer in."}
    answer = client.post(link, reason | {"seen": "0"})
    assert "intussen veranderd" in answer.text
    assert "Bel 0318-123456." in answer.text
    assert Adoption.objects.get().words == Words.WAITING
    seen = read(answer).find("input", {"name": "seen"})["value"]
    answer = client.post(link, reason | {"seen": seen}, follow=True)
    assert "De toelichting is verborgen." in answer.text
    assert "Reden: Er staat een telefoonnummer in." in as_user(noor).get(row.get_absolute_url()).text
    seen = read(client.get(link)).find("input", {"name": "seen"})["value"]
    answer = client.post(link, {"reason": "Nog een keer", "seen": seen}, follow=True)
    assert "Dat kan niet meer" in answer.text
    assert as_user(noor).get(link).status_code == 404


def test_an_editor_shows_only_words_that_she_read(record: Any, editor: User, as_user: Any) -> None:
    row, client = record(changed="Per uur."), as_user(editor)
    seen = read(client.get(row.get_absolute_url())).find("input", {"name": "seen"})["value"]
    record(changed="Iets heel anders.")
    client.post(f"{row.get_absolute_url()}toon-tekst/", {"seen": seen})
    assert Adoption.objects.get().words == Words.WAITING
    seen = read(client.get(row.get_absolute_url())).find("input", {"name": "seen"})["value"]
    client.post(f"{row.get_absolute_url()}toon-tekst/", {"seen": seen})
    assert Adoption.objects.get().words == Words.SHOWN


def test_who_was_named_stays_when_a_colleague_goes_on(
    record: Any, make_member: Any, ede: Any, noor: User, as_user: Any
) -> None:
    sam = make_member("sam", ede)
    record(user=sam, contact=sam.member)
    Member.objects.filter(user=sam).update(is_listed=False)
    page = read(as_user(noor).get(RECORD))
    assert page.find("input", {"name": "contact", "checked": True})["value"] == str(sam.member.pk)
    as_user(noor).post(RECORD, FILLED | {"contact": str(sam.member.pk)})
    assert (Adoption.objects.get().contact, Adoption.objects.get().has_contact_agreed) == (sam.member, True)


def test_who_is_named_decides_whether_her_name_stands_there(
    record: Any, make_member: Any, ede: Any, as_user: Any
) -> None:
    sam = make_member("sam", ede)
    row, client = record(contact=sam.member), as_user(sam)
    assert "Mogen anderen jou iets vragen over: Slimme gemalen" in client.get("/mijn/").text
    assert "Ja, noem mijn naam" in client.get(row.get_absolute_url()).text
    assert client.post(f"{row.get_absolute_url()}noem-mij/").status_code == 302
    assert Adoption.objects.get().has_contact_agreed
    assert "Mogen anderen jou" not in client.get("/mijn/").text


def test_who_was_named_and_works_elsewhere_reads_and_says_nothing(
    record: Any, make_member: Any, make_body: Any, ede: Any, as_user: Any
) -> None:
    sam = make_member("sam", ede)
    row = record(contact=sam.member, changed="Geheim")
    Member.objects.filter(user=sam).update(organisation=make_body("Gemeente Epe"))
    client = as_user(User.objects.get(pk=sam.pk))
    assert client.get(row.get_absolute_url()).status_code == 404
    assert client.post(f"{row.get_absolute_url()}noem-mij/").status_code == 404
    assert "Slimme gemalen" not in client.get("/mijn/").text
    assert not Adoption.objects.get().has_contact_agreed


def test_her_own_page_shows_what_her_organisation_does_and_what_it_is_asked(
    record: Any, proposal: Adoption, noor: User, claims_only: User, as_user: Any
) -> None:
    client = as_user(noor)
    assert "Doet jouw organisatie dit ook? Slimme gemalen" in client.get("/mijn/").text
    record()
    assert "Dit doet jouw organisatie ook" in client.get("/mijn/").text
    Adoption.objects.update(standing=Standing.AGED)
    assert "Lang niet bevestigd: Slimme gemalen" in client.get("/mijn/").text
    assert "Slimme gemalen" not in as_user(claims_only).get("/mijn/").text


def test_editors_find_what_waits_in_the_cms(
    record: Any, noor: User, browser_of_editor: Client, as_user: Any
) -> None:
    record(changed="Per uur.")
    assert "Per uur." in browser_of_editor.get("/cms/overnames/").text
    assert "Overnames" in browser_of_editor.get("/cms/").text
    assert as_user(noor).get("/cms/overnames/").status_code == 403
    assert browser_of_editor.get("/cms/overnames/?p=zeven").status_code == 200


def test_a_proposal_without_words_does_not_wait_for_an_editor(
    case: Any, ede: Any, browser_of_editor: Client
) -> None:
    adoption_propose(page=case, organisation=ede, user=None, source=Source.IMPORT, values={"status": "pilot"})
    assert "Er wacht niets." in browser_of_editor.get("/cms/overnames/").text


# --- looking changes nothing ------------------------------------------------------------------------------


def test_looking_changes_nothing(
    record: Any, make_member: Any, ede: Any, noor: User, browser_of_editor: Client, as_user: Any
) -> None:
    row = record(changed="Per uur.", contact=make_member("sam", ede).member)
    acts = [f"{row.get_absolute_url()}{act}/" for act in ACTS]
    pages = [REUSE, RECORD, PROPOSE, "/en" + REUSE, row.get_absolute_url(), "/mijn/", "/cms/overnames/"]
    before = list(Adoption.objects.values()), list(AdoptionEvent.objects.values())
    for client in (as_user(noor), as_user(User.objects.get(email__startswith="sam")), browser_of_editor):
        for address in (*acts, *pages):
            for method in (client.get, client.head, client.options):
                assert method(address).status_code < 500
    assert (list(Adoption.objects.values()), list(AdoptionEvent.objects.values())) == before


# --- bad input --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "field", "said"),
    [
        ({"status": ""}, "status", "Kies hoe ver jullie zijn."),
        ({"status": "klaar"}, "status", "geldige keuze"),
        ({"since": "3000"}, "since", "Kies een jaar van 1950"),
        ({"since": "1949"}, "since", "Kies een jaar van 1950"),
        ({"since": "-1"}, "since", "Kies een jaar van 1950"),
        ({"since": "vorig jaar"}, "since", "Vul een jaar in"),
        ({"since": "9" * 5000}, "since", "Vul een jaar in"),
        ({"status": "stopped"}, "stop_reason", "Kies waarom jullie stopten."),
        ({"scope": "x" * 251}, "scope", "250"),
        ({"changed": "x" * 1501}, "changed", "1500"),
        ({"status": "in\0use"}, "status", "geldige keuze"),
        ({"contact": "987654"}, "contact", "geldige keuze"),
        ({"started_from": "987654"}, "started_from", "geldige keuze"),
        ({"proof": "javascript:alert(1)"}, "proof", "geen webadres"),
        ({"proof": "https://ede.example/a\r\nX-Kop: ja"}, "proof", "geen webadres"),
        ({"proof": "https://" + "x" * 500 + ".example"}, "proof", "geen webadres"),
        ({"on_behalf_of": "Gemeente Ede\nNergenshuizen"}, "on_behalf_of", "niet: Nergenshuizen."),
        ({"on_behalf_of": "\n".join(["Gemeente Ede"] * 61)}, "on_behalf_of", "hoogstens 60"),
        (effect("Storingen"), "effecten-0-value", "Vul ook dit in"),
        (effect(value="30"), "effecten-0-label", "Vul ook dit in"),
        (effect(unit="%"), "effecten-0-label", "Vul ook dit in"),
        (effect("x" * 201, "1"), "effecten-0-label", "200"),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_nothing_is_lost(
    case: Any, noor: User, ede: Any, as_user: Any, values: dict[str, str], field: str, said: str
) -> None:
    Organisation.objects.filter(pk=ede.pk).update(kind="koepel")  # that others may be named by
    kept = {"scope": "Twee wijken", "changed": "Per uur.", "effecten-0-label": "Storingen"}
    sent = FILLED | kept | {"effecten-0-value": "30"} | values
    answer = as_user(noor).post(RECORD, sent)
    assert answer.status_code == 200
    assert said in error_at(answer, field)
    page = read(answer)
    assert page.find(id="klopt-niet")
    assert page.title.get_text().startswith("Fout")
    for name in kept.keys() - values.keys():
        tag = page.find(attrs={"name": name})
        assert kept[name] in (tag.get("value") or tag.get_text())
    assert not AdoptionEvent.objects.exists()


@pytest.mark.parametrize(
    "rows",
    [
        {"effecten-TOTAL_FORMS": "", "effecten-INITIAL_FORMS": ""},
        {"effecten-TOTAL_FORMS": "veel", "effecten-INITIAL_FORMS": "0"},
        {"effecten-TOTAL_FORMS": "999999999", "effecten-INITIAL_FORMS": "0"},
        {"effecten-TOTAL_FORMS": "6", "effecten-INITIAL_FORMS": "6"},
    ],
)
def test_rows_of_effects_that_cannot_be_are_refused_with_a_message(
    case: Any, noor: User, as_user: Any, rows: dict[str, str]
) -> None:
    answer = as_user(noor).post(RECORD, FILLED | {"scope": "Twee wijken"} | rows)
    assert answer.status_code == 200
    assert read(answer).find(id="klopt-niet").find_next("p")
    assert read(answer).find(attrs={"name": "scope"})["value"] == "Twee wijken"
    assert not AdoptionEvent.objects.exists()


def test_a_reason_goes_with_stopping_only(case: Any, noor: User, as_user: Any) -> None:
    as_user(noor).post(RECORD, FILLED | {"stop_reason": "cost", "stop_words": "Te duur."})
    assert (Adoption.objects.get().stop_reason, Adoption.objects.get().stop_words) == ("", "")


def test_markup_is_shown_as_text_and_hidden_marks_are_dropped(
    case: Any, noor: User, editor: User, client: Client, as_user: Any
) -> None:
    words = {"scope": f"{MARKUP}\0{MARKS}", "changed": f"{MARKUP}\0\r\n{MARKS}"} | effect(MARKUP, MARKS, "%")
    as_user(noor).post(RECORD, FILLED | words)
    adoption_set_words(adoption=Adoption.objects.get(), user=editor, is_shown=True)
    row = Adoption.objects.get()
    assert not {"\u202e", "\u200b", "\0"} & set(row.scope + row.changed + row.effects[0]["value"])
    pages = [client.get(address) for address in (CASE, REUSE, row.organisation.get_absolute_url())]
    for page in (*pages, as_user(noor).get(row.get_absolute_url())):
        rows = read(page).select(".takers, .facts")
        assert "<b>vet</b>" in "".join(part.get_text() for part in rows)
        assert not [tag for part in rows for tag in part.find_all(["script", "b"])]


def test_five_megabytes_are_refused_before_they_are_read(case: Any, noor: User, as_user: Any) -> None:
    answer = as_user(noor).post(RECORD, FILLED | {"changed": "x" * 5_000_000})
    assert answer.status_code in {400, 413}
    assert not AdoptionEvent.objects.exists()


def test_words_with_line_ends_put_no_header_in_a_letter(
    case: Any, ede: Any, make_contact: Any, editor: User, as_user: Any, run_tasks: Any, mailoutbox: Any
) -> None:
    make_contact("antje", ede)
    bad = "Twee\r\nBcc: x@adres.example\r\n\r\nwijken"
    as_user(editor).post(PROPOSE, {"organisation": "Gemeente Ede", "status": "pilot", "scope": bad})
    with time_machine.travel(timezone.now() + COLLECTED_FOR):
        run_tasks()
    assert [mail.message()["Bcc"] for mail in mailoutbox] == [None]
    assert "\n" not in Adoption.objects.get().scope


PIECES = [
    *("", " ", "0", "-1", "2024", "3000", "in-use", "stopped", "pilot", "result", "x" * 2000, MARKUP, MARKS),
    *(
        "\0",
        "\r\nX: y",
        "Gemeente Ede",
        "Gemeente Maker",
        "https://a.example",
        "ftp://a",
        "é" * 300,
    ),
    *("999999999999999999999", "1e9", "٢٠٢٤", "%s%d{}", "' OR 1=1 --", "../../etc", "😀", "None", "[]"),
]
NAMES = [
    *("status", "since", "scope", "changed", "contact", "started_from", "on_behalf_of", "stop_reason"),
    *("stop_words", "proof", "organisation", "effecten-TOTAL_FORMS", "effecten-INITIAL_FORMS"),
    *("effecten-0-label", "effecten-0-value", "effecten-0-unit", "effecten-4-label", "effecten-9-label"),
]


def test_nothing_that_is_posted_breaks_a_page(
    record: Any, noor: User, editor: User, claims_only: User, as_user: Any, rounds: Callable[[int], int]
) -> None:
    draw, row = random.Random(28), record()
    acts = [f"{row.get_absolute_url()}{act}/" for act in ACTS]
    addresses = [RECORD, PROPOSE, "/en" + RECORD, "/en" + PROPOSE, *acts, row.get_absolute_url(), REUSE]
    clients = [as_user(user) for user in (noor, editor, claims_only)]
    for _ in range(max(300, rounds(5_000))):
        names = draw.sample(NAMES, draw.randrange(len(NAMES)))
        sent = FILLED | {name: draw.choice(PIECES) for name in names}
        address = draw.choice(addresses)
        answer = draw.choice(clients).post(address, sent)
        assert answer.status_code < 500, (address, sent)


# --- what is not public -----------------------------------------------------------------------------------


def close(case: Any, how: str) -> None:
    """Take a case from the public."""
    if how == "unpublished":
        case.unpublish()
    else:
        PageViewRestriction.objects.create(page=case, restriction_type="login")


@pytest.mark.parametrize("how", ["unpublished", "private"])
@pytest.mark.parametrize("stage", ["said", "proposed"])
def test_a_case_that_is_not_public_leaks_nowhere(
    request: Any, case: Any, ede: Any, noor: User, client: Client, as_user: Any, how: str, stage: str
) -> None:
    row = request.getfixturevalue("record")() if stage == "said" else request.getfixturevalue("proposal")
    Adoption.objects.update(proof="https://ede.example/besluit")
    body = ede.get_absolute_url()
    public = ["/", "/en/", body, "/en" + body, f"/api/v1/organisations/{ede.slug}/adoptions", "/sitemap.xml"]
    if stage == "said":
        assert "gemalen" in client.get(body).text.lower()
    close(case, how)
    for address in public:
        assert "gemalen" not in client.get(address).text.lower(), address
    for below in ("", "hergebruik/", "hergebruik/melden/", "hergebruik/voorstellen/"):
        assert "Slimme gemalen" not in client.get(CASE + below).text
    for path in ("", "/adoptions", "/similar"):
        assert client.get(f"/api/v1/cases/gemalen{path}").status_code == 404
    hers = as_user(noor)
    assert "gemalen" not in hers.get("/mijn/").text.lower()
    assert hers.get(row.get_absolute_url()).status_code == 404
    assert hers.post(f"{row.get_absolute_url()}bevestig/").status_code == 404


@pytest.mark.parametrize("address", ["hergebruik/", "hergebruik/melden/", "hergebruik/voorstellen/"])
def test_pages_below_a_case_are_as_private_as_the_case(
    case: Any, editor: User, client: Client, as_user: Any, address: str
) -> None:
    case.unpublish()
    assert client.get(CASE + address).status_code == 404
    assert as_user(editor).post(CASE + address, FILLED).status_code == 404


# --- English ----------------------------------------------------------------------------------------------


def test_the_pages_are_there_in_english(
    record: Any, case: Any, noor: User, editor: User, client: Client, as_user: Any
) -> None:
    row = record(status="pilot", since=2024)
    case.refresh_from_db()
    page = client.get("/en" + REUSE)
    assert page.status_code == 200
    for dutch in ("Wie doet dit ook", "Proef", "sinds"):
        assert dutch not in read(page).main.get_text()
    hers = as_user(noor)
    assert "Bevestig" not in hers.get("/en" + RECORD).text
    said = hers.post("/en" + RECORD, FILLED | {"since": "3000"})
    assert "1950" in error_at(said, "since")
    assert "Kies een jaar" not in said.text
    assert as_user(editor).get("/en" + PROPOSE).status_code == 200
    answer = hers.post("/en" + RECORD, FILLED | {"status": "in-use"})
    assert answer["Location"].endswith(row.get_absolute_url())
    assert Adoption.objects.get().status == "in-use"


def test_a_reader_in_english_finds_the_row_of_the_dutch_page(record: Any, client: Client) -> None:
    record()
    assert "Gemeente Ede" in client.get("/en" + REUSE).text
    assert "Gemeente Ede" in client.get("/en" + CASE).text


def test_who_had_to_log_in_again_comes_back_to_the_row(record: Any, noor: User, as_user: Any) -> None:
    row, client = record(), as_user(noor)
    assert client.get(f"{row.get_absolute_url()}klopt-niet/").url == row.get_absolute_url()
    assert Adoption.objects.get().standing == Standing.CONFIRMED


def test_who_proposed_hears_that_editors_refused_it(
    case: Any, ede: Any, editor: User, claims_only: User, as_user: Any, run_tasks: Any, mailoutbox: list[Any]
) -> None:
    as_user(claims_only).post(RECORD, FILLED)
    as_user(editor).post(f"{Adoption.objects.get().get_absolute_url()}weiger/")
    run_tasks()
    (mail,) = [mail for mail in mailoutbox if mail.to == [claims_only.email]]
    assert mail.subject == "Je voorstel staat er niet bij"


def test_only_a_partnership_names_for_whom_it_speaks(case: Any, noor: User, ede: Any, as_user: Any) -> None:
    named = FILLED | {"on_behalf_of": "Gemeente Maker"}
    as_user(noor).post(RECORD, named)
    assert not Adoption.objects.get().on_behalf_of.exists()
    Organisation.objects.filter(pk=ede.pk).update(kind="koepel")
    as_user(noor).post(RECORD, named)
    assert [body.name for body in Adoption.objects.get().on_behalf_of.all()] == ["Gemeente Maker"]


def test_editors_read_all_that_waits_and_of_public_cases_alone(
    case: Any, record: Any, browser_of_editor: Client
) -> None:
    effects = [{"label": "Piek", "value": "30", "unit": "%"}]
    row = record(proof="https://ede.example/besluit", effects=effects)
    text = browser_of_editor.get("/cms/overnames/").text
    assert "Piek: 30 %" in text
    assert "https://ede.example/besluit" in text
    case.unpublish()
    assert row.get_absolute_url() not in browser_of_editor.get("/cms/overnames/").text


def test_nothing_is_recorded_at_a_case_that_is_not_public(case: Any, noor: User, as_user: Any) -> None:
    PageViewRestriction.objects.create(page=case, restriction_type="login")
    assert "Nog niet iedereen kan dit voorbeeld lezen." in as_user(noor).post(RECORD, FILLED).text
    assert not Adoption.objects.exists()


# --- what was said, meanwhile and before --------------------------------------------------------------------


def test_a_form_that_was_opened_before_a_colleague_saved_says_so_and_saves_only_the_second_time(
    noor: User, record: Any, as_user: Any
) -> None:
    row = record(scope="Eén wijk")
    client = as_user(noor)
    seen = read(client.get(RECORD)).find("input", {"name": "seen"})["value"]
    record(scope="Twee wijken")
    answer = client.post(RECORD, FILLED | {"scope": "Eén wijk", "seen": seen})
    alert = read(answer).find(class_="utrecht-alert--error").get_text(" ", strip=True)
    assert "intussen veranderd" in alert
    assert "Er staat nu: Waar, en hoe breed? Twee wijken." in alert
    assert "jaar" not in alert  # that is the same
    assert Adoption.objects.get().scope == "Twee wijken"
    again = read(answer).find("input", {"name": "seen"})["value"]
    assert client.post(RECORD, FILLED | {"scope": "Eén wijk", "seen": again})["Location"] == (
        row.get_absolute_url()
    )
    assert Adoption.objects.get().scope == "Eén wijk"


def test_what_only_one_of_two_windows_changed_is_not_said_to_differ(
    noor: User, record: Any, as_user: Any
) -> None:
    record(status="pilot")
    client = as_user(noor)
    seen = read(client.get(RECORD)).find("input", {"name": "seen"})["value"]
    record(status="in-use")
    answer = client.post(RECORD, FILLED | {"status": "pilot", "scope": "Eén wijk", "seen": seen})
    alert = read(answer).find(class_="utrecht-alert--error").get_text(" ", strip=True)
    assert "Er staat nu: Hoe ver zijn jullie? In gebruik." in alert
    assert "Waar, en hoe breed?" not in alert


@pytest.mark.parametrize("seen", ["", "x", "²", "-1", "9" * 20, "9" * 5000, "\0"])
def test_a_stamp_that_no_page_has_is_like_one_of_before(
    noor: User, record: Any, as_user: Any, seen: str
) -> None:
    record(scope="Eén wijk")
    answer = as_user(noor).post(RECORD, FILLED | {"scope": "Twee wijken", "seen": seen})
    assert "intussen veranderd" in answer.text
    assert Adoption.objects.get().scope == "Eén wijk"


def test_the_same_is_asked_twice_and_no_more(case: Any, claims_only: User, as_user: Any) -> None:
    client = as_user(claims_only)
    for _time in range(2):
        client.post(RECORD, FILLED)
        client.post(f"{Adoption.objects.get().get_absolute_url()}trek-in/")
    answer = client.post(RECORD, FILLED | {"changed": "Per uur."})
    assert "Vaker dan twee keer vragen we het niet" in answer.text
    assert "Per uur." in answer.text


def test_who_took_it_off_reads_that_she_can_put_it_back(noor: User, record: Any, as_user: Any) -> None:
    address = record().get_absolute_url()
    client = as_user(noor)
    answer = client.post(f"{address}klopt-niet/", follow=True)
    assert "Zet het terug" in answer.text
    client.post(f"{address}ongedaan/")
    assert Adoption.objects.get().standing == Standing.CONFIRMED


def test_who_stopped_is_not_asked_as_somebody_who_does_it(
    noor: User, make_member: Any, ede: Any, record: Any, as_user: Any
) -> None:
    address = "/berichten/nieuw/?over=case:gemalen"
    client = as_user(make_member("vraagt", ede))
    for status, why in (("in-use", "doet dit ook"), ("stopped", "deed dit ook, en stopte")):
        record(status=status, stop_reason="cost" if status == "stopped" else "", contact=noor.member)
        assert f"Gemeente Ede, {why}" in client.get(address).text


def test_a_second_click_adds_nothing_and_asks_nothing(
    noor: User, record: Any, as_user: Any, case: Any
) -> None:
    client, sent = as_user(noor), FILLED | {"scope": "Twee wijken", "seen": ""}
    for _click in range(2):
        assert client.post(RECORD, sent).status_code == 302
    assert AdoptionEvent.objects.count() == 1
    Adoption.objects.update(confirmed_at=timezone.now() - datetime.timedelta(days=31))
    client.post(RECORD, sent)
    assert AdoptionEvent.objects.first().change == Change.RECONFIRMED


def test_two_colleagues_who_begin_at_once_do_not_undo_each_other(
    noor: User, ede: Any, make_member: Any, as_user: Any, case: Any
) -> None:
    sam = as_user(make_member("sam", ede))
    seen = {"seen": read(sam.get(RECORD)).find("input", {"name": "seen"})["value"]}
    as_user(noor).post(RECORD, FILLED | {"scope": "Eén wijk"} | seen)
    answer = sam.post(RECORD, FILLED | {"scope": "Twee wijken"} | seen)
    assert "intussen veranderd" in answer.text
    assert Adoption.objects.get().scope == "Eén wijk"


def test_what_was_typed_in_a_proposal_that_is_there_already_is_not_lost(
    proposal: Adoption, editor: User, as_user: Any
) -> None:
    sent = {"organisation": "Gemeente Ede", "status": "pilot", "changed": "Per uur."}
    answer = as_user(editor).post(PROPOSE, sent)
    assert "Hierover is al iets vastgelegd of gevraagd." in answer.text
    assert "Per uur." in answer.text


def test_what_was_taken_off_waits_on_her_own_page_for_a_day_and_is_filled_in_when_she_says_it_again(
    noor: User, record: Any, as_user: Any
) -> None:
    row = record(scope="Twee wijken", partners="Pompen")
    client = as_user(noor)
    client.post(f"{row.get_absolute_url()}klopt-niet/")
    assert "Zet het terug" in client.get("/mijn/").text
    page = read(client.get(RECORD))
    assert "Jullie haalden dit er eerder af" in page.get_text()
    assert page.find(id="id_scope")["value"] == "Twee wijken"
    client.post(RECORD, FILLED | {"scope": "Twee wijken", "partners": "Pompen"})
    assert (Adoption.objects.get().standing, Adoption.objects.get().partners) == ("confirmed", "Pompen")
    assert "Zet het terug" not in client.get("/mijn/").text


def test_what_was_taken_off_longer_ago_is_not_on_her_own_page(noor: User, record: Any, as_user: Any) -> None:
    row = record()
    client = as_user(noor)
    client.post(f"{row.get_absolute_url()}klopt-niet/")
    row.events.update(at=timezone.now() - datetime.timedelta(days=2))
    assert "Zet het terug" not in client.get("/mijn/").text


def test_who_says_more_reads_that_an_editor_reads_it_first(noor: User, case: Any, as_user: Any) -> None:
    said = "Een redacteur leest je toelichting eerst."
    client = as_user(noor)
    assert said not in client.post(RECORD, FILLED, follow=True).text
    assert said in client.post(RECORD, FILLED | {"scope": "Twee wijken"}, follow=True).text


def test_an_account_that_waits_reads_when_it_can(case: Any, noor: User, as_user: Any) -> None:
    User.objects.filter(pk=noor.pk).update(approved_at=None)
    assert "Dit kan zodra een moderator je heeft toegelaten." in as_user(noor).get(RECORD).text


@pytest.mark.parametrize("address", [CASE, REUSE])
def test_who_said_it_is_led_to_what_she_said_and_who_made_the_case_is_not_asked(
    case: Any, noor: User, record: Any, make_member: Any, as_user: Any, client: Client, address: str
) -> None:
    join = "hergebruik/melden/"
    assert join in as_user(noor).get(address).text
    row = record()
    text = as_user(noor).get(address).text
    assert join not in text
    assert f'href="{row.get_absolute_url()}">Jullie staan erbij' in text
    assert join not in as_user(make_member("maker", case.organisations()[0])).get(address).text
    assert join in client.get(address).text


def test_only_where_somebody_answers_one_can_ask(
    case: Any, record: Any, ede: Any, make_contact: Any, make_member: Any, make_body: Any, client: Client
) -> None:
    record()
    epe = make_body("Gemeente Epe")
    record(user=make_contact("erik", epe), body=epe)
    text = client.get(REUSE).text
    assert f"aan={epe.slug}" in text
    assert f"aan={ede.slug}" not in text


def test_who_only_explores_it_tries_it_and_never_did_it(case: Any, record: Any, client: Client) -> None:
    record(status="exploring")
    figures = read(client.get(REUSE)).find(class_="totals").get_text(" ", strip=True)
    assert figures == "1 organisatie verkent of probeert het"
