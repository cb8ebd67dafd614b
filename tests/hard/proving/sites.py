"""Whole sites with their own database, indices and processes, made quickly as copies of a prepared one."""

import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from processes import free_port
from proving.nodes import find_node
from proving.processes import BESIDE, Launcher, Process, wait_for

from bench import indices

ROOT = Path(__file__).resolve().parents[3]
NOBODY = 0  # the status of an answer that never came
PATIENCE_OF_VISITORS = 30.0
PROCESSES = 4  # that answer
QUESTION, ENGINE, DATABASE = "/api/v1/search?q=asfalt", "elasticsearch", "database"
SOON = 60.0  # seconds after which all must be well again
KEPT_VARIABLES = {"PATH", "HOME", "LANG", "LC_ALL", "TMPDIR"}


@dataclass(frozen=True)
class Answer:
    """The response to a request for a page; status 0 means none, for instance from a process being killed."""

    status: int
    text: str
    seconds: float


class Site:
    """A site that a proof serves, works for and breaks; `prefix` begins the names of its indices."""

    settings = "proof_settings"
    python_path = (ROOT, ROOT / "site", BESIDE)
    web_options = ("--config", str(ROOT / "gunicorn.conf.py"))

    def __init__(self, var: Path, database: str, engine: str, folder: Path = ROOT) -> None:
        """Load the code of a site that is prepared."""
        self.var, self.database, self.engine, self.folder = var, database, engine, folder
        self.port, self.prefix = free_port(), f"proof-{os.getpid()}-{time.monotonic_ns() % 10**9}"
        self.env = build_env(self.settings, self.python_path, var, database, engine) | {
            "SEARCH_INDEX_PREFIX": self.prefix
        }
        self.launcher = Launcher(self.env, folder, var / "log")
        self.web: Process | None = None
        self.workers: list[Process] = []

    def start_web(self) -> None:
        """Serve pages, as `make run` does, and wait until the first one came."""
        options = ["--bind", f"127.0.0.1:{self.port}", "--workers", str(PROCESSES), *self.web_options]
        self.web = self.launcher.start("gunicorn", *options)
        wait_for(lambda: self.get("/healthz").status == 200, what="the first page")

    def start_worker(self) -> Process:
        """Start a worker more."""
        options = ["--interval", "0.2", "--no-startup-delay", "--verbosity", "0"]
        self.workers.append(self.launcher.start("worker", *options))
        return self.workers[-1]

    def get(self, path: str, *, method: str = "GET") -> Answer:
        """Return what a visitor gets."""
        begun = time.monotonic()
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_OF_VISITORS)
        try:
            connection.request(method, path)
            answer = connection.getresponse()
            status, text = answer.status, answer.read().decode("utf-8", "replace")
        except (OSError, HTTPException):
            status, text = NOBODY, ""
        finally:
            connection.close()
        return Answer(status, text, time.monotonic() - begun)

    def write(self, kind: str, seed: int) -> Answer:
        """Do a write as an editor or a member."""
        return self.get(f"/proof/{kind}/{seed}/", method="POST")

    def asks_engine(self) -> bool:
        """Tell whether every process asks the engine, and gets an answer."""
        return all(self.find_source() == ENGINE for _ in range(12))

    def find_source(self) -> str:
        """Return where the hits of a question come from."""
        return str(json.loads(self.get(QUESTION).text)["engine"])

    def find_differences(self) -> str:
        """Return what `search_index check` says when it is not content."""
        code, said = self.launcher.run("search_index", "check", patience=300)
        return "" if code == 0 and "no differences" in said else said or f"ended with {code}"

    def wait_until_well(self) -> float:
        """Return the seconds until nothing differs and no index is left; AssertionError if too late."""
        begun = time.monotonic()
        while said := self.find_differences() or ", ".join(self.find_left_indices()):
            time.sleep(1)
            assert time.monotonic() - begun < SOON, said[-3000:]
        return time.monotonic() - begun

    def count_failed(self) -> int:
        """Return how many rows were given up."""
        _, status = self.launcher.run("search_index", "status")
        return int(status.split("given up: ")[1].split()[0])

    def audit(self) -> str:
        """Return what the independent `audit.py` reports; nothing if it compared some and none differ."""
        _, said = self.launcher.run("audit.py", find_node(self.engine))
        return "" if re.fullmatch(r"[1-9]\d* compared\n", said) else said

    def read_traceback(self) -> str:
        """Return the end of the first traceback that a process wrote, if one did."""
        texts = (
            log.read_text(errors="replace").partition("Traceback (most recent")[2]
            for log in self.launcher.logs.glob("*.log")
        )
        return next((text[:6000] for text in texts if text), "")

    def find_left_indices(self) -> set[str]:
        """Return the indices that are neither live nor kept to go back to."""
        there = indices.ask(find_node(self.engine), "GET", f"{self.prefix}-*?features=aliases")
        names = {
            f"{self.prefix}-{audience}{end}" for audience in ("public", "members") for end in ("", "-last")
        }
        return {index for index, content in there.items() if names.isdisjoint(content["aliases"])}

    def close(self) -> None:
        """End all processes, and take the indices away."""
        self.launcher.close()
        indices.delete_indices(find_node(self.engine), f"{self.prefix}-")


