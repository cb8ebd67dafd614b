"""Work of search in the background: what changed is written; what cannot be written now waits, and what never can fails."""

import datetime
from collections.abc import Iterable
from functools import partial
from itertools import chain, groupby
from operator import itemgetter
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django_tasks import TaskContext, TaskResultStatus, task
from django_tasks_db.models import DBTaskResult, get_date_max
from wagtail.models import Page

from core.health import OK
from curation.synonyms import WAITING, live_list, synonym_list_report
from organisations.models import Organisation
from page_cache.changes import pages_changed
from search import client
from search.client import EngineRefuses, EngineUnavailable, UnexpectedAnswer
from search.index import indexing, rebuilding
from search.index.documents import document_key
from search.index.health import can_write, check_search
from search.models import SearchEntry, WaitingRow
from search.processes import batched
from search.semantic import embedding, vectors
from search.text import vocabulary
from worker.leases import MOST_CLAIMS

PORTION = 100
MERGED_FROM, MERGED_AT_ONCE = 10, 1000  # tasks in the queue
# Wagtail's own tasks have 0. An import or many edits leave thousands of them, and what members hide must not wait for that.
PRIORITY, PRIORITY_OF_PAGES, HIGHEST_PRIORITY, LOWEST_PRIORITY = 25, 50, 100, -50
MOST_ATTEMPTS = 5
FIRST_WAIT = datetime.timedelta(seconds=5)  # doubles with each attempt
REST_BEFORE_RENEWAL = datetime.timedelta(seconds=60)
REST_BEFORE_TIDYING = datetime.timedelta(minutes=10)
PROBE = datetime.timedelta(seconds=10)


def plan(label: str, pks: Iterable[int]) -> None:
    """Enqueue the rows, in portions; pages go before the rest, since an editor looks whether her page can be found."""
    keys = sorted(set(pks))
    for start in range(0, len(keys), PORTION):
        _task_for(label).enqueue(label, keys[start : start + PORTION])


def plan_ended_bodies() -> None:
    """Enqueue the bodies in the copy of which the last day is over: at midnight nobody changes a row."""
    label, today = Organisation._meta.label_lower, timezone.localdate()
    gone = Organisation.objects.filter(ended_date__lte=today).exclude(
        pk__in=Organisation.findable().values("pk")
    )
    plan(label, SearchEntry.of(label, object_id__in=gone.values("pk")).values_list("object_id", flat=True))


def _task_for(label: str) -> Any:
    """Return the task with the priority of this kind of rows."""
    return bring_in_line.using(
        priority=PRIORITY_OF_PAGES if issubclass(apps.get_model(label), Page) else PRIORITY
    )


@task(takes_context=True)
def bring_in_line(context: TaskContext, label: str, pks: list[int], attempt: int = 1) -> None:
    """Make copy and index equal to these rows.

    While the engine is away they wait for it, without an attempt being counted. Anything else that goes wrong is the fault of
    a row: the rows of a batch are then done one by one, and the one at fault is tried again a few times before it fails for
    good. So it is with a batch that workers do not survive.
    """
    if len(pks) > 1 and context.attempt >= MOST_CLAIMS:
        _do_one_by_one(label, pks)
        return
    try:
        if context.attempt == attempt == 1:
            _merge_waiting(label)
        _write(label, pks)
    except Exception as error:
        if _is_away(error):
            _wait_for_engine(label, pks)
        elif len(pks) > 1:
            _do_one_by_one(label, pks)
        elif not _has_another_try(_task_for(label), label, pks, attempt=attempt):
            raise


def _is_away(error: Exception) -> bool:
    """Tell whether the engine is to be waited for: it is away, or its settings are wrong; nothing of ours is at fault."""
    is_ours = isinstance(error, EngineRefuses) or (
        isinstance(error, UnexpectedAnswer) and error.status is None
    )
    return isinstance(error, EngineUnavailable) and not is_ours


def _has_another_try(task: Any, *args: Any, attempt: int) -> bool:
    """Enqueue a task that went wrong once more, after a wait that doubles; false when it was tried often enough."""
    if attempt >= MOST_ATTEMPTS:
        return False
    wait = FIRST_WAIT * 2 ** (attempt - 1)
    task.using(run_after=timezone.now() + wait).enqueue(*args, attempt + 1)
    return True


def _write(label: str, pks: list[int]) -> None:
    """Write copy and index; only the copy where others wait for the engine already, or where it does not answer at once."""
    if client.is_configured() and (WaitingRow.objects.exists() or check_search() != OK):
        indexing.copy_rows(apps.get_model(label), pks)
        raise EngineUnavailable
    indexing.bring_in_line(label, pks)
    pages_changed()
    _plan_more(label, pks)


def _plan_more(label: str, pks: list[int]) -> None:
    """Have made what takes longer: vectors, and an index with the compounds that are new."""
    entries = list(SearchEntry.of(label, object_id__in=pks))
    if not entries:
        return
    lacks_vectors = embedding.is_available() and vectors.find_missing(entry.document for entry in entries)
    with transaction.atomic():
        if client.is_configured() and vocabulary.has_new_compounds():
            _plan_renewal()
        if lacks_vectors:
            make_vectors.enqueue(label, pks)


def _plan_renewal() -> None:
    """Have the index built anew after a while, if that is not planned yet."""
    if not _waiting(renew_index).exists():
        renew_index.using(run_after=timezone.now() + REST_BEFORE_RENEWAL).enqueue()


@task(priority=LOWEST_PRIORITY)
def make_vectors(label: str, pks: list[int], attempt: int = 1) -> None:
    """Make the vectors of these rows that are not there yet, and have the rows written again with them."""
    try:
        vectors.make(
            vectors.find_missing(entry.document for entry in SearchEntry.of(label, object_id__in=pks))
        )
        plan(label, pks)
    except Exception:
        if not _has_another_try(make_vectors, label, pks, attempt=attempt):
            raise


