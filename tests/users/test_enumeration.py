"""Nobody can find out who has an account."""

import re
from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.test import Client

from users.models import User

KNOWN, UNKNOWN = "noor@gemeente.example", "niet@gemeente.example"
SIGNUP = {"first_name": "Noor", "last_name": "de Proef", "password1": "een lang wachtwoord 2026"}


def trace(response: Any, email: str) -> tuple[Any, ...]:
    """Return all of a response, except the address that was typed and what differs every time."""
    body = response.content.decode().replace(email, "ADRES")
    body = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", body)
    headers = {
        name: value
        for name, value in response.headers.items()
        if name not in {"Content-Length", "ETag", "Expires"}
    }
    return response.status_code, headers, sorted(response.cookies), body


@pytest.mark.parametrize(
    ("path", "field", "data"),
    [
        ("/accounts/login/", "login", {"password": "verkeerd wachtwoord"}),
        ("/accounts/password/reset/", "email", {}),
        ("/accounts/signup/", "email", SIGNUP),
    ],
)
def test_a_known_and_an_unknown_address_get_the_same_answer(
    make_user: Any, mailoutbox: list[Any], path: str, field: str, data: dict[str, str]
) -> None:
    make_user(KNOWN)
    answers, mails = [], []
    for email in (KNOWN, UNKNOWN):
        cache.clear()
        mailoutbox.clear()
        client = Client()
        first = client.post(path, data | {field: email})
        pages = [first] + ([client.get(first.headers["Location"])] if first.status_code == 302 else [])
        answers.append([trace(page, email) for page in pages])
        mails.append([mail.to for mail in mailoutbox])
    assert answers[0] == answers[1]
    assert [len(boxes) for boxes in mails] in ([0, 0], [1, 1])


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the list of passwords hashed from now on: hashing is nearly all of the response time."""
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *args: hashed.append(args[1]) or encode(*args))
    return hashed


@pytest.mark.parametrize(
    ("path", "field", "data", "expected"),
    [
        ("/accounts/login/", "login", {"password": "verkeerd wachtwoord"}, 1),
        ("/accounts/signup/", "email", SIGNUP, 1),
        ("/accounts/signup/", "email", SIGNUP | {"password1": "kort"}, 0),
        ("/accounts/password/reset/", "email", {}, 0),
    ],
)
@pytest.mark.parametrize("account", ["none", "member", "unverified", "closed", "without password"])
def test_the_work_is_the_same_whether_there_is_an_account_or_not(
    client: Client,
    make_user: Any,
    hashes: list[str],
    path: str,
    field: str,
    data: dict[str, str],
    expected: int,
    account: str,
) -> None:
    if account != "none":
        user = make_user(KNOWN, verified=account != "unverified", is_active=account != "closed")
    if account == "without password":
        user.set_unusable_password()
        user.save()
    hashes.clear()
    for _again in range(2):
        client.post(path, data | {field: KNOWN})
    assert len(hashes) == 2 * expected


def test_a_second_account_with_a_known_address_is_not_made(
    client: Client, make_user: Any, mailoutbox: list[Any]
) -> None:
    make_user(KNOWN)
    client.post("/accounts/signup/", SIGNUP | {"email": KNOWN.upper()})
    assert User.objects.count() == 1
    assert mailoutbox[0].subject == "Je hebt al een account"


def test_signing_up_sends_a_mail_without_what_the_visitor_typed_but_the_link(
    client: Client, db: None, mailoutbox: list[Any]
) -> None:
    client.post("/accounts/signup/", SIGNUP | {"email": UNKNOWN, "first_name": "Klik op kwaad.example"})
    assert mailoutbox[0].to == [UNKNOWN]
    assert mailoutbox[0].from_email == "Knooppunt <noreply@knooppunt.example>"
    assert "kwaad" not in mailoutbox[0].body
    assert "/accounts/confirm-email/" in mailoutbox[0].body


@pytest.mark.parametrize("approved", [False, True])
def test_an_address_goes_to_who_confirms_it_first(
    client: Client, make_user: Any, log_in: Any, mailoutbox: list[Any], approved: bool
) -> None:
    make_user(UNKNOWN, verified=False, approved=approved)
    owner = make_user(KNOWN)
    log_in(client, owner.email)
    client.post("/accounts/reauthenticate/", {"password": "een lang wachtwoord 2026"})
    client.post("/accounts/email/", {"email": UNKNOWN, "action_add": ""})
    link = re.search(r"/accounts/confirm-email/\S+", mailoutbox[-1].body)
    assert link
    client.post(link[0])
    owner.refresh_from_db()
    assert owner.email == (KNOWN if approved else UNKNOWN)
    assert User.objects.filter(email=UNKNOWN).count() == 1
