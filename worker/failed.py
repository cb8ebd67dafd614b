"""Failed tasks: they stay in the queue as failed, with an alarm, until somebody puts them back."""

import logging
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import ngettext
from django_tasks import TaskResult, TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max
from wagtail.log_actions import log

from worker.leases import MOST_CLAIMS

logger = logging.getLogger("knooppunt.tasks")

# Tasks of Wagtail fail when their row was deleted meanwhile; then there is nothing left to do.
ROW_IS_GONE = ".DoesNotExist"
# Two workers wrote the first row of one page at once, as in the index of Wagtail; a second try finds it.
RACED = "django.db.utils.IntegrityError"
STOPPED = "builtins.SystemExit"  # how a task ends when its worker was told twice to stop


def failed_tasks() -> "QuerySet[DBTaskResult]":
    """Return the failed tasks, the last one first."""
    tasks: QuerySet[DBTaskResult] = DBTaskResult.objects.failed()
    return tasks.exclude(exception_class_path__endswith=ROW_IS_GONE).order_by("-finished_at")


def on_task_finished(task_result: TaskResult, **kwargs: Any) -> None:
    """Log a failed task; one that was only interrupted, or lost a race, goes back to the queue."""
    if task_result.status != TaskResultStatus.FAILED:
        return
    reason = task_result.errors[0].exception_class_path
    if reason == STOPPED:
        _put_back(DBTaskResult.objects.filter(pk=task_result.id))
    elif reason == RACED and len(task_result.worker_ids) < MOST_CLAIMS:
        again = {"status": TaskResultStatus.READY, "finished_at": None}
        DBTaskResult.objects.filter(pk=task_result.id).update(**again)  # the tries so far still count
    elif not reason.endswith(ROW_IS_GONE):
        logger.error("failed task %s %s: %s", task_result.task.module_path, task_result.id, reason)


def _put_back(tasks: "QuerySet[DBTaskResult]") -> int:
    """Reset tasks to their state before the first try, and return how many."""
    fresh = {"worker_ids": [], "run_after": get_date_max(), "exception_class_path": "", "traceback": ""}
    return tasks.update(status=TaskResultStatus.READY, started_at=None, finished_at=None, **fresh)


@transaction.atomic
def failed_retry(*, user: AbstractBaseUser | AnonymousUser | None = None) -> int:
    """Put all failed tasks back in the queue, log who did it, and return how many."""
    tasks = list(failed_tasks())
    if not tasks:
        return 0
    count = _put_back(DBTaskResult.objects.failed().filter(pk__in=[task.pk for task in tasks]))
    title = ngettext("%(n)s taak", "%(n)s taken", count) % {"n": count}
    log(tasks[0], "core.retry_tasks", user=user, title=title, data={"tasks": count})
    return count
