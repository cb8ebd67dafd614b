"""Which entries of the copy are older than their rows: those that the queue has yet to copy, or gave up on."""

from collections import defaultdict
from collections.abc import Iterator

from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from search.models import SearchEntry
from search.processes import batched

COPYING = "search.tasks.bring_in_line"  # the task; to import it here would be a circle
UNDONE = [TaskResultStatus.READY, TaskResultStatus.RUNNING, TaskResultStatus.FAILED]
MOST_AT_ONCE = 1000  # rows


def texts_behind(audience: str, part: str) -> Iterator[str]:
    """Yield the texts of an audience with this part of which the row changed since."""
    rows: dict[str, set[int]] = defaultdict(set)
    for values in DBTaskResult.objects.filter(task_path=COPYING, status__in=UNDONE).values_list("args_kwargs", flat=True):
        label, pks, *_ = values["args"]
        rows[label].update(pks)
    for label, keys in rows.items():
        for pks in batched(keys, MOST_AT_ONCE):
            entries = SearchEntry.of(label, object_id__in=pks, audience=audience, words__contains=part)
            yield from entries.values_list("words", flat=True)
