"""Processes that share a rebuild: none outlives a parent that is killed, and several leave no difference."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bench.indices import delete_indices

pytestmark = pytest.mark.hard

ROOT = Path(__file__).resolve().parents[2]
WAITING = """
import sys
from search.processes import each_in_processes
def main():
    asked = ["__import__('os').getpid()", "__import__('os').getpid()", *["__import__('time').sleep(60)"] * 4]
    for answer in each_in_processes(eval, asked, few=1):
        print(answer, flush=True)
if __name__ == "__main__":
    main()
"""
REBUILD = """
import django
django.setup()
from django.core.management import call_command
from search.index import rebuilding
rebuilding.BATCH = rebuilding.FEW = 5
if __name__ == "__main__":
    call_command("createcachetable", verbosity=0)
    call_command("load_demo", verbosity=0)
    call_command("search_index", "rebuild")
    call_command("search_index", "check")
"""


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., subprocess.Popen[str]]:
    """Return a function that runs a program on a site of its own."""
    env = {**os.environ, "VAR_DIR": str(tmp_path), "LOAD_DEMO": "0", "SEMANTIC_SEARCH": "0"}
    env |= {"DJANGO_SETTINGS_MODULE": "config.settings.development", "PYTHONPATH": f"{ROOT}:{ROOT / 'site'}"}

    def start(program: str, **others: str) -> subprocess.Popen[str]:
        path = tmp_path / "program.py"
        path.write_text(program)
        command = [sys.executable, "-P", str(path)]
        return subprocess.Popen(command, cwd=ROOT, env=env | others, stdout=subprocess.PIPE, text=True)

    return start


def test_no_process_outlives_the_one_that_is_killed(run: Callable[..., subprocess.Popen[str]]) -> None:
    program = run(WAITING, ELASTICSEARCH_URL="")
    assert program.stdout
    children = {int(program.stdout.readline()) for _ in range(2)}
    program.send_signal(signal.SIGKILL)
    program.wait()
    end = time.monotonic() + 10
    while any(_is_alive(child) for child in children) and time.monotonic() < end:
        time.sleep(0.1)
    assert not [child for child in children if _is_alive(child)]


def _is_alive(pid: int) -> bool:
    """Tell whether there is a process that still does something."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


@pytest.mark.engine
def test_a_rebuild_by_many_processes_leaves_no_difference(
    run: Callable[..., subprocess.Popen[str]],
    tmp_path: Path,
    engine: Any,
    settings: Any,
    shared: Path,
    django_db_setup: None,
) -> None:
    shutil.copy(shared / "layout.sqlite", tmp_path / "db.sqlite3")
    prefix = f"many-{os.getpid()}"
    others = {"SEARCH_INDEX_PREFIX": prefix, "DATABASE_URL": f"sqlite:///{tmp_path / 'db.sqlite3'}"}
    try:
        told = run(REBUILD, **others).communicate()[0]
    finally:
        delete_indices(settings.ELASTICSEARCH_URL[0], prefix)
    assert "built in engine and database" in told
    assert "no differences" in told