@task(priority=LOWEST_PRIORITY)
def renew_index(attempt: int = 1) -> None:
    """Build the index anew when its rules are no longer those of the words and synonyms; later when the engine is away now."""
    live = live_list().pk
    vocabulary.forget_new_compounds()  # before they are looked at: what comes later is new again
    try:
        if client.is_configured() and not rebuilding.is_up_to_date():
            rebuilding.rebuild(partial(synonym_list_report, live))
    except Exception as error:
        if _is_away(error):
            _plan_renewal()
        elif isinstance(error, EngineRefuses) or not _has_another_try(renew_index, attempt=attempt):
            synonym_list_report(live, "", problem=str(error))
            raise
        synonym_list_report(live, WAITING)
    else:
        synonym_list_report(live, "")


@task(priority=PRIORITY)
def tidy_indices(attempt: int = 1) -> None:
    """Drop indices that nobody needs; look again later while one is kept for a while, or the engine is away."""
    if not client.is_configured():
        return
    try:
        is_done = not rebuilding.tidy()
    except EngineUnavailable:
        is_done = False
    except Exception:
        if not _has_another_try(tidy_indices, attempt=attempt):
            raise
        return
    if not is_done and not _waiting(tidy_indices).exists():
        tidy_indices.using(run_after=timezone.now() + REST_BEFORE_TIDYING).enqueue()


def is_busy(task: Any) -> bool:
    """Tell whether a task of this kind waits for a worker or is being done."""
    tasks: QuerySet[DBTaskResult] = DBTaskResult.objects.filter(task_path=task.module_path)
    return tasks.filter(status__in=[TaskResultStatus.READY, TaskResultStatus.RUNNING]).exists()


def find_vectors_to_come() -> set[str]:
    """Return the keys of the objects of which a task that waits or is being done makes the vectors."""
    tasks = DBTaskResult.objects.filter(task_path=make_vectors.module_path)
    rows = tasks.filter(status__in=[TaskResultStatus.READY, TaskResultStatus.RUNNING]).values_list(
        "args_kwargs", flat=True
    )
    return {document_key(label, pk) for label, pks, *_ in (row["args"] for row in rows) for pk in pks}


def _do_one_by_one(label: str, pks: list[int]) -> None:
    """Enqueue each row on its own; as a second attempt, which is never merged with others."""
    with transaction.atomic():
        for pk in pks:
            _task_for(label).enqueue(label, [pk], 2)


def waiting_tasks() -> "QuerySet[DBTaskResult]":
    """Return the tasks that wait for a worker, in the order in which they are done."""
    return _waiting(bring_in_line)


def _waiting(task: Any) -> "QuerySet[DBTaskResult]":
    """Return the tasks of one kind that wait for a worker."""
    tasks: QuerySet[DBTaskResult] = DBTaskResult.objects.filter(status=TaskResultStatus.READY)
    return tasks.filter(task_path=task.module_path)


def _merge_waiting(label: str) -> None:
    """Make batches of a long queue of small tasks, such as an import leaves behind: a batch costs hardly more than one row."""
    fresh = waiting_tasks().filter(run_after=get_date_max())
    if fresh[MERGED_FROM:].first() is None:
        return
    with transaction.atomic():
        tasks = fresh.select_for_update(skip_locked=True)[:MERGED_AT_ONCE]
        merged = {task.pk: task.args_kwargs["args"][1] for task in tasks if _is_small(task, label)}
        plan(label, chain.from_iterable(merged.values()))
        DBTaskResult.objects.filter(pk__in=merged).delete()


def _is_small(task: DBTaskResult, label: str) -> bool:
    """Tell whether a task may go in a batch of this kind: nothing went wrong with it, and it is no full batch itself."""
    args = task.args_kwargs["args"]
    return not task.worker_ids and len(args) == 2 and args[0] == label and len(args[1]) < PORTION


def _wait_for_engine(label: str, pks: list[int]) -> None:
    """Note that the index has to hear of these rows."""
    with transaction.atomic():
        rows = [WaitingRow(label=label, object_id=pk) for pk in sorted(pks)]
        WaitingRow.objects.bulk_create(rows, ignore_conflicts=True)
        _look_later()


def _look_later() -> None:
    """Have somebody look for the engine after a while, if nobody is about to.

    The lock keeps a look that is planned from beginning before the rows of this transaction are there to be seen.
    """
    if _waiting(catch_up).select_for_update().first() is None:
        catch_up.using(run_after=timezone.now() + PROBE, priority=HIGHEST_PRIORITY).enqueue()


@task()
def catch_up() -> None:
    """Make tasks of all rows that wait for the engine when it is back.

    The next look is planned first, whatever becomes of this one; looking ends when no row waits.
    """
    if not WaitingRow.objects.exists():
        return
    with transaction.atomic():
        _look_later()
    if can_write():
        _plan_waiting_rows()


@transaction.atomic
def _plan_waiting_rows() -> None:
    """Turn what waits for the engine into tasks, all at once: a task that is done while others wait makes its rows wait again.

    Without signals, which take longer than all the rest: 40,000 rows are half a second.
    """
    rows = list(
        WaitingRow.objects.select_for_update()
        .order_by("label", "object_id")
        .values_list("label", "object_id", "pk")
    )
    for label, group in groupby(rows, key=itemgetter(0)):
        plan(label, (object_id for _, object_id, _ in group))
    for some in batched(rows, MERGED_AT_ONCE):
        waiting = WaitingRow.objects.filter(pk__in=[pk for _, _, pk in some])
        waiting._raw_delete(waiting.db)  # noqa: SLF001  Django has no other way to do it without signals
