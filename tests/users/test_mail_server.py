"""Mail through a real server, and a mail server that is away."""

import re
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from django.test import Client

from users.models import User

pytestmark = pytest.mark.django_db

SIGNUP = {
    "email": "nieuw@gemeente.example",
    "password1": "een lang wachtwoord 2026",
    "first_name": "Nieuw",
    "last_name": "Lid",
    "organisation_hint": "Gemeente Breda",
}
EXCUSE = "We kunnen nu geen e-mail sturen"


class Box(Message):
    """Keeps what comes in."""

    def __init__(self) -> None:
        super().__init__()
        self.mails: list[Any] = []

    def handle_message(self, message: Any) -> None:
        self.mails.append(message)


@pytest.fixture
def box(settings: Any) -> Iterator[Box]:
    """Return the box of a mail server on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    server = Controller(Box(), hostname="127.0.0.1", port=port)
    server.start()
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = (
        "django.core.mail.backends.smtp.EmailBackend",
        "127.0.0.1",
        port,
    )
    yield server.handler
    server.stop()


@pytest.fixture
def away(settings: Any) -> None:
    """Point to a mail server that is not there."""
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = (
        "django.core.mail.backends.smtp.EmailBackend",
        "127.0.0.1",
        9,
    )


def test_the_link_in_the_mail_confirms_the_address(client: Client, box: Box) -> None:
    client.post("/accounts/signup/", SIGNUP)
    (mail,) = box.mails
    assert (mail["To"], mail["From"]) == ("nieuw@gemeente.example", "Knooppunt <noreply@knooppunt.example>")
    text = next(part for part in mail.walk() if part.get_content_type() == "text/plain")
    link = re.search(r"https?://[^/\s]+(/\S+)", text.get_payload(decode=True).decode())
    assert client.post(link[1]).status_code == 302
    assert User.objects.get().emailaddress_set.get().verified


def test_signing_up_without_a_mail_server_loses_nothing(client: Client, away: None, caplog: Any) -> None:
    answer = client.post("/accounts/signup/", SIGNUP, follow=True)
    assert answer.status_code == 200
    assert EXCUSE in answer.text
    assert User.objects.get().email == SIGNUP["email"]
    assert SIGNUP["email"] not in caplog.text


@pytest.mark.parametrize("email", [SIGNUP["email"], "onbekend@gemeente.example"])
def test_asking_for_a_password_without_a_mail_server_says_so_alike_for_known_and_unknown(
    client: Client, away: None, email: str
) -> None:
    User.objects.create_user(SIGNUP["email"], SIGNUP["password1"])
    answer = client.post("/accounts/password/reset/", {"email": email}, follow=True)
    assert (answer.status_code, EXCUSE in answer.text) == (200, True)
