"""Caches for the counts of limits: what is over goes, and nothing else does, so that no traffic can wash a count away.

Django's own throw away a third of what they hold, whatever it is, as soon as there are more than 300.
"""

import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.db import DatabaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.db import connections


class DatabaseCounters(DatabaseCache):
    """Counts that all processes share."""

    _table: str  # Django's, which its types leave out

    def _cull(self, db: str, cursor: Any, now: Any, num: int) -> None:
        """Delete what is over."""
        operations = connections[db].ops
        table, expires = operations.quote_name(self._table), operations.quote_name("expires")
        cursor.execute(f"DELETE FROM {table} WHERE {expires} < %s", [operations.adapt_datetimefield_value(now)])  # noqa: S608


class MemoryCounters(LocMemCache):
    """Counts of one process."""

    _expire_info: dict[str, float | None]
    _delete: Callable[[str], bool]

    def _cull(self) -> None:
        """Delete what is over."""
        now = time.time()
        for key in [key for key, expires_at in self._expire_info.items() if expires_at is not None and expires_at <= now]:
            self._delete(key)
