"""What every test can count on: a site that is laid out, and the engine when one is there."""

import datetime
import fcntl
import gc
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from cachetools import TTLCache
from django.core.cache import cache, caches
from django.db import connection
from django.test import override_settings
from django.test.utils import setup_databases, teardown_databases
from django.utils import timezone, translation

# Playwright runs an event loop in the thread of the test.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# Far from midnight, a new year and a change of the clock.
MOMENT = datetime.datetime.fromisoformat("2026-06-17T12:00+02:00")
SHORT = 0.005  # the share of a long proof that `make test` does; `make hard` does all of it


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add options for the clock, for how much to do of long proofs, and for their PostgreSQL server."""
    parser.addoption(
        "--clock", choices=("fixed", "machine"), default="fixed", help="what time it is for the tests"
    )
    parser.addoption(
        "--share", type=float, default=SHORT, help="the share of each long proof to do; 1 is all of it"
    )
    parser.addoption("--postgres", default="", help="address of a PostgreSQL server for the long proofs")


def pytest_collection_finish() -> None:
    """Exclude what was imported from every later garbage collection: that saves a fifteenth of the time."""
    gc.freeze()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print the figures of each proof, also of those that failed."""
    for reports in (terminalreporter.stats.get(name, []) for name in ("passed", "failed")):
        for report in reports:
            for name, figure in report.user_properties if report.when == "call" else ():
                terminalreporter.write_line(
                    f"{name} {report.nodeid.rpartition('::')[2]} ({report.duration:.0f} s): {figure}"
                )


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Return a function that keeps a figure, to be printed at the end whatever becomes of the proof."""
    return lambda figure: request.node.user_properties.append(("figure", figure))


@pytest.fixture(scope="session")
def rounds(request: pytest.FixtureRequest) -> Callable[[int], int]:
    """Return a function from a full number to how many to do: a two-hundredth, or more with `--share`."""
    share: float = request.config.getoption("--share")
    return lambda full: max(1, round(full * share))


def travel(config: pytest.Config, moment: datetime.datetime) -> AbstractContextManager[Any]:
    """Return a context in which the clock runs from a moment, unless `--clock` asks for the machine's own."""
    is_fixed = config.getoption("clock") == "fixed"
    return time_machine.travel(moment, tick=True) if is_fixed else nullcontext()


@pytest.fixture(scope="session")
def day_before(request: pytest.FixtureRequest) -> Callable[[], AbstractContextManager[Any]]:
    """Return a maker of contexts on the day before, for shared data: tests must not find dates to come."""
    return lambda: travel(request.config, MOMENT - datetime.timedelta(days=1))


@pytest.fixture
def has_processes(request: pytest.FixtureRequest) -> bool:
    """Tell whether a test also runs in other processes or Chromium, which have the clock of the machine."""
    return any(request.node.get_closest_marker(name) for name in ("browser", "hard", "process"))


@pytest.fixture(autouse=True)
def clock(request: pytest.FixtureRequest, has_processes: bool) -> Iterator[None]:
    """Begin each test at the same moment; the database and the engine have clocks of their own."""
    with nullcontext() if has_processes else travel(request.config, MOMENT):
        yield


@pytest.fixture
def no_time_passes() -> Iterator[None]:
    """Stop the clock, for a test of a limit per minute, a code of half a minute, or a wait to the second."""
    with time_machine.travel(timezone.now(), tick=False):
        yield


