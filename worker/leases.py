"""Leases: the task of a killed worker is done by another one (decision 0004).

django-tasks-db leaves such a task running for ever. Here each worker renews a lease every few seconds, and
gives back the tasks of workers that do not. So a task may run twice, even when its worker was only slow:
every task must be safe to repeat.
"""

import logging
import threading
import time
from contextlib import suppress
from typing import Any, Self

from django.db import Error, connection, transaction
from django.dispatch import Signal
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from worker.models import WorkerLease

logger = logging.getLogger("knooppunt.tasks")

BEAT = 5.0  # seconds; several beats fit in `WorkerLease.SILENCE`, so one that fails costs nothing
MOST_CLAIMS = 3  # a task that was lost with so many workers may well be what kills them

# `names` are the workers whose lease ended, killed or ready: what they left can be cleared away.
leases_ended = Signal()


class WorkerLost(Exception):
    """Why a task failed when none of its workers lived to tell what happened."""


def tasks_take_over() -> None:
    """Give the tasks of lost workers back to the queue, and forget those workers."""
    lost = list(WorkerLease.objects.lost().values_list("pk", flat=True))
    # Tasks before leases: whoever claimed one of these tasks had a lease by then.
    running = list(DBTaskResult.objects.running())
    living = set(WorkerLease.objects.living().values_list("pk", flat=True))
    for task in running:
        if task.worker_ids[-1] not in living:
            _take_over(task)
    with transaction.atomic():
        WorkerLease.objects.lost().filter(pk__in=lost).delete()
        leases_ended.send(sender=WorkerLease, names=lost)


def _take_over(task: DBTaskResult) -> None:
    """Give a task back, or mark it as failed when it was lost too often; only one of several workers does."""
    running = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING)
    claim = running.filter(pk=task.pk, started_at=task.started_at)
    if len(task.worker_ids) < MOST_CLAIMS:
        if claim.update(status=TaskResultStatus.READY):
            logger.warning("task %s %s goes on without its worker, which was lost", task.task_path, task.pk)
    elif claim.update(
        status=TaskResultStatus.FAILED,
        finished_at=timezone.now(),
        exception_class_path=f"{WorkerLost.__module__}.{WorkerLost.__qualname__}",
        traceback=f"{len(task.worker_ids)} workers were lost with it.",
    ):
        text = "failed task %s %s: %s workers were lost with it"
        logger.error(text, task.task_path, task.pk, len(task.worker_ids))


class Heartbeat(threading.Thread):
    """Renews the lease of a worker, also during a long task, and takes over tasks of lost workers."""

    def __init__(self, worker_id: str) -> None:
        """Begin with a worker that has no lease yet."""
        super().__init__(name="heartbeat", daemon=True)
        self.worker_id = worker_id
        self.is_over = threading.Event()
        self.beaten_at = self.judges_at = time.monotonic()
        self.is_new = True

    def __enter__(self) -> Self:
        """Take the lease before the first task is claimed."""
        self.beat()
        self.start()
        return self

    def __exit__(self, *error: Any) -> None:
        """End the lease, so that anything this worker leaves behind is taken over at once."""
        self.is_over.set()
        self.join(1)
        with suppress(Error):
            WorkerLease.objects.end(self.worker_id)

    def run(self) -> None:
        """Beat until the worker ends; a database that is locked or away for a moment costs a beat."""
        while not self.is_over.wait(BEAT):
            try:
                self.beat()
            except Error as error:
                logger.warning("no heartbeat: %s", type(error).__name__)
            finally:
                connection.close()

    def beat(self) -> None:
        """Renew the lease, and take over tasks when a worker is lost.

        Looking at all tasks each time would be too much. The first beat does so, for a task may be left
        without a lease. A worker that is late itself, perhaps in this very beat, does not judge others for a
        while: a lock or a database that was away may have kept them too.
        """
        WorkerLease.objects.renew(self.worker_id)
        now, patience = time.monotonic(), WorkerLease.SILENCE.total_seconds() / 2
        if now - self.beaten_at > patience:
            self.judges_at = now + patience
        self.beaten_at = now
        if now >= self.judges_at and (self.is_new or WorkerLease.objects.lost().exists()):
            tasks_take_over()
            self.is_new = False
