"""Entries of the fallback index that are older than their rows: these wait in the queue, or were given up."""

from collections import defaultdict
from collections.abc import Iterator
from functools import reduce
from operator import or_

from django.db.models import Q
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from search.models import SearchEntry
from search.processes import batched

BRING_IN_LINE = "search.index.tasks.bring_in_line"  # the task, which stands above this floor
UNDONE = [TaskResultStatus.READY, TaskResultStatus.RUNNING, TaskResultStatus.FAILED]
MOST_AT_ONCE = 1000  # rows in one query: bounds its parameters


def texts_behind(audience: str, parts: set[str]) -> Iterator[str]:
    """Yield the texts of entries that hold one of these parts and are older than their row.

    `parts` is not empty. There is one query per thousand rows.
    """
    has_part = reduce(or_, (Q(words__contains=part) for part in parts))
    entries = SearchEntry.objects.filter(has_part, audience=audience)
    for rows in batched(sorted(_rows_behind()), MOST_AT_ONCE):
        pks: dict[str, list[int]] = defaultdict(list)
        for label, pk in rows:
            pks[label].append(pk)
        is_behind = reduce(or_, (Q(label=label, object_id__in=some) for label, some in pks.items()))
        yield from entries.filter(is_behind).values_list("words", flat=True)


def _rows_behind() -> set[tuple[str, int]]:
    """Return label and primary key of every row that a task is still to write, or failed to."""
    tasks = DBTaskResult.objects.filter(task_path=BRING_IN_LINE, status__in=UNDONE)
    rows: set[tuple[str, int]] = set()
    for values in tasks.values_list("args_kwargs", flat=True):
        label, pks, *_ = values["args"]
        rows.update((label, pk) for pk in pks)
    return rows
