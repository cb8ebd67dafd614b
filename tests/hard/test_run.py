"""`make run` as somebody types it, in the modes that the README names; one of them is short."""

import json
import os
import signal
import stat
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import postgres
import pytest
from processes import free_port

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 600  # seconds, so that a run ends


class Site:
    """A `make run` with its output."""

    def __init__(self, var: Path, **env: str) -> None:
        """Start it."""
        self.var, self.port = var, free_port()
        self.url = f"http://localhost:{self.port}"
        var.parent.mkdir(parents=True, exist_ok=True)
        self.output = var.parent / f"{var.name}.out"
        unset = {"DATABASE_URL", "LOAD_DEMO", "DJANGO_SETTINGS_MODULE", "SEARCH_INDEX_PREFIX"}
        full = {key: value for key, value in os.environ.items() if key not in unset}
        full |= {"PORT": str(self.port), "VAR_DIR": str(var), "SEARCH_INDEX_PREFIX": f"run-{self.port}"}
        with self.output.open("wb") as output:
            command = ["make", "run"]
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**full, **env},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def get(self, path: str) -> tuple[int, str]:
        """Return status and text of a page; 0 when nobody answers."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=60) as answer:  # noqa: S310  our own address
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def wait(self) -> float:
        """Wait until it says that it is ready, and return after how many seconds the first page came."""
        begun, first = time.monotonic(), 0.0
        while "is ready" not in self.output.read_text():
            assert self.process.poll() is None, self.output.read_text()
            assert time.monotonic() - begun < PATIENCE, self.output.read_text()
            if not first and self.get("/praktijkvoorbeelden/")[0] == 200:
                first = time.monotonic() - begun
            time.sleep(0.2)
        return first or time.monotonic() - begun

    def stop(self) -> list[str]:
        """Press Ctrl-C, and return the command lines of what is left."""
        os.killpg(self.process.pid, signal.SIGINT)
        self.process.wait(PATIENCE)
        lines = subprocess.run(
            ["ps", "-eo", "args"], capture_output=True, text=True, check=True
        ).stdout.splitlines()
        return [line for line in lines if str(self.var) in line or f":{self.port}" in line]


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Site]]:
    """Return a function that starts a site with a folder of this name; all are stopped in the end."""
    folder = tmp_path_factory.mktemp("run")
    sites: list[Site] = []

    def run(name: str, **env: str) -> Site:
        sites.append(Site(folder / name, **env))
        return sites[-1]

    yield run
    for site in sites:
        if site.process.poll() is None:
            site.stop()


@pytest.fixture(scope="module")
def site(start: Callable[..., Site]) -> Site:
    """Return a site with an engine that was started for the first time; the last test stops it."""
    site = start("site")
    site.wait()
    return site


@pytest.mark.hard
def test_a_site_has_an_engine_accounts_and_processes(site: Site) -> None:
    ready = json.loads(site.get("/readyz")[1])
    del ready["semantic"]  # the worker still makes vectors
    assert ready == {"database": "ok", "search": "ok", "search_answers": "ok"}
    # The first question of a busy machine may take longer than a visitor waits.
    engines = {json.loads(site.get("/api/v1/search?q=rioolgemaal")[1])["engine"] for _ in range(3)}
    assert "elasticsearch" in engines
    accounts = site.var / "accounts.json"
    assert stat.S_IMODE(accounts.stat().st_mode) == 0o600
    assert {row["role"] for row in json.loads(accounts.read_text())} == {
        "administrator",
        "moderator",
        "editor",
        "member",
    }
    for name in ("web", "worker"):
        os.kill(int((site.var / "run" / f"{name}.pid").read_text()), 0)


@pytest.mark.hard
def test_the_code_beside_a_running_site_opens_the_same_database(site: Site) -> None:
    env: dict[str, Any] = {**os.environ, "VAR_DIR": str(site.var), "SEARCH_INDEX_PREFIX": f"run-{site.port}"}
    env.pop("DJANGO_SETTINGS_MODULE", None)
    command = [str(ROOT / ".venv/bin/python"), "manage.py", "search_index", "status"]
    said = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True).stdout
    assert "27 × case" in said
    assert "engine: 8." in said


@pytest.mark.hard
def test_a_worker_that_is_killed_comes_back(site: Site) -> None:
    path = site.var / "run" / "worker.pid"
    first = path.read_text()
    os.killpg(int(first), signal.SIGKILL)
    end = time.monotonic() + 20
    while path.read_text() == first:
        assert time.monotonic() < end
        time.sleep(0.2)


@pytest.mark.hard
def test_the_same_folder_is_not_used_twice(site: Site, start: Callable[..., Site]) -> None:
    second = start(site.var.name)
    assert second.process.wait(30) != 0
    assert "Another `make run` uses" in second.output.read_text()


@pytest.mark.process
def test_a_site_without_engine_and_content_serves_and_stops(start: Callable[..., Site]) -> None:
    """The short proof of `make run`."""
    bare = start("bare", ELASTICSEARCH_URL="", LOAD_DEMO="0")
    bare.wait()
    assert "There is no engine" in bare.output.read_text()
    assert bare.get("/readyz")[0] == 200
    assert json.loads(bare.get("/api/v1/search")[1])["engine"] == "database"
    assert json.loads(bare.get("/api/v1/cases")[1])["total"] == 0
    assert bare.get("/")[0] == 200
    assert not (bare.var / "accounts.json").exists()
    assert bare.stop() == []


@pytest.mark.hard
def test_two_sites_run_side_by_side(site: Site, start: Callable[..., Site]) -> None:
    bare = start("beside", ELASTICSEARCH_URL="", LOAD_DEMO="0")
    bare.wait()
    assert json.loads(bare.get("/api/v1/cases")[1])["total"] == 0
    assert json.loads(site.get("/api/v1/cases")[1])["total"] == 27


@pytest.mark.hard
def test_a_site_on_postgresql(start: Callable[..., Site], tmp_path: Path) -> None:
    server, url = postgres.start(tmp_path / "pg")
    try:
        site = start("on-postgresql", DATABASE_URL=url)
        site.wait()
        assert json.loads(site.get("/api/v1/cases")[1])["total"] == 27
        assert not (site.var / "db.sqlite3").exists()
        site.stop()
    finally:
        server.stop()


@pytest.mark.hard
def test_a_site_that_stops_leaves_nothing_and_starts_again_at_once(
    site: Site, start: Callable[..., Site]
) -> None:
    accounts = site.var / "accounts.json"
    before = accounts.read_text()
    assert site.stop() == []
    again = start(site.var.name)
    assert again.wait() < 15
    assert accounts.read_text() == before
