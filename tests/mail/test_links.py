"""Links in mails: looking does nothing, pressing does it once, and the page says whose link it is."""

import datetime
from typing import Any

import pytest
import time_machine
from django.core.signing import Signer
from django.test import Client
from django.utils import timezone

from core.logs import mask
from mail.models import SignedLink
from mail.purposes import PURPOSES, Purpose, Question
from mail.services import link_make
from users.models import User


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[SignedLink]:
    """Register the purpose "proef", and return the links that were used for it."""
    used: list[SignedLink] = []

    def do(link: SignedLink, text: str) -> str:
        used.append(link)
        return f"Bevestigd. {text}"

    def ask(link: SignedLink) -> Question | None:
        label = "Waarom?" if link.subject == "tekst" else ""
        return None if link.subject == "weg" else Question("Klopt dit nog?", ("Een zin.",), "Ja", label)

    monkeypatch.setitem(PURPOSES, "proef", Purpose(ask, do))
    return used


@pytest.fixture
def person(make_person: Any) -> User:
    return make_person()


@pytest.fixture
def link(person: User, done: Any) -> SignedLink:
    return link_make(person=person, purpose="proef", subject=1)


def test_looking_changes_nothing_and_says_whose_link_it_is(
    client: Client, link: SignedLink, done: Any
) -> None:
    for _time in range(2):
        page = client.get(link.path)
        assert (page.status_code, done) == (200, [])
    assert "Klopt dit nog?" in page.text
    assert "Deze link is voor Noor de Proef" in page.text


def test_another_account_that_is_logged_in_cannot_use_it(
    make_person: Any, person: User, link: SignedLink, done: list[Any], client: Client
) -> None:
    client.force_login(User.objects.create_user("ander@adres.example", first_name="Ander"))
    for answer in (client.get(link.path), client.post(link.path)):
        assert answer.status_code == 403
        assert "Deze link is voor iemand anders" in answer.text
    assert done == []
    client.force_login(person)
    assert "Bevestigd." in client.post(link.path).text


def test_pressing_does_it_once(client: Client, link: SignedLink, done: list[Any]) -> None:
    assert "Bevestigd." in client.post(link.path).text
    again = client.post(link.path)
    assert "Hij is al gebruikt" in again.text
    assert len(done) == 1


def test_a_link_that_asks_for_words_is_not_used_up_without_them(
    client: Client, person: User, done: list[Any]
) -> None:
    link = link_make(person=person, purpose="proef", subject="tekst")
    assert "Waarom?" in client.post(link.path, {"text": " "}).text
    assert done == []
    assert "Bevestigd. Omdat &lt;b&gt;" in client.post(link.path, {"text": "Omdat <b>"}).text


def test_a_link_works_for_thirty_days(client: Client, link: SignedLink, done: list[Any]) -> None:
    with time_machine.travel(timezone.now() + datetime.timedelta(days=31)):
        assert "ouder dan dertig dagen" in client.post(link.path).text
    assert done == []


def test_a_link_with_nothing_left_to_ask_says_so(client: Client, person: User, done: list[Any]) -> None:
    link = link_make(person=person, purpose="proef", subject="weg")
    assert "Er is niets meer te doen" in client.post(link.path).text
    assert done == []


@pytest.mark.parametrize(
    "token", ["1", "1:onzin", Signer(salt="anders").sign("1"), "x" * 500, "1:%00", "é:é"]
)
def test_what_we_never_gave_out_is_not_found(client: Client, link: SignedLink, token: str) -> None:
    assert client.get(f"/link/{token}/").status_code == 404


def test_the_link_of_somebody_who_left_is_as_unknown_as_any(
    client: Client, link: SignedLink, person: User
) -> None:
    address = link.path
    person.delete()
    assert client.get(address).status_code == 404


def test_a_mail_that_goes_twice_has_the_same_link(person: User, link: SignedLink) -> None:
    assert link_make(person=person, purpose="proef", subject=1) == link
    SignedLink.objects.update(used_at=timezone.now())
    assert link_make(person=person, purpose="proef", subject=1) != link


def test_the_page_is_kept_nowhere_and_tells_no_other_site(client: Client, link: SignedLink) -> None:
    page = client.get(link.path)
    assert "no-store" in page["Cache-Control"]
    assert page["Referrer-Policy"] == "same-origin"
    assert 'content="noindex"' in page.text


def test_the_log_does_not_have_the_key(link: SignedLink) -> None:
    assert mask(f"GET /en{link.path}") == "GET /en/link/***"
