"""Command `worker`: that of django-tasks-db, with a lease on what it does."""

from typing import Any

from django_tasks.signals import task_finished
from django_tasks_db.management.commands.db_worker import Command as WorkerCommand

from worker.failed import on_task_finished
from worker.leases import Heartbeat


class Command(WorkerCommand):
    """Run the tasks of the queue, and those of lost workers."""

    help = "Runs the tasks of the queue, and takes over what killed workers were doing."

    def handle(self, *args: Any, **options: Any) -> None:
        """Work with a heartbeat beside it."""
        task_finished.connect(on_task_finished, dispatch_uid="failed")
        with Heartbeat(options["worker_id"]):
            super().handle(*args, **options)
