"""Which entries of the copy are older than their rows: those that the queue has yet to copy, or gave up on."""

from collections import defaultdict
from collections.abc import Iterator
from functools import reduce
from operator import or_

from django.db.models import Q
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from search.models import SearchEntry
from search.processes import batched

COPYING = "search.index.tasks.bring_in_line"  # the task, which stands above this floor
UNDONE = [TaskResultStatus.READY, TaskResultStatus.RUNNING, TaskResultStatus.FAILED]
MOST_AT_ONCE = 1000  # rows


def texts_behind(audience: str, parts: set[str]) -> Iterator[str]:
    """Yield the texts of an audience with one of these parts of which the row changed since: one question per thousand rows."""
    rows: set[tuple[str, int]] = set()
    for values in DBTaskResult.objects.filter(task_path=COPYING, status__in=UNDONE).values_list(
        "args_kwargs", flat=True
    ):
        label, pks, *_ = values["args"]
        rows.update((label, pk) for pk in pks)
    has_part = reduce(or_, (Q(words__contains=part) for part in parts))
    for some in batched(sorted(rows), MOST_AT_ONCE):
        keys: dict[str, list[int]] = defaultdict(list)
        for label, pk in some:
            keys[label].append(pk)
        is_behind = reduce(or_, (Q(label=label, object_id__in=pks) for label, pks in keys.items()))
        yield from SearchEntry.objects.filter(has_part, is_behind, audience=audience).values_list(
            "words", flat=True
        )
