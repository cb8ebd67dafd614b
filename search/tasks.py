"""Work of search in the background."""

import datetime
import logging

from django.utils import timezone
from django_tasks import task

from search import indexing
from search.client import EngineUnavailable

logger = logging.getLogger("knooppunt.search")

MOST_ATTEMPTS = 8
FIRST_WAIT = 5  # seconds; doubles with each attempt


@task()
def bring_in_line(label: str, pks: list[int], attempt: int = 1) -> None:
    """Make copy and index equal to these rows; while the engine is away, try again later, and give up after eight times.

    What was given up stays in the queue as failed: `search_index status` counts it and `search_index check --repair` mends it.
    """
    try:
        indexing.bring_in_line(label, pks)
    except EngineUnavailable:
        if attempt >= MOST_ATTEMPTS:
            logger.error("gave up writing %s %s to the index", label, pks)
            raise
        wait = datetime.timedelta(seconds=FIRST_WAIT * 2 ** (attempt - 1))
        bring_in_line.using(run_after=timezone.now() + wait).enqueue(label, pks, attempt + 1)
