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
        cursor.execute(
            f"DELETE FROM {table} WHERE {expires} < %s", [operations.adapt_datetimefield_value(now)]
        )  # noqa: S608


class MemoryCounters(LocMemCache):
    """Counts of one process."""

    EVERY = 10.0  # seconds between looks at all that is kept: one for each new count would make a flood of addresses slow

    _expire_info: dict[str, float | None]
    _delete: Callable[[str], bool]

    def __init__(self, name: str, params: dict[str, Any]) -> None:
        """Begin with what others keep under the same name."""
        super().__init__(name, params)
        self.looked_at = 0.0

    def _cull(self) -> None:
        """Delete what is over, now and then."""
        now = time.time()
        if 0 <= now - self.looked_at < self.EVERY:
            return
        self.looked_at = now
        for key in [
            key
            for key, expires_at in self._expire_info.items()
            if expires_at is not None and expires_at <= now
        ]:
            self._delete(key)
