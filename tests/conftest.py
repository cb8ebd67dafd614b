"""What every test can count on: a site that is laid out, and the engine when one is there."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache, caches
from django.db import connection
from django.test import override_settings
from django.utils import translation

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright runs an event loop in the thread of the test


@pytest.fixture(autouse=True)
def no_engine(request: pytest.FixtureRequest, settings: Any) -> None:
    """Let a test without the marker `engine` search in the database; it is quicker and needs nothing."""
    if not request.node.get_closest_marker("engine"):
        settings.ELASTICSEARCH_URL = []


@pytest.fixture(autouse=True)
def fresh_memory() -> None:
    """Forget what earlier tests left in this process: counted requests, words, vectors, and the language of the last page."""
    from search import facets, vectors, vocabulary

    caches["memory"].clear()
    cache.clear()
    vocabulary._KEPT.clear()
    facets._READ.clear()
    vectors._sum_vectors.cache_clear()
    translation.deactivate()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Lay out the site in the database of the tests and do the work that follows; what a test changes is undone after it."""
    from pages.setup import site_setup

    with django_db_blocker.unblock(), override_settings(ELASTICSEARCH_URL=[]):
        site_setup()
        do_waiting_tasks()
        # What a test with several threads begins with, as its changes cannot be undone: the same.
        connection._test_serialized_contents = connection.creation.serialize_db_to_string()


@pytest.fixture
def site_frame(db: Any) -> Any:
    """Return the Dutch home page of a site that is laid out: sections, texts, groups and workflow."""
    from pages.models import HomePage

    return HomePage.objects.get(locale__language_code="nl")


@pytest.fixture
def engine(settings: Any, worker_id: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Return a client of the real engine, with indices of this worker's own that are gone afterwards.

    It is waited for longer than a visitor would: a machine that runs all tests at once is slow, which is not what is tested.
    """
    from search import client

    if not settings.ELASTICSEARCH_URL:
        pytest.skip("no engine: set ELASTICSEARCH_URL, or run `make test`")
    settings.SEARCH_INDEX_PREFIX = f"test-{os.getpid()}-{worker_id}"
    monkeypatch.setattr(client, "PATIENCE", 10.0)
    client.breaker.succeeded()
    real = client._connection(tuple(settings.ELASTICSEARCH_URL)).options(request_timeout=30)
    yield real
    for name in real.indices.get(index=f"{settings.SEARCH_INDEX_PREFIX}-*", expand_wildcards="all").body:
        real.indices.delete(index=name)
    for audience in ("public", "members"):
        real.options(ignore_status=404).indices.delete_index_template(name=f"{settings.SEARCH_INDEX_PREFIX}-{audience}")


@pytest.fixture
def run_tasks(db: Any) -> Callable[[], int]:
    """Return a function that does the waiting work of the queue, as the worker would."""
    return do_waiting_tasks


def do_waiting_tasks() -> int:
    """Do what waits, and what waits because of that; return how many tasks it was."""
    from django_tasks import TaskContext
    from django_tasks_db.models import DBTaskResult

    done = 0
    while task := DBTaskResult.objects.ready().first():
        task.claim("test")
        context = [TaskContext(task_result=task.task_result)] if task.task.takes_context else []
        task.task.call(*context, *task.args_kwargs["args"], **task.args_kwargs["kwargs"])
        task.set_successful(None)
        done += 1
    return done
