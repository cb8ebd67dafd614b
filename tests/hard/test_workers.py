"""Workers killed with SIGKILL leave nothing undone, and a task that kills workers does not go on for ever."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection

from worker.leases import MOST_CLAIMS

pytestmark = pytest.mark.hard

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 30
TASKS = """
import os, signal, time
from pathlib import Path
from django_tasks import task

PLACE = Path(os.environ["PLACE"])


@task()
def stuck_at_first():
    if (PLACE / "begun").exists():
        (PLACE / "done").touch()
    else:
        (PLACE / "begun").touch()
        time.sleep(600)


@task()
def slow():
    with (PLACE / "begun").open("a") as file:
        file.write("x")
    time.sleep(5)


@task()
def deadly():
    with (PLACE / "begun").open("a") as file:
        file.write("x")
    os.kill(os.getpid(), signal.SIGKILL)
"""
ENQUEUE = "import django; django.setup(); import probe_tasks; probe_tasks.{name}.enqueue()"
SILENCE = 6  # seconds; long enough for a worker on a machine that is busy with other things
# The same worker as `manage.py worker`, with a pulse five times as fast.
WORK_QUICKLY = f"""
import datetime, django
django.setup()
from django.core.management import call_command
from worker import leases, models
leases.BEAT, models.WorkerLease.SILENCE = 0.3, datetime.timedelta(seconds={SILENCE})
call_command("worker", "--interval", "0.1", "--no-startup-delay", "--verbosity", "0")
"""
WORKER = ["manage.py", "worker", "--interval", "0.5", "--no-startup-delay", "--verbosity", "0"]


class Site:
    """A database of its own with a queue, and the workers that a test starts on it."""

    def __init__(self, var: Path, database_url: str) -> None:
        """Put the tasks beside a database that is laid out."""
        self.url, self.var, self.place = database_url, var, var
        self.workers: list[subprocess.Popen[bytes]] = []
        (var / "probe_tasks.py").write_text(TASKS)
        self.env = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
        self.env |= {
            "VAR_DIR": str(var),
            "ELASTICSEARCH_URL": "",
            "DJANGO_SETTINGS_MODULE": "config.settings.development",
        }
        self.env |= {"PYTHONPATH": f"{ROOT}:{ROOT / 'site'}:{var}"} | (
            {"DATABASE_URL": database_url} if database_url else {}
        )

    def run(self, program: str) -> None:
        """Run a program beside the site."""
        subprocess.run(
            [sys.executable, "-c", program], cwd=ROOT, env=self.env | {"PLACE": str(self.place)}, check=True
        )

    def start(self, command: list[str] | None = None) -> subprocess.Popen[bytes]:
        """Start a worker; with a quick pulse when no command is given."""
        command = [sys.executable, *(command or ["-c", WORK_QUICKLY])]
        with (self.place / "worker.log").open("ab") as log:
            env = self.env | {"PLACE": str(self.place)}
            self.workers.append(subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log))
        return self.workers[-1]

    def kill(self, worker: subprocess.Popen[bytes]) -> None:
        """Kill a worker as the kernel does when memory is short."""
        worker.send_signal(signal.SIGKILL)
        worker.wait(PATIENCE)

    def ask(self, sql: str) -> list[Any]:
        """Return the first column of what the database answers."""
        if not self.url:
            with sqlite3.connect(self.var / "db.sqlite3", timeout=20) as database:
                return [row[0] for row in database.execute(sql)]
        import psycopg

        with psycopg.connect(self.url) as database:
            return [row[0] for row in database.execute(sql)]

    def statuses(self) -> list[str]:
        """Return the statuses of all tasks."""
        return self.ask("SELECT status FROM django_tasks_database_dbtaskresult")

    def begun(self) -> int:
        """Return how many times a task began."""
        file = self.place / "begun"
        return len(file.read_text()) if file.exists() else 0


def wait_for(condition: Callable[[], bool], patience: float = PATIENCE) -> float:
    """Return after how many seconds a condition came true; it must."""
    begun = time.monotonic()
    while not condition():
        assert time.monotonic() - begun < patience
        time.sleep(0.05)
    return time.monotonic() - begun


@pytest.fixture(scope="module")
def whole_site(
    tmp_path_factory: pytest.TempPathFactory, shared: Path, django_db_setup: None
) -> Iterator[Site]:
    """Return a site on the kind of database that the tests run on, a copy of what they begin with."""
    var, url = tmp_path_factory.mktemp("site"), os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        shutil.copy(shared / "layout.sqlite", var / "db.sqlite3")
        yield Site(var, "")
        return
    import psycopg

    name = f"worker_{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE {(shared / 'layout.postgresql').read_text()}")
        yield Site(var, urlsplit(url)._replace(path=f"/{name}").geturl())
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def site(whole_site: Site, tmp_path: Path) -> Iterator[Site]:
    """Return the site without tasks; its workers are gone in the end."""
    whole_site.place = tmp_path
    yield whole_site
    for worker in whole_site.workers:
        worker.kill()
        worker.wait(PATIENCE)
    whole_site.workers.clear()
    whole_site.run(
        "import django; django.setup(); from worker.leases import *; DBTaskResult.objects.all().delete()"
    )


def test_what_a_killed_worker_was_doing_is_done_by_another(site: Site) -> None:
    site.run(ENQUEUE.format(name="stuck_at_first"))
    first = site.start()
    wait_for((site.place / "begun").exists)
    site.start()
    time.sleep(SILENCE + 2)
    assert not (site.place / "done").exists(), "as long as the first one lives, nobody takes its task"
    site.kill(first)
    wait_for((site.place / "done").exists)
    wait_for(lambda: site.statuses() == ["SUCCESSFUL"])
    assert "goes on without its worker" in (site.place / "worker.log").read_text()


def test_a_worker_that_starts_later_finds_it_too(site: Site) -> None:
    site.run(ENQUEUE.format(name="stuck_at_first"))
    first = site.start()
    wait_for((site.place / "begun").exists)
    site.kill(first)
    time.sleep(SILENCE)
    site.start()
    wait_for((site.place / "done").exists)


def test_a_worker_that_is_told_to_stop_ends_its_task_first(site: Site) -> None:
    site.run(ENQUEUE.format(name="slow"))
    worker = site.start()
    wait_for(lambda: site.begun() == 1)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(PATIENCE) == 0
    assert site.statuses() == ["SUCCESSFUL"]


def test_a_worker_that_is_told_twice_gives_its_task_back(site: Site) -> None:
    site.run(ENQUEUE.format(name="slow"))
    worker = site.start()
    wait_for(lambda: site.begun() == 1)
    worker.send_signal(signal.SIGTERM)
    time.sleep(0.5)
    worker.send_signal(signal.SIGTERM)
    worker.wait(PATIENCE)
    assert site.statuses() == ["READY"]


def test_a_task_that_kills_its_workers_fails_for_good_with_one_alarm(site: Site) -> None:
    site.run(ENQUEUE.format(name="deadly"))
    for _ in range(MOST_CLAIMS):
        assert site.start().wait(PATIENCE) == -signal.SIGKILL
    site.start()
    wait_for(lambda: site.statuses() == ["FAILED"])
    time.sleep(1)
    assert site.begun() == MOST_CLAIMS
    assert (site.place / "worker.log").read_text().count(
        "ERROR knooppunt.tasks failed task probe_tasks.deadly"
    ) == 1


@pytest.mark.skipif(connection.vendor != "sqlite", reason="one writer at a time is SQLite's")
def test_a_database_that_is_locked_for_longer_than_a_lease_costs_nobody_a_task(site: Site) -> None:
    site.run(ENQUEUE.format(name="slow"))
    site.start()
    site.start()
    wait_for(lambda: site.begun() == 1)
    with sqlite3.connect(site.var / "db.sqlite3", isolation_level=None) as database:
        database.execute("BEGIN EXCLUSIVE")
        time.sleep(SILENCE + 2)
        database.execute("COMMIT")
    wait_for(lambda: site.statuses() == ["SUCCESSFUL"])
    assert site.begun() == 1


def test_it_takes_less_than_a_minute_with_the_pulse_of_every_day(
    site: Site, tell: Callable[[str], None]
) -> None:
    site.run(ENQUEUE.format(name="stuck_at_first"))
    first = site.start(WORKER)
    wait_for((site.place / "begun").exists)
    site.start(WORKER)
    time.sleep(10)
    site.kill(first)
    taken_over = wait_for((site.place / "done").exists, 60)
    tell(f"{connection.vendor}: taken over and done {taken_over:.1f} s after the kill")
