"""Pages about adoptions take as many queries with a hundred of them as with one."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from activity.models import Verb
from activity.services import activity_record
from organisations.models import Organisation
from practices.exchange.exporting import cases_export
from practices.models import PracticeIndexPage, PracticePage
from reuse.models import Adoption
from users.models import User

MANY = 100


@pytest.fixture
def at_case(case: PracticePage, adopt: Any, make_body: Any, make_member: Any) -> Callable[[int], None]:
    """Return what lets many organisations do what one case describes, each after the one before it."""

    def make(count: int) -> None:
        before = Adoption.objects.order_by("-pk").first()
        for number in range(count):
            body = make_body(f"Gemeente {count}-{number}", province="zeeland", inhabitants=100_000)
            before = adopt(case, body, started_from=before, changed="Per uur.", proof="https://a.example")
            before.on_behalf_of.add(case.organisations()[0])
            before.contact = make_member(f"lid{count}-{number}", body).member
            before.has_contact_agreed = True
            before.save()
            activity_record(verb=Verb.ADOPTED, subject=before, organisations=[body])

    return make


@pytest.fixture
def at_body(case: PracticePage, ede: Organisation, adopt: Any) -> Callable[[int], None]:
    """Return what lets one organisation do what many cases describe; some of it only proposed or aged."""
    maker = case.organisations()[0]

    def make(count: int) -> None:
        for number in range(count):
            page = PracticePage(
                title=f"Zaak {count}-{number}", slug=f"zaak-{count}-{number}", summary="Kort."
            )
            PracticeIndexPage.objects.get(locale__language_code="nl").add_child(instance=page)
            page.organisation_links.create(organisation=maker)
            page.save()
            standing = ("confirmed", "aged", "proposed")[number % 3]
            row = adopt(page, ede, standing=standing, proof="https://a.example", words="waiting", changed="x")
            row.on_behalf_of.add(maker)

    return make


def count(ask: Callable[[], Any]) -> int:
    """Return how many queries this takes, when all that is remembered is there."""
    ask()
    with CaptureQueriesContext(connection) as queries:
        ask()
    return len(queries)


def visit(client: Client, address: str) -> Callable[[], Any]:
    """Return what asks for a page."""

    def ask() -> None:
        answer = client.get(address)
        assert answer.status_code == 200
        b"".join(answer.streaming_content) if answer.streaming else answer.content

    return ask


CASE = "/praktijkvoorbeelden/gemalen/"


@pytest.mark.parametrize(
    "address",
    [
        *(CASE, f"{CASE}hergebruik/", f"{CASE}hergebruik/melden/", f"/en{CASE}hergebruik/", "/"),
        *("/cms/overnames/", "/api/v1/cases/gemalen/adoptions", "/api/v1/cases/gemalen", "/api/v1/cases"),
        f"/embed{CASE}",
    ],
)
def test_pages_of_a_case_with_a_hundred_adoptions(
    at_case: Any, noor: User, editor: User, as_user: Any, address: str
) -> None:
    TOTP.activate(editor, generate_totp_secret())
    ask = visit(as_user(editor if "cms" in address else noor), address)
    at_case(3)
    few = count(ask)
    at_case(MANY)
    assert count(ask) == few


@pytest.mark.parametrize(
    "address",
    [
        *("/organisaties/gemeente-ede/", "/en/organisaties/gemeente-ede/", "/mijn/", "/"),
        *("/cms/overnames/", "/api/v1/organisations/gemeente-ede/adoptions"),
    ],
)
def test_pages_of_an_organisation_with_a_hundred_adoptions(
    at_body: Any, noor: User, editor: User, as_user: Any, address: str
) -> None:
    TOTP.activate(editor, generate_totp_secret())
    ask = visit(as_user(editor if "cms" in address else noor), address)
    at_body(6)
    few = count(ask)
    at_body(MANY)
    assert count(ask) == few


def test_an_export_of_a_hundred_adoptions(at_case: Any, tmp_path: Any) -> None:
    def ask() -> None:
        cases_export(path=tmp_path / "cases.jsonl")

    at_case(3)
    few = count(ask)
    at_case(MANY)
    assert count(ask) == few


def test_the_page_of_an_adoption_with_a_long_history(record: Any, noor: User, as_user: Any) -> None:
    row = record()
    ask = visit(as_user(noor), row.get_absolute_url())
    few = count(ask)
    for number in range(MANY):
        record(scope=f"Wijk {number}")
    assert count(ask) == few