def build_env(
    settings: str, paths: tuple[Path, ...], var: Path, database: str, engine: str
) -> dict[str, str]:
    """Return the variables of a site; nothing of the caller's settings gets through."""
    return {key: value for key, value in os.environ.items() if key in KEPT_VARIABLES} | {
        "PYTHONPATH": os.pathsep.join(str(path) for path in paths),
        "DJANGO_SETTINGS_MODULE": settings,
        "DATABASE_URL": database,
        "ELASTICSEARCH_URL": engine,
        "EMAIL_URL": "dummymail://",
        "VAR_DIR": str(var),
    }


class Nursery:
    """Makes sites as copies of a prepared one; all processes share one per kind of database."""

    def __init__(self, shared: Path, server: str, engine: str) -> None:
        """Begin with a folder that all of them share, and perhaps a PostgreSQL server."""
        self.shared, self.server, self.engine = shared, server, engine

    @contextmanager
    def site(self, kind: str, var: Path, engine: str | None = None) -> Iterator[Site]:
        """Give a site with the demonstration on this kind of database; it is gone afterwards."""
        database = self._copy(kind, var)
        site = Site(var, database, self.engine if engine is None else engine)
        try:
            yield site
        finally:
            site.close()
            if kind == "postgresql":
                self._tell_server(f"DROP DATABASE {urlsplit(database).path[1:]} WITH (FORCE)")

    def _copy(self, kind: str, var: Path) -> str:
        """Return the address of a database with everything in it, and put the files beside it in place."""
        with (self.shared / f"{kind}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            original = self.shared / kind
            if not (original / "done").exists():
                self._prepare(kind, original)
            shutil.copytree(original, var, dirs_exist_ok=True)
            if kind == "sqlite":
                return f"sqlite:///{var / 'db.sqlite3'}"
            name = f"proof_{os.getpid()}_{time.monotonic_ns()}"
            self._tell_server(f"CREATE DATABASE {name} TEMPLATE {self._template}")
            return urlsplit(self.server)._replace(path=f"/{name}").geturl()

    @property
    def _template(self) -> str:
        """Return the name of the database that is copied."""
        return f"proof_template_{self.shared.stat().st_ino}"

    def _prepare(self, kind: str, var: Path) -> None:
        """Make the site that is copied."""
        shutil.rmtree(var, ignore_errors=True)
        var.mkdir()
        database = f"sqlite:///{var / 'db.sqlite3'}"
        if kind == "postgresql":
            self._tell_server(f"DROP DATABASE IF EXISTS {self._template} WITH (FORCE)")
            self._tell_server(f"CREATE DATABASE {self._template}")
            database = urlsplit(self.server)._replace(path=f"/{self._template}").geturl()
        env = build_env(Site.settings, Site.python_path, var, database, "")
        manage(ROOT, env, "prepare")
        manage(
            ROOT,
            env,
            "shell",
            "--no-imports",
            "-c",
            "import random, proof_writes; proof_writes.begin(random.Random(0))",
        )
        (var / "done").touch()

    def _tell_server(self, statement: str) -> None:
        """Make or throw away a database."""
        with psycopg.connect(self.server, autocommit=True) as server:
            server.execute(statement)


def manage(folder: Path, env: Mapping[str, str], *command: str) -> str:
    """Run a management command in a process of its own, and return what it says."""
    command = (sys.executable, "manage.py", *command)
    done = subprocess.run(command, cwd=folder, env=dict(env), capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}: {done.stdout[-3000:]}{done.stderr[-3000:]}"
    return done.stdout
