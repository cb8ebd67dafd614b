"""What the tests of contact share: members at organisations, and what they type."""

import uuid
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.utils import timezone

from contact.models import Conversation
from contact.services import Question, conversation_begin
from contact.topics import Topic
from core.roles import EDITORS, MODERATORS
from members.choices import FIELDS
from members.models import Member
from organisations.models import Organisation
from users.models import User

LONG_AGO = timezone.datetime(2026, 1, 5, tzinfo=timezone.get_default_timezone())


@pytest.fixture(autouse=True)
def _no_time_passes(no_time_passes: None) -> None:
    """Stop the clock: what is sent within a day, or on a day of the month, is counted."""


@pytest.fixture
def breda(db: None) -> Organisation:
    """Return an organisation."""
    return Organisation.objects.create(name="Gemeente Proefstad", kind="gemeente")


@pytest.fixture
def make_account(db: None) -> Callable[..., User]:
    """Return a maker of accounts with a confirmed address, by default approved long ago."""

    def make(name: str, *, approved: bool = True, **fields: Any) -> User:
        values = {"first_name": name.title(), "last_name": "de Proef", "date_joined": LONG_AGO} | fields
        user = User.objects.create_user(
            f"{name}@adres.example", approved_at=timezone.now() if approved else None, **values
        )
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        return user

    return make


@pytest.fixture
def make_member(make_account: Any, breda: Organisation) -> Callable[..., User]:
    """Return a maker of members with a confirmed organisation; it returns the account."""

    def make(name: str, *, visibility: str = "members", account: Any = None, **fields: Any) -> User:
        user = make_account(name, **(account or {}))
        values = {"name": f"{name.title()} de Proef", "organisation": breda, "workplace_proof": "moderator"}
        Member.objects.create(user=user, visibility=dict.fromkeys(FIELDS, visibility), **values | fields)
        return user

    return make


@pytest.fixture
def noor(make_member: Any) -> User:
    """Return somebody who asks."""
    return make_member("noor")


@pytest.fixture
def sam(make_member: Any) -> User:
    """Return somebody who is asked."""
    return make_member("sam")


@pytest.fixture
def editor(make_member: Any, site_frame: Any) -> User:
    """Return somebody who answers for the editors."""
    user = make_member("redactie")
    user.groups.add(Group.objects.get(name=EDITORS))
    return user


@pytest.fixture
def make_moderator(make_member: Any, site_frame: Any) -> Callable[..., User]:
    """Return a maker of moderators, with the second step that `/cms/` asks for."""
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    def make(name: str = "moderator", **fields: Any) -> User:
        other = Organisation.objects.get_or_create(name="Provincie De Proef", kind="provincie")[0]
        user = make_member(name, **{"organisation": other} | fields)
        user.groups.add(Group.objects.get(name=MODERATORS))
        TOTP.activate(user, generate_totp_secret())
        return user

    return make


@pytest.fixture
def ask() -> Callable[..., Conversation]:
    """Return what asks somebody, or the editors, a question, each time in other words."""
    numbers = count(1)

    def ask(sender: User, other: User | None, text: str = "", **fields: Any) -> Conversation:
        text = text or f"Hoe doen jullie dat? ({next(numbers)})"
        values = {"subject": "Een vraag", "topic": Topic(), "key": uuid.uuid4()} | fields
        return conversation_begin(sender=sender, other=other, question=Question(text=text, **values))[0]

    return ask
