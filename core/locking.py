"""SQLite has one write lock: long writes let others in between, and reads never wait for it."""

import time
from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from itertools import chain
from typing import Any, TypeVar

from django.db import OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django_tasks_db.utils import is_locked_database_exception

Item = TypeVar("Item")
Result = TypeVar("Result")

# Seconds, so that a batch takes less than half a second: its last row and the commit come on top.
LONGEST_BATCH = 0.4
REST = 0.11  # seconds; a writer that waits for SQLite's lock retries every tenth of a second in the end
# Seconds that a request waits for the lock (decision 0008); settings let commands and the worker wait longer.
PATIENCE = 5.0
ONLY_READ = {"GET", "HEAD", "OPTIONS"}


def write_in_batches(
    items: Iterable[Item], write: Callable[[Item], Result], *, clock: Callable[[], float] = time.monotonic
) -> Iterator[list[Result]]:
    """Write each item, in transactions that end by the clock; yield the results of each transaction.

    An exception of `write` ends it: the batch with that item is rolled back, earlier batches stay.
    """
    left, is_first = iter(items), True
    for item in left:
        if not is_first:
            let_others_in()
        with transaction.atomic():
            results = _write_batch(chain([item], left), write, clock)
        yield results
        is_first = False


def _write_batch(
    items: Iterable[Item], write: Callable[[Item], Result], clock: Callable[[], float]
) -> list[Result]:
    """Write until time is up or nothing is left."""
    end, results = clock() + LONGEST_BATCH, []
    for item in items:
        results.append(write(item))
        if clock() >= end:
            break
    return results


def let_others_in() -> None:
    """Leave SQLite's lock free for a moment; other databases need no such pause."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        time.sleep(REST)


def answer_in_time() -> None:
    """Make the requests of this process wait no longer than PATIENCE for SQLite's lock."""
    if connection.vendor == "sqlite":
        connection.settings_dict["OPTIONS"]["timeout"] = PATIENCE


def is_locked(error: BaseException | None) -> bool:
    """Tell whether an error means that another writer held the lock all that time."""
    return isinstance(error, OperationalError) and bool(error.args) and is_locked_database_exception(error)


def atomic_changes(patterns: Iterable[Any]) -> list[Any]:
    """Make the views of these patterns open a transaction only for requests that may change something.

    `ATOMIC_REQUESTS` opens one for each request. On SQLite that takes the write lock, so opening a form would
    wait.
    """
    found = list(patterns)
    for pattern in found:
        if hasattr(pattern, "url_patterns"):
            atomic_changes(pattern.url_patterns)
        else:
            pattern.callback = _atomic_changes(pattern.callback)
    return found


def _atomic_changes(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Return the view in a transaction for changes; a view that wants none stays as it is."""
    if getattr(view, "_non_atomic_requests", None):
        return view

    @transaction.non_atomic_requests
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method in ONLY_READ:
            return view(request, *args, **kwargs)
        with transaction.atomic():
            return view(request, *args, **kwargs)

    return answer
