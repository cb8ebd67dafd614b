"""No demonstration account may ever open a real site."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from users.models import User


@register(Tags.database)
def check_accounts(databases: Sequence[str] | None, **kwargs: Any) -> list[CheckMessage]:
    """Return an error when a real site has the accounts of a demonstration, copied along with its database."""
    if settings.DEMONSTRATION or "default" not in (databases or ()):
        return []
    count = User.objects.filter(email__endswith="@example.org").count()
    hint = "Start with an empty database, or delete these accounts."
    return [Error(f"{count} accounts of a demonstration are in the database.", hint=hint, id="demo.E001")] if count else []