@pytest.fixture(autouse=True)
def stopwatch(has_processes: bool, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Stop the timers of the product, until a test sets `seconds`.

    On a slow machine a cache would otherwise expire in the middle of a test.
    """
    from page_cache import middleware
    from search import client
    from search.index import health
    from search.query import facet_results
    from search.text import vocabulary

    stopwatch = SimpleNamespace(seconds=1000.0, monotonic=lambda: stopwatch.seconds)
    for module in () if has_processes else (middleware, client):
        monkeypatch.setattr(module, "time", stopwatch)
    for module, name in (
        (facet_results, "_READ"),
        (vocabulary, "_LOOKED_AT"),
        (health, "_COUNTED"),
    ):
        store = getattr(module, name)
        monkeypatch.setattr(module, name, TTLCache(store.maxsize, store.ttl, timer=stopwatch.monotonic))
    return stopwatch


@pytest.fixture(scope="session")
def index_prefix(worker_id: str) -> str:
    """Return the prefix of the names of this process's indices."""
    return f"test-{os.getpid()}-{worker_id}"


@pytest.fixture(autouse=True)
def engine_or_none(
    request: pytest.FixtureRequest, settings: Any, index_prefix: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Let a test without the marker `engine` search in the database; it is quicker and needs nothing.

    With the marker a test waits longer for the engine than a visitor would: a machine that runs all tests at
    once is slow, which is not what is tested. A question that the engine refuses, or a response that we
    cannot read, fails the test: a visitor would get her page from the database, and nobody would notice.
    """
    from search import client

    settings.SEARCH_INDEX_PREFIX = index_prefix
    if request.node.get_closest_marker("engine"):
        monkeypatch.setattr(client, "PATIENCE", 60.0)
        client.circuit_breaker.succeeded()
    else:
        settings.ELASTICSEARCH_URL = []
    client.faults.forget()
    yield
    if not request.node.get_closest_marker("engine_faults"):
        assert client.faults.last == ""


@pytest.fixture(autouse=True)
def fresh_memory() -> None:
    """Clear what earlier tests left in this process: counted requests, words, vectors, and the language."""
    from search.index import health
    from search.query import facet_results
    from search.semantic import vectors
    from search.text import vocabulary

    caches["memory"].clear()
    caches["counters"].clear()
    cache.clear()
    vocabulary._KEPT.clear()
    facet_results._READ.clear()
    vocabulary._LOOKED_AT.clear()
    health._COUNTED.clear()
    vectors._sum_vectors.cache_clear()
    translation.deactivate()


@pytest.fixture(scope="session")
def shared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder for what is made once for all test processes of this run.

    With `TESTS_SHARE` several runs share one folder.
    """
    if folder := os.environ.get("TESTS_SHARE"):
        return Path(folder)
    base = tmp_path_factory.getbasetemp()
    return base.parent if hasattr(request.config, "workerinput") else base


@pytest.fixture(scope="session")
def django_db_setup(
    day_before: Callable[[], AbstractContextManager[Any]],
    django_test_environment: None,
    django_db_modify_db_settings: None,
    django_db_blocker: Any,
    shared: Path,
) -> Iterator[None]:
    """Give each process a site that is set up: the first makes it, in half a minute, the others get a copy.

    What a test changes is undone after it.
    """
    from django_tasks_db.models import DBTaskResult

    from pages.setup import site_setup

    original = {"sqlite": SQLiteOriginal, "postgresql": PostgreSQLOriginal}[connection.vendor](shared)
    with django_db_blocker.unblock(), override_settings(ELASTICSEARCH_URL=[]), original.lock():
        is_there = original.path.exists()
        with original.copy() if is_there else day_before():
            names = setup_databases(
                0, interactive=False, keepdb=is_there, aliases={"default"}, serialized_aliases=set()
            )
            if not is_there:
                site_setup()
                do_waiting_tasks()
        if not is_there:
            DBTaskResult.objects.all().delete()
            original.keep()
        # What a test with several threads begins with, as its changes cannot be undone: the same.
        connection._test_serialized_contents = connection.creation.serialize_db_to_string()
    yield
    with django_db_blocker.unblock():
        teardown_databases(names, verbosity=0)


class Original:
    """The database that the others are copies of; `path` exists when it does."""

    def __init__(self, shared: Path) -> None:
        """Name it after the kind of database."""
        self.path = shared / f"layout.{connection.vendor}"

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Let one process at a time make it or copy it."""
        with self.path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


class SQLiteOriginal(Original):
    """A file; the copies are in memory."""

    def keep(self) -> None:
        """Write the file."""
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(self.path)])

    @contextmanager
    def copy(self) -> Iterator[None]:
        """Fill the in-memory database of the tests; it is lost unless somebody opens it meanwhile."""
        name = connection.creation._get_test_db_name()
        with (
            closing(sqlite3.connect(name, uri=True)) as memory,
            closing(sqlite3.connect(self.path)) as original,
        ):
            original.backup(memory)
            yield


class PostgreSQLOriginal(Original):
    """A database whose name is in a file."""

    def keep(self) -> None:
        """Copy what was made."""
        name = f"layout_{os.getpid()}_{time.time_ns()}"
        source = connection.settings_dict["NAME"]
        connection.close()
        self._tell_server(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
        self.path.write_text(name)

    @contextmanager
    def copy(self) -> Iterator[None]:
        """Put the copy where the tests look."""
        name = connection.creation._get_test_db_name()
        self._tell_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self._tell_server(f'CREATE DATABASE "{name}" TEMPLATE "{self.path.read_text()}"')
        yield

    def _tell_server(self, statement: str) -> None:
        """Run a statement that cannot run within a database."""
        with connection._nodb_cursor() as cursor:
            cursor.execute(statement)


@pytest.fixture
def own_files(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Keep the files of a test in folders of its own, and return these: `public` and `private`."""
    from django.core.files.storage import storages

    from members.models import Member

    folders = SimpleNamespace(public=tmp_path / "media", private=tmp_path / "private")
    settings.MEDIA_ROOT, settings.PRIVATE_ROOT = folders.public, folders.private
    default = settings.STORAGES["default"]
    options = default["OPTIONS"] | {"location": str(folders.private)}
    settings.STORAGES = settings.STORAGES | {"default": default | {"OPTIONS": options}}
    # Its storage is made with the model; that of other fields, when it is used.
    monkeypatch.setattr(Member._meta.get_field("photo"), "storage", storages["default"])
    return folders


@pytest.fixture
def as_user() -> Callable[[Any], Any]:
    """Return what gives a browser in which somebody is logged in, or nobody."""
    from django.test import Client

    def browse(user: Any) -> Client:
        client = Client()
        if user:
            client.force_login(user)
        return client

    return browse


@pytest.fixture
def adopt() -> Callable[..., Any]:
    """Return what has an organisation say that it does what a case describes."""
    from reuse.choices import Source, Standing, Status
    from reuse.models import Adoption

    def adopt(case: Any, body: Any, status: str = Status.IN_USE, **fields: Any) -> Adoption:
        said = {"standing": Standing.CONFIRMED, "source": Source.OWN, "confirmed_at": timezone.now()}
        values = {"page": case, "case_key": case.translation_key, "organisation": body, "status": status}
        return Adoption.objects.create(**values | said | fields)

    return adopt


@pytest.fixture
def site_frame(db: Any) -> Any:
    """Return the Dutch home page of a site that is set up: sections, texts, groups and workflow."""
    from pages.models import HomePage

    return HomePage.objects.get(locale__language_code="nl")


@pytest.fixture(scope="session")
def engine_client(index_prefix: str) -> Iterator[Any]:
    """Return a client of the real engine; in the end it removes everything of this process."""
    from django.conf import settings

    from search import client

    if not settings.ELASTICSEARCH_URL:
        pytest.skip("no engine: set ELASTICSEARCH_URL, or run `make test`")
    real = client._connection(tuple(settings.ELASTICSEARCH_URL)).options(request_timeout=120)
    yield real
    for audience in ("public", "members"):
        real.options(ignore_status=404).indices.delete_index_template(name=f"{index_prefix}-{audience}")


@pytest.fixture(scope="session")
def drop_indices(index_prefix: str) -> Callable[[Any], None]:
    """Return a function that drops all indices of this process with a client."""

    def drop_indices(engine: Any) -> None:
        if names := list(engine.indices.get(index=f"{index_prefix}-*", expand_wildcards="all").body):
            engine.indices.delete(index=names)

    return drop_indices


@pytest.fixture
def engine(engine_client: Any, drop_indices: Callable[[Any], None]) -> Iterator[Any]:
    """Return a client of the real engine, with indices of this process's own that are gone afterwards."""
    yield engine_client
    drop_indices(engine_client)


@pytest.fixture(scope="session")
def do_tasks() -> Callable[[], int]:
    """Return a function that runs the waiting tasks of the queue, for what tests share."""
    return do_waiting_tasks


@pytest.fixture
def run_tasks(db: Any) -> Callable[[], int]:
    """Return a function that runs the waiting tasks of the queue, as the worker would."""
    return do_waiting_tasks


@pytest.fixture
def has_to_wait() -> Callable[[Thread], bool]:
    """Return a function that tells whether a thread waits for a lock on PostgreSQL before it ends."""
    look = (
        "SELECT pg_stat_clear_snapshot()",  # or a transaction sees the same statistics for ever
        "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
    )

    def has_to_wait(thread: Thread) -> bool:
        with connection.cursor() as cursor:
            while thread.is_alive():
                for query in look:
                    cursor.execute(query)
                if cursor.fetchone():
                    return True
        return False

    return has_to_wait


def do_waiting_tasks() -> int:
    """Run the waiting tasks, and those that they enqueue; return how many tasks there were."""
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
