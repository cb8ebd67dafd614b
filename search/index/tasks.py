"""Background work of search: changed rows are written, wait while the engine is away, or fail for good."""

import datetime
import logging
from collections.abc import Iterable, Iterator
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
from search.models import MissingVector, SearchEntry, WaitingRow
from search.processes import batched
from search.semantic import embedding, vectors
from search.text import vocabulary
from worker.leases import MOST_CLAIMS

logger = logging.getLogger("knooppunt.tasks")

PORTION = (
    100  # rows of one task: bounds its time, and how many are done one by one when one of them is at fault
)
MERGED_FROM = 10  # waiting tasks from which it pays to make batches of them
MERGED_AT_ONCE = 1000  # tasks or waiting rows in one statement
# Wagtail's own tasks have 0. An import or many edits leave thousands of these, and what members hide must not
# wait for them. Pages go before members, as an editor looks whether her page can be found; a look for an
# engine that was away goes before all; vectors and a new index, which take long, go last.
PRIORITY, PRIORITY_OF_PAGES, HIGHEST_PRIORITY, LOWEST_PRIORITY = 25, 50, 100, -50
MOST_ATTEMPTS = 5  # in 75 seconds: the waits are 5, 10, 20 and 40
MOST_IN_A_RUN = 256  # passages of which one task makes vectors at most: half a minute, when nobody waits
FIRST_WAIT = datetime.timedelta(seconds=5)  # doubles with each attempt
REST_BEFORE_RENEWAL = datetime.timedelta(seconds=60)  # so that many new compounds lead to one rebuild
REST_BEFORE_MEASURING = datetime.timedelta(seconds=60)  # it reads all vectors
REST_BEFORE_TIDYING = datetime.timedelta(minutes=10)  # between looks at indices that have to stay for a while
PROBE = datetime.timedelta(seconds=10)  # between looks for an engine that is away


def plan(label: str, pks: Iterable[int]) -> None:
    """Enqueue these rows, in portions."""
    for portion in batched(sorted(set(pks)), PORTION):
        _task_for(label).enqueue(label, portion)


def plan_ended_bodies() -> None:
    """Enqueue organisations in the fallback index that ended: nobody changes a row at midnight."""
    label, today = Organisation._meta.label_lower, timezone.localdate()
    findable = Organisation.findable().values("pk")
    gone = Organisation.objects.filter(ended_date__lte=today).exclude(pk__in=findable)
    entries = SearchEntry.of(label, object_id__in=gone.values("pk"))
    plan(label, entries.values_list("object_id", flat=True))


def _task_for(label: str) -> Any:
    """Return the task with the priority of this kind of rows."""
    is_page = issubclass(apps.get_model(label), Page)
    return bring_in_line.using(priority=PRIORITY_OF_PAGES if is_page else PRIORITY)


