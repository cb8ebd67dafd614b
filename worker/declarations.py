"""What tasks hold of people."""

from django_tasks_db.models import DBTaskResult

from core.processing import holds_nothing, personal
from worker.models import WorkerLease

personal(
    DBTaskResult,
    "args_kwargs return_value traceback",
    why="Background work: what may wait",
    kept="two weeks after it is done; a task that failed, until somebody puts it back",
    seen_by="administrators",
    erased="tasks name people by number alone",
)
holds_nothing(WorkerLease, because="it names processes")
