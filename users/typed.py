"""What somebody typed who signed up, kept in her session until she is in: the page on which she waits for a mail needs it."""

from typing import Any

from django.http import HttpRequest

KEY = "signed_up"
FIELDS = ("email", "first_name", "last_name", "organisation_hint")


def keep_typed(request: HttpRequest, data: dict[str, Any], account: int | None = None) -> None:
    """Keep what was typed, the password excepted, and the account that was made of it, if one was."""
    request.session[KEY] = {name: data[name] for name in FIELDS if name in data} | {"account": account}


def read_typed(request: HttpRequest) -> dict[str, Any]:
    """Return what was typed; nothing when nobody signed up here."""
    typed: dict[str, Any] = request.session.get(KEY, {})
    return typed


def forget_typed(request: HttpRequest) -> None:
    """Forget it."""
    request.session.pop(KEY, None)
