"""Long writes let others in between, reads take no lock, and who waits too long for one is told."""

import itertools
from collections.abc import Callable, Iterator
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import DatabaseError, OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, get_resolver
from wagtail.models import Page

import api.operations
from core import locking
from core.locking import write_in_batches
from taxonomy.models import Technique
from users import doors
from users.models import User

pytestmark = pytest.mark.django_db
FORMS = [
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/en/accounts/login/",
    "/cms/",
    "/accounts/reauthenticate/",
]
LOCKED = OperationalError("database is locked")


def clock(step: float) -> Callable[[], float]:
    """Return a clock that advances by this many seconds at each look."""
    ticks = itertools.count()
    return lambda: next(ticks) * step


def make(name: str) -> str:
    """Make a technique; one name does not do."""
    if name == "kapot":
        raise DatabaseError
    return Technique.objects.create(name=name).name


def test_a_batch_ends_by_the_clock() -> None:
    assert list(write_in_batches("abcde", make, clock=clock(0.2))) == [["a", "b"], ["c", "d"], ["e"]]
    assert list(write_in_batches("fghij", make, clock=clock(0))) == [["f", "g", "h", "i", "j"]]


def test_the_batch_of_an_item_that_cannot_be_written_is_undone_and_those_before_it_stay() -> None:
    done = []
    with pytest.raises(DatabaseError):
        done.extend(write_in_batches(["a", "b", "c", "kapot", "d"], make, clock=clock(0.2)))
    assert set(Technique.objects.values_list("name", flat=True)) == {"a", "b"}


def transactions(ask: Callable[[], Any]) -> int:
    """Return how many transactions something opens; within a test they are savepoints."""
    with CaptureQueriesContext(connection) as queries:
        ask()
    return sum(query["sql"].startswith("SAVEPOINT") for query in queries)


@pytest.mark.parametrize("address", FORMS)
def test_who_opens_a_form_takes_no_lock(client: Client, address: str) -> None:
    assert transactions(lambda: client.get(address)) == 0


def test_who_is_asked_before_a_page_changes_takes_no_lock(site_frame: Any, client: Client) -> None:
    user = User.objects.create_superuser("beheer@gemeente.example")
    TOTP.activate(user, generate_totp_secret())
    client.force_login(user)
    alias = site_frame.get_children().first().create_alias(update_slug="nog-eens")
    for question in (f"/cms/pages/{alias.pk}/convert_alias/", f"/cms/pages/{alias.pk}/delete/"):
        assert client.get(question).status_code == 200
        assert transactions(partial(client.get, question)) == 0
        assert transactions(partial(client.post, question)) > 0
    assert not Page.objects.filter(pk=alias.pk).exists()


def test_a_change_is_one_transaction(client: Client) -> None:
    assert (
        transactions(
            lambda: client.post("/accounts/login/", {"login": "niemand@example.org", "password": "x"})
        )
        > 0
    )


def views(patterns: list[Any]) -> Iterator[URLPattern]:
    """Yield every address of the site."""
    for pattern in patterns:
        yield from views(pattern.url_patterns) if hasattr(pattern, "url_patterns") else [pattern]


def test_no_address_has_a_transaction_for_each_request() -> None:
    found = list(views(get_resolver().url_patterns))
    assert len(found) > 300
    assert [
        pattern for pattern in found if "default" not in getattr(pattern.callback, "_non_atomic_requests", ())
    ] == []


def fail(error: Exception) -> Callable[..., Any]:
    """Return what fails."""

    def failing(*args: Any, **kwargs: Any) -> Any:
        raise error

    return failing


def test_requests_wait_less_long_than_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    sqlite = SimpleNamespace(vendor="sqlite", settings_dict={"OPTIONS": {"timeout": 20}})
    monkeypatch.setattr(locking, "connection", sqlite)
    locking.answer_in_time()
    assert sqlite.settings_dict["OPTIONS"]["timeout"] == 5


class TestWhoWaitsTooLong:
    """Another writer held the lock for as long as a request may wait."""

    @pytest.fixture
    def client(self) -> Client:
        """Return a client that gets the answer a visitor would."""
        return Client(raise_request_exception=False)

    def test_gets_a_page_that_says_so(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(doors, "allauth_login", fail(LOCKED))
        answer = client.get("/accounts/login/")
        assert (answer.status_code, answer["Retry-After"]) == (503, "10")
        assert "Even geduld" in answer.text

    def test_gets_it_also_when_it_was_not_the_view_that_waited(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(SessionMiddleware, "process_response", fail(LOCKED))
        assert client.get("/accounts/login/").status_code == 503

    def test_gets_a_problem_from_the_api(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(api.operations.services, "suggest", fail(LOCKED))
        answer = client.get("/api/v1/suggest?q=asf")
        assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json")
        assert (answer.json()["status"], answer["Retry-After"]) == (503, "10")

    def test_what_else_goes_wrong_in_the_database_is_still_a_fault(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(doors, "allauth_login", fail(OperationalError("disk I/O error")))
        assert client.get("/accounts/login/").status_code == 500
