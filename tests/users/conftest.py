"""What the tests of accounts share."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.utils import timezone

from users.models import User

PASSWORD = "een lang wachtwoord 2026"


@pytest.fixture(autouse=True)
def _no_time_passes(no_time_passes: None) -> None:
    """Stop the clock: on a slow machine a code would expire, or a limit per minute would start anew."""


@pytest.fixture
def make_user(db: None) -> Callable[..., User]:
    """Return a maker of accounts with a confirmed address."""

    def make(
        email: str = "noor@gemeente.example", *, approved: bool = True, verified: bool = True, **fields: Any
    ) -> User:
        fields = {"first_name": "Noor", "last_name": "de Proef"} | fields
        user = User.objects.create_user(
            email, PASSWORD, approved_at=timezone.now() if approved else None, **fields
        )
        EmailAddress.objects.create(user=user, email=user.email, verified=verified, primary=True)
        return user

    return make


@pytest.fixture
def make_editor(make_user: Callable[..., User]) -> Callable[..., User]:
    """Return a maker of accounts that may enter `/cms/`, with further permissions by code name."""

    def make(email: str = "redactie@gemeente.example", *codenames: str) -> User:
        user = make_user(email)
        group = Group.objects.create(name=f"Groep van {email}")
        group.permissions.set(Permission.objects.filter(codename__in=["access_admin", *codenames]))
        user.groups.add(group)
        return user

    return make


@pytest.fixture
def add_totp() -> Callable[[User], str]:
    """Return a function that gives an account an app with codes, and returns the secret."""

    def add(user: User) -> str:
        secret = generate_totp_secret()
        TOTP.activate(user, secret)
        return secret

    return add


@pytest.fixture
def totp_code() -> Callable[[str], str]:
    """Return a function that gives the code that the app shows now."""
    return lambda secret: format_hotp_value(hotp_value(secret, int(time.time()) // 30))


@pytest.fixture
def log_in(totp_code: Callable[[str], str]) -> Callable[..., Any]:
    """Return a function that logs in, with the second step, and returns the last response."""

    def log_in(client: Client, email: str, password: str = PASSWORD, secret: str = "") -> Any:
        response = client.post("/accounts/login/", {"login": email, "password": password})
        if secret:
            response = client.post("/accounts/2fa/authenticate/", {"code": totp_code(secret)})
        return response

    return log_in
