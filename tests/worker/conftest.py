"""Tasks of workers."""

from collections.abc import Callable

import pytest
from django_tasks_db.models import DBTaskResult


@pytest.fixture
def running() -> Callable[..., DBTaskResult]:
    """Return a function that makes a task that these workers claimed, one after the other."""

    def make(*worker_ids: str) -> DBTaskResult:
        task = DBTaskResult.objects.create(
            args_kwargs={"args": [], "kwargs": {}}, task_path="x", backend_name="default"
        )
        for worker_id in worker_ids:
            task.claim(worker_id)
        return task

    return make
