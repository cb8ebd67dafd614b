"""What somebody typed to sign up, kept in the session for the page on which she waits for the mail."""

from typing import Any

from django.http import HttpRequest

KEY = "signed_up"
FIELDS = ("email", "first_name", "last_name", "organisation_hint")


def keep_typed(request: HttpRequest, data: dict[str, Any], account: int | None = None) -> None:
    """Keep what was typed, except the password, and the key of the account that was made of it, if any."""
    request.session[KEY] = {name: data[name] for name in FIELDS if name in data} | {"account": account}


def read_typed(request: HttpRequest) -> dict[str, Any]:
    """Return what was typed; nothing when nobody signed up here."""
    typed: dict[str, Any] = request.session.get(KEY, {})
    return typed


def forget_typed(request: HttpRequest) -> None:
    """Forget it."""
    request.session.pop(KEY, None)
