"""What the tests of mail share: somebody to write to, a letter, and a mail server that does as told."""

import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP
from allauth.account.models import EmailAddress
from django.utils import timezone

from mail.kinds import KINDS, Kind
from mail.letters import Button, Letter
from users.models import User


@pytest.fixture
def make_person(db: None) -> Callable[..., User]:
    """Return a maker of members with a confirmed address."""

    def make(name: str = "noor", *, verified: bool = True, **fields: Any) -> User:
        fields = {"first_name": name.title(), "last_name": "de Proef", "approved_at": timezone.now()} | fields
        user = User.objects.create_user(f"{name}@gemeente.example", **fields)
        EmailAddress.objects.create(user=user, email=user.email, verified=verified, primary=True)
        return user

    return make


@pytest.fixture
def letters(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Register the kind "proef"; what `letter` holds is what is written, None drops it."""
    box: dict[str, Any] = {
        "letter": Letter(
            "Een vraag",
            ("Er is een vraag.", "https://knooppunt.example/a/"),
            why="Je krijgt hem omdat dit een proef is.",
            stop="Zo stopt het.",
            button=Button("Lees de vraag", "/berichten/1/"),
            quote="Hoe\ndoe je <b>dat</b>?",
        )
    }
    monkeypatch.setitem(KINDS, "proef", Kind(lambda delivery: box["letter"]))
    return box


class Sink:
    """A mail server that keeps what it took, and answers the next recipients and messages as told."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, Any]] = []
        self.to_recipients: list[str] = []
        self.to_messages: list[str] = []

    async def handle_RCPT(  # noqa: N802  the name is aiosmtpd's
        self, server: SMTP, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        answer = self.to_recipients.pop(0) if self.to_recipients else "250 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802  as above
        answer = self.to_messages.pop(0) if self.to_messages else "250 OK"
        if answer == "drop":
            self.taken.append((envelope.rcpt_tos[0], envelope.content))
            server.transport.close()
            return "250 OK"
        if answer.startswith("250"):
            self.taken.append((envelope.rcpt_tos[0], envelope.content))
        return answer


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    """Return a mail server on a free port, which the site uses."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    server = Controller(Sink(), hostname="127.0.0.1", port=port)
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    yield server.handler
    server.stop()
