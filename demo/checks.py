"""The check that no demonstration account gives access to a real site."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connection

from users.models import User


@register(Tags.database)
def check_accounts(databases: Sequence[str] | None, **kwargs: Any) -> list[CheckMessage]:
    """Return an error when a real site has demonstration accounts, which a copied database may contain.

    `migrate` runs this before it creates the table of accounts; then there are none.
    """
    is_asked = not settings.DEMONSTRATION and "default" in (databases or ())
    if not is_asked or User._meta.db_table not in connection.introspection.table_names():
        return []
    count = User.objects.filter(email__endswith="@example.org").count()
    hint = "Start with an empty database, or delete these accounts."
    return (
        [Error(f"{count} accounts of a demonstration are in the database.", hint=hint, id="demo.E001")]
        if count
        else []
    )
