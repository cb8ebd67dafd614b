"""Caches for the counts of rate limits: only expired ones are deleted, so no traffic can push a count out.

Django's own caches throw away a third of all entries, whatever they are, as soon as there are more than 300.
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
        """Delete the expired counts."""
        operations = connections[db].ops
        table, expires = operations.quote_name(self._table), operations.quote_name("expires")
        moment = operations.adapt_datetimefield_value(now)
        cursor.execute(f"DELETE FROM {table} WHERE {expires} < %s", [moment])  # noqa: S608


class MemoryCounters(LocMemCache):
    """Counts of one process."""

    # Seconds between looks at all counts: a look for each new count would make a flood of addresses slow.
    EVERY = 10.0

    _expire_info: dict[str, float | None]
    _delete: Callable[[str], bool]

    def __init__(self, name: str, params: dict[str, Any]) -> None:
        """Share the counts of other caches of this process with the same name."""
        super().__init__(name, params)
        self.looked_at = 0.0

    def _cull(self) -> None:
        """Delete the expired counts, at most once in `EVERY` seconds."""
        now = time.time()
        if 0 <= now - self.looked_at < self.EVERY:
            return
        self.looked_at = now
        counts = list(self._expire_info.items())  # a copy: deleting changes the original
        for key, expires_at in counts:
            if expires_at is not None and expires_at <= now:
                self._delete(key)
