"""Pages for strangers are cached until anything changes; nobody gets a page made for somebody else."""

import random
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from wagtail.actions.create_alias import CreatePageAliasAction
from wagtail.models import Page, PageViewRestriction

from organisations.models import Organisation
from page_cache import changes
from page_cache import middleware as page_cache
from page_cache.models import SiteVersion
from pages.models import ContentPage, HomePage


@pytest.fixture
def cached(site_frame: HomePage, monkeypatch: pytest.MonkeyPatch) -> HomePage:
    """Cache pages from the first moment, and run `on_commit` functions at once, as outside a test."""
    monkeypatch.setattr(page_cache, "STORE", page_cache.make_store(2**20))
    monkeypatch.setattr(page_cache, "REST_AFTER_CHANGE", 0.0)
    connection.run_on_commit.clear()
    monkeypatch.setattr(transaction, "on_commit", lambda function, **options: function())
    return site_frame


def count_queries(client: Client, path: str, **headers: str) -> int:
    """Return how many queries a page takes."""
    with CaptureQueriesContext(connection) as queries:
        client.get(path, headers=headers)
    return len(queries)


def test_a_page_is_made_once_for_all_strangers(cached: HomePage) -> None:
    first = Client().get("/")
    assert count_queries(Client(), "/") == 1  # whether anything changed
    again = Client().get("/")
    assert again.content == first.content
    assert dict(again.items()) == dict(first.items())
    assert first["Cache-Control"] == "no-cache"


def test_a_browser_that_has_the_page_gets_no_second_copy(cached: HomePage) -> None:
    first = Client().get("/")
    for _ in range(2):
        again = Client().get("/", headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
    page_cache.STORE.clear()
    assert Client().get("/", headers={"If-None-Match": first["ETag"]}).status_code == 304
    assert Client().get("/").status_code == 200


def test_a_page_that_is_asked_for_first_by_a_browser_that_has_it_is_cached_whole(cached: HomePage) -> None:
    tag = Client().get("/")["ETag"]
    page_cache.STORE.clear()
    Client().get("/", headers={"If-None-Match": tag})
    assert count_queries(Client(), "/") == 1
    assert b"</html>" in Client().get("/").content


def add_page(home: HomePage, title: str) -> ContentPage:
    """Return a new page that anybody may read."""
    page: ContentPage = home.add_child(instance=ContentPage(title=title, slug=title.lower(), intro=title))
    page.save_revision().publish()
    return page


def restrict(page: Page) -> None:
    """Restrict a page to people who are logged in."""
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)


def rename(page: Any) -> None:
    """Publish a page with another title."""
    page.title = "Anders"
    page.save_revision().publish()


@pytest.mark.parametrize(
    ("change", "status"),
    [(rename, 200), (lambda page: page.unpublish(), 404), (lambda page: page.delete(), 404), (restrict, 302)],
    ids=["publish", "unpublish", "delete", "make private"],
)
def test_a_change_is_seen_at_once(cached: HomePage, change: Callable[[Any], None], status: int) -> None:
    page = add_page(cached, "Eerst")
    assert b"Eerst" in Client().get("/eerst/").content
    change(page)
    answer = Client().get("/eerst/")
    assert answer.status_code == status
    assert (change is rename) == (b"Anders" in answer.content)
    assert b"<title>Eerst" not in answer.content


def test_a_change_of_a_row_that_is_no_page_is_seen_at_once(cached: HomePage) -> None:
    body = Organisation.objects.create(name="Gemeente Eerst", slug="gemeente-eerst", kind="gemeente")
    path = body.get_absolute_url()
    assert b"Gemeente Eerst" in Client().get(path).content
    body.name = "Gemeente Daarna"
    body.save()
    assert b"Gemeente Daarna" in Client().get(path).content
    body.delete()
    assert Client().get(path).status_code == 404


def test_an_alias_is_seen_at_once_though_nobody_publishes_it(cached: HomePage) -> None:
    page = add_page(cached, "Eerst")
    assert Client().get("/").status_code == 200
    before = changes.current_version()
    CreatePageAliasAction(page, update_slug="tweede").execute()
    assert changes.current_version() > before
    assert b"Eerst" in Client().get("/tweede/").content