@task(takes_context=True)
def bring_in_line(context: TaskContext, label: str, pks: list[int], attempt: int = 1) -> None:
    """Make the fallback index and the index equal to these rows.

    While the engine is away the rows wait for it, and no attempt is counted. Anything else that goes wrong is
    the fault of a row: the rows of a batch are then done one by one, and the row at fault is tried again a
    few times before its task fails for good. A batch that workers do not survive is done row by row too.
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
    """Tell whether to wait for the engine: it is away, or its settings are wrong; no row is at fault."""
    is_unreadable = isinstance(error, UnexpectedAnswer) and error.status is None
    is_ours = isinstance(error, EngineRefuses) or is_unreadable
    return isinstance(error, EngineUnavailable) and not is_ours


def _has_another_try(task: Any, *args: Any, attempt: int) -> bool:
    """Enqueue a task that went wrong again, after a wait that doubles; false after the last attempt."""
    if attempt >= MOST_ATTEMPTS:
        return False
    wait = FIRST_WAIT * 2 ** (attempt - 1)
    task.using(run_after=timezone.now() + wait).enqueue(*args, attempt + 1)
    return True


def _write(label: str, pks: list[int]) -> None:
    """Write the fallback index and the index, and plan what follows from that.

    Where others wait for the engine already, or it does not answer at once, only the fallback index is
    written; raises EngineUnavailable then.
    """
    if client.is_configured() and (WaitingRow.objects.exists() or check_search() != OK):
        indexing.write_fallback(apps.get_model(label), pks)
        raise EngineUnavailable
    indexing.bring_in_line(label, pks)
    pages_changed()
    _plan_more(label, pks)


def _plan_more(label: str, pks: list[int]) -> None:
    """Enqueue what takes longer: making vectors, and an index with rules for new compounds."""
    keys = list(SearchEntry.of(label, object_id__in=pks).order_by("date").values_list("key", flat=True))
    if not keys:
        return
    if embedding.is_available():
        _, missing = vectors.look_up(keys)
        vectors.list_missing(missing)
    with transaction.atomic():
        if client.is_configured() and vocabulary.has_new_compounds():
            _plan_renewal()
        plan_vectors()


def _plan_renewal() -> None:
    """Have the index rebuilt after a while, unless that is planned already."""
    _plan_later(renew_index, REST_BEFORE_RENEWAL)


def _plan_later(task: Any, wait: datetime.timedelta) -> None:
    """Enqueue a task without arguments for after a wait, unless one of its kind waits already."""
    if not _waiting(task).exists():
        task.using(run_after=timezone.now() + wait).enqueue()


def plan_vectors() -> None:
    """Have the worker make the vectors that are listed as missing, unless that is planned already.

    Call it after the transaction that lists them: a task that waits by then sees them when it begins.
    """
    if not embedding.is_available() or not MissingVector.objects.exists():
        return
    if not _waiting(make_newest_vectors).exists():
        make_newest_vectors.enqueue()


@task(takes_context=True, priority=LOWEST_PRIORITY)
def make_newest_vectors(context: TaskContext) -> None:
    """Make the vectors that were listed last, until another task waits; the next one of its kind goes on.

    So what was published last has its vectors first, and nothing waits long for a long list. Of several
    workers one does it. Where it goes wrong, or workers do not survive it, each object gets its own task.
    """
    if not embedding.is_available():
        return
    if _is_done_elsewhere(context):
        _plan_later(make_newest_vectors, FIRST_WAIT)
        return
    keys = vectors.newest_keys(MOST_IN_A_RUN)
    if context.attempt >= MOST_CLAIMS:
        _make_one_by_one(keys)
        return
    try:
        vectors.make(vectors.find_missing_of(keys), may_go_on=lambda: not _does_another_wait())
    except Exception:
        logger.exception("vectors of %s objects are made one by one", len(keys))
        _make_one_by_one(keys)
    else:
        _write_with_vectors(keys)


def _is_done_elsewhere(context: TaskContext) -> bool:
    """Tell whether another worker began to make the newest vectors before this one did, and still does."""
    running = _unfinished(make_newest_vectors).filter(status=TaskResultStatus.RUNNING)
    return running.filter(started_at__lt=context.task_result.started_at).exists()


def _does_another_wait() -> bool:
    """Tell whether a task of another kind could be done now."""
    ready: QuerySet[DBTaskResult] = DBTaskResult.objects.ready()
    return ready.exclude(task_path=make_newest_vectors.module_path).exists()


def _write_with_vectors(keys: list[str]) -> None:
    """Take the vectors that were made off the list, and enqueue the objects that have all of theirs."""
    _, missing = vectors.look_up(keys)
    ready = set(keys) - {key for key, _ in missing}
    with transaction.atomic():
        vectors.take_off(keys, except_for={digest for _, digest in missing})
        for label, pks in _rows_of(ready):
            plan(label, pks)
        plan_vectors()
        _plan_later(measure_chance, REST_BEFORE_MEASURING)


def _make_one_by_one(keys: list[str]) -> None:
    """Take these objects off the list, and enqueue a task for each."""
    with transaction.atomic():
        vectors.take_off(keys)
        for label, pks in _rows_of(keys):
            for pk in pks:
                make_vectors.enqueue(label, [pk])
        plan_vectors()


def _rows_of(keys: Iterable[str]) -> Iterator[tuple[str, list[int]]]:
    """Yield each model and the primary keys of its rows with these keys in the fallback index."""
    rows = SearchEntry.objects.filter(key__in=keys).order_by("label").values_list("label", "object_id")
    for label, group in groupby(rows, key=itemgetter(0)):
        yield label, [pk for _, pk in group]


@task(priority=LOWEST_PRIORITY)
def measure_chance(attempt: int = 1) -> None:
    """Measure anew how near cases come by chance, now that more passages have their vector."""
    try:
        if embedding.is_available():
            vectors.measure_chance()
    except Exception:
        if not _has_another_try(measure_chance, attempt=attempt):
            raise


@task(priority=LOWEST_PRIORITY)
def make_vectors(label: str, pks: list[int], attempt: int = 1) -> None:
    """Make the missing vectors of these rows, and enqueue the rows so that they are written with them."""
    try:
        entries = SearchEntry.of(label, object_id__in=pks)
        vectors.make(vectors.find_missing(entry.document for entry in entries))
        plan(label, pks)
    except Exception:
        if not _has_another_try(make_vectors, label, pks, attempt=attempt):
            raise


@task(priority=LOWEST_PRIORITY)
def renew_index(attempt: int = 1) -> None:
    """Rebuild the index when words or synonyms changed its rules; later when the engine is away."""
    live = live_list().pk
    vocabulary.forget_new_compounds()  # before the words are read: what comes later is new again
    try:
        if client.is_configured() and not rebuilding.is_up_to_date():
            rebuilding.rebuild(partial(synonym_list_report, live))
            plan_vectors()
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
    """Delete indices that nobody needs; look again later while one stays, or the engine is away."""
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
    if not is_done:
        _plan_later(tidy_indices, REST_BEFORE_TIDYING)


def is_busy(task: Any) -> bool:
    """Tell whether a task of this kind waits for a worker or is being done."""
    return _unfinished(task).exists()


def _unfinished(task: Any) -> "QuerySet[DBTaskResult]":
    """Return the tasks of one kind that wait for a worker or are being done."""
    tasks: QuerySet[DBTaskResult] = DBTaskResult.objects.filter(task_path=task.module_path)
    return tasks.filter(status__in=[TaskResultStatus.READY, TaskResultStatus.RUNNING])


def find_vectors_to_come() -> set[str]:
    """Return the keys of the objects of which the vectors are being made, or are still to be made."""
    tasks = _unfinished(make_vectors)
    arguments = (values["args"] for values in tasks.values_list("args_kwargs", flat=True))
    listed = set(MissingVector.objects.values_list("key", flat=True).distinct())
    return listed | {document_key(label, pk) for label, pks, *_ in arguments for pk in pks}


def _do_one_by_one(label: str, pks: list[int]) -> None:
    """Enqueue each row on its own, as a second attempt: such a task is never merged with others."""
    with transaction.atomic():
        for pk in pks:
            _task_for(label).enqueue(label, [pk], 2)


def waiting_tasks() -> "QuerySet[DBTaskResult]":
    """Return the tasks that wait to bring rows in line, in the order in which they are done."""
    return _waiting(bring_in_line)


def _waiting(task: Any) -> "QuerySet[DBTaskResult]":
    """Return the tasks of one kind that wait for a worker."""
    tasks: QuerySet[DBTaskResult] = DBTaskResult.objects.filter(status=TaskResultStatus.READY)
    return tasks.filter(task_path=task.module_path)


def _merge_waiting(label: str) -> None:
    """Merge a long queue of small tasks, as after an import: a batch costs hardly more than one row."""
    fresh = waiting_tasks().filter(run_after=get_date_max())
    if fresh[MERGED_FROM:].first() is None:
        return
    with transaction.atomic():
        tasks = fresh.select_for_update(skip_locked=True)[:MERGED_AT_ONCE]
        merged = {task.pk: task.args_kwargs["args"][1] for task in tasks if _is_small(task, label)}
        plan(label, chain.from_iterable(merged.values()))
        DBTaskResult.objects.filter(pk__in=merged).delete()


def _is_small(task: DBTaskResult, label: str) -> bool:
    """Tell whether a task may be merged: it is no full batch, and nothing went wrong with it.

    A task that went wrong has a third argument, the attempt, or the worker that was lost with it.
    """
    args = task.args_kwargs["args"]
    is_first_attempt = not task.worker_ids and len(args) == 2
    return is_first_attempt and args[0] == label and len(args[1]) < PORTION


def _wait_for_engine(label: str, pks: list[int]) -> None:
    """Note that these rows are still to be written to the index."""
    with transaction.atomic():
        rows = [WaitingRow(label=label, object_id=pk) for pk in sorted(pks)]
        WaitingRow.objects.bulk_create(rows, ignore_conflicts=True)
        _look_later()


def _look_later() -> None:
    """Plan a look for the engine after a while, unless one is planned already.

    The lock keeps a planned look from beginning before the rows of this transaction can be seen.
    """
    if _waiting(catch_up).select_for_update().first() is None:
        catch_up.using(run_after=timezone.now() + PROBE, priority=HIGHEST_PRIORITY).enqueue()


@task()
def catch_up() -> None:
    """Make tasks of all rows that wait for the engine, once it is back.

    The next look is planned first, so that it comes even if this one fails; looking ends when no row waits.
    """
    if not WaitingRow.objects.exists():
        return
    with transaction.atomic():
        _look_later()
    if can_write():
        _plan_waiting_rows()


@transaction.atomic
def _plan_waiting_rows() -> None:
    """Turn all waiting rows into tasks.

    All at once, as a task that is done while other rows wait makes its own rows wait again. The rows are
    deleted without signals, which take longer than all the rest: 40,000 rows take half a second.
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