def test_a_change_is_seen_though_who_made_it_was_killed_before_it_was_counted(
    cached: HomePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = add_page(cached, "Eerst")
    assert b"Eerst" in Client().get("/eerst/").content
    with monkeypatch.context() as killed:
        killed.setattr(changes, "_change", lambda: None)
        rename(page)
    assert b"Anders" in Client().get("/eerst/").content
    assert count_queries(Client(), "/eerst/") > 1
    Organisation.objects.create(name="Gemeente Later", slug="gemeente-later")
    Client().get("/eerst/")
    assert count_queries(Client(), "/eerst/") == 1


def test_a_draft_makes_nothing_old(cached: HomePage) -> None:
    page = add_page(cached, "Eerst")
    Client().get("/eerst/")
    page.title = "Nog niet"
    page.save_revision()
    assert count_queries(Client(), "/eerst/") == 1


def test_what_no_page_shows_makes_nothing_old(cached: HomePage, django_user_model: Any) -> None:
    user = django_user_model.objects.create_user("a@example.org", "x")
    Client().get("/")
    Client().force_login(user)
    assert count_queries(Client(), "/") == 1


def test_migrations_make_nothing_old_for_their_table_may_not_be_there_yet(cached: HomePage) -> None:
    old_theme = MigrationLoader(connection).project_state().apps.get_model("taxonomy", "Theme")
    before = changes.current_version()
    MigrationRecorder(connection).record_applied("core", "0099_tomorrow")
    old_theme.objects.create(name="Water", slug="water")
    assert changes.current_version() == before


def test_many_changes_in_one_transaction_count_once(site_frame: HomePage) -> None:
    Organisation.objects.create(name="Eerste")
    before = len(connection.run_on_commit)
    for number in range(3):
        Organisation.objects.create(name=f"Nummer {number}")
    counted = [function for _, function, *_ in connection.run_on_commit if function is changes._change]
    assert len(counted) == 1
    assert before


def test_just_after_a_change_nothing_is_cached(cached: HomePage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_cache, "REST_AFTER_CHANGE", 60.0)
    rename(add_page(cached, "Eerst"))
    Client().get("/eerst/")
    assert count_queries(Client(), "/eerst/") > 1


def test_pages_are_made_when_the_database_does_not_say_whether_anything_changed(
    cached: HomePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any, **options: Any) -> Any:
        raise DatabaseError

    monkeypatch.setattr(SiteVersion.objects, "values_list", fail)
    for _ in range(2):
        assert b"</html>" in Client().get("/").content
    assert not page_cache.STORE


def test_a_question_is_answered_anew_each_time_for_it_is_counted(cached: HomePage) -> None:
    answer = Client().get("/zoeken/?q=asfalt")
    assert "no-cache" not in answer.get("Cache-Control", "")
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            Client().get("/zoeken/?q=asfalt")
        assert any("search_searchentry" in query["sql"] for query in queries)
    assert not page_cache.STORE


def test_a_list_in_the_database_alone_is_not_cached(cached: HomePage) -> None:
    assert "no-store" in Client().get("/praktijkvoorbeelden/")["Cache-Control"]


def test_data_pictures_and_forms_are_not_cached(cached: HomePage) -> None:
    for path in ("/robots.txt", "/api/v1/search", "/accounts/login/", "/healthz", "/bestaat-niet/"):
        Client().get(path)
    assert not page_cache.STORE


def people(django_user_model: Any) -> dict[str, Client]:
    """Return a browser per account, by a token that is its name in each page made for it."""
    browsers = {}
    for number in range(9):
        token = f"Geheim{number}naam"
        user = django_user_model.objects.create_user(f"{token}@example.org", "x")
        user.first_name = user.last_name = token
        user.is_superuser = user.is_staff = number == 0
        user.save()
        browsers[token] = Client()
        browsers[token].force_login(user)
    return browsers


def test_nobody_gets_what_was_made_for_somebody_else(
    cached: HomePage, django_user_model: Any, rounds: Callable[[int], int]
) -> None:
    browsers, draw = people(django_user_model), random.Random(9)
    strangers = [Client() for _ in range(4)]
    for number, stranger in enumerate(strangers):
        stranger.cookies["csrftoken"] = f"koekje{number}" * 4
        stranger.cookies["vreemd"] = f"Vreemd{number}"
    strangers += [Client() for _ in strangers]
    add_page(cached, "Eerst")
    paths = "/ /en/ /eerst/ /organisaties/ /accounts/login/ /eerst/x.css /?vorige=1 /profile/x.css".split()
    paths.append("/zoeken/")
    hidden = {
        "X-Forwarded-Host": "kwaad.example",
        "X-Original-URL": "/cms/",
        "Forwarded": "host=kwaad.example",
    }
    for _ in range(rounds(40_000)):
        who, path = draw.choice([*browsers, *([""] * 9)]), draw.choice(paths)
        browser = browsers[who] if who else draw.choice(strangers)
        headers = dict(draw.sample(list(hidden.items()), draw.randrange(3)))
        answer = browser.get(path, headers=headers | {"Accept-Encoding": draw.choice(["", "identity"])})
        text = answer.content.decode()
        others = [token for token in browsers if token != who and token in text]
        assert not others, f"{path} of {others} for {who or 'a stranger'}"
        assert "kwaad.example" not in text + str(answer.headers)
        if who:
            assert answer.get("Cache-Control") or not page_cache.is_page(answer), path
            assert answer.get("Cache-Control") != "no-cache", path
    for _, body, headers in page_cache.STORE.values():
        assert not any(token.encode() in body for token in browsers)
        assert "Set-Cookie" not in headers
        assert b"csrfmiddlewaretoken" not in body
    assert len(page_cache.STORE) == 3


def test_no_more_bytes_are_cached_than_were_given(cached: HomePage, monkeypatch: pytest.MonkeyPatch) -> None:
    Client().get("/")
    (home,) = page_cache.STORE.values()
    room = 2 * (len(home[1]) + page_cache.BESIDE_BODY)
    monkeypatch.setattr(page_cache, "STORE", page_cache.make_store(room))
    for path in ("/", "/en/", "/over/", "/privacy/", "/contact/", "/toegankelijkheid/"):
        assert Client().get(path).status_code == 200
        assert 0 < page_cache.STORE.currsize <= room
    assert count_queries(Client(), "/toegankelijkheid/") == 1
    assert count_queries(Client(), "/") > 1, "what nobody asked for longest leaves first"
    monkeypatch.setattr(page_cache, "STORE", page_cache.make_store(room // 4))
    assert Client().get("/").status_code == 200
    assert not page_cache.STORE, "a page that is larger than all of it is not cached"


def test_names_in_an_address_that_no_page_reads_make_no_copies(cached: HomePage) -> None:
    add_page(cached, "Eerst")
    for path in ("/", "/eerst/"):
        first = Client().get(path)
        for question in ("vreemd=Kwaad1", "utm_source=Kwaad2&utm_source=Kwaad3", "q=&sorteer="):
            answer = Client().get(f"{path}?{question}")
            assert answer.content == first.content
    assert len(page_cache.STORE) == 2


@pytest.mark.parametrize(
    "path", ["/", "/en/", "/zoeken/", "/praktijkvoorbeelden/", "/organisaties/", "/over/", "/privacy/"]
)
def test_a_page_shows_no_name_that_it_does_not_read(cached: HomePage, path: str) -> None:
    assert "kwaad" not in Client().get(f"{path}?vreemd=kwaad").text


def test_pages_that_differ_by_a_name_that_is_read_are_cached_apart(
    cached: HomePage, rf: RequestFactory
) -> None:
    addresses = ["/zoeken/", "/zoeken/?pagina=2", "/zoeken/?thema=a", "/zoeken/?thema=a&thema=b"]
    addresses += ["/en/zoeken/", "/over/", "/zoeken/?pagina=1&pagina=2", "/zoeken/?pagina=2&pagina=1"]
    keys = [page_cache.build_key(rf.get(address)) for address in addresses]
    assert len(set(keys)) == len(addresses)
    one, other = "/zoeken/?thema=a&pagina=2", "/zoeken/?pagina=2&thema=a"
    assert page_cache.build_key(rf.get(one)) == page_cache.build_key(rf.get(other))


def test_one_copy_does_for_readers_of_all_languages(cached: HomePage) -> None:
    for path in ("/", "/en/"):
        first = Client().get(path)
        assert "accept-language" not in first["Vary"].lower()
        for language in ("nl", "en", "en-US,en;q=0.9", "de", "x" * 50):
            assert Client().get(path, headers={"Accept-Language": language}).content == first.content
    assert len(page_cache.STORE) == 2


def test_a_page_that_htmx_restores_is_whole(rf: RequestFactory) -> None:
    part = {"HX-Request": "true", "HX-Target": "resultaten"}
    asked = [{}, part, part | {"HX-History-Restore-Request": "true"}, part | {"HX-Target": "waarden-thema"}]
    assert len({page_cache.build_key(rf.get("/zoeken/", headers=headers)) for headers in asked}) == len(asked)
    assert page_cache.build_key(rf.get("/", headers={"HX-Target": "x"})) == page_cache.build_key(rf.get("/"))
