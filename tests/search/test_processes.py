"""Every core works on a long list, and what comes of it is as if one had."""

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
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.indices import delete_indices
from practices.models import PracticePage
from search import indexing
from search.models import SearchEntry
from search.processes import each_in_processes, same_processes

ROOT = Path(__file__).resolve().parents[2]
LABEL = "practices.practicepage"
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
from search import rebuilding
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
    env = {**os.environ, "VAR_DIR": str(tmp_path), "LOAD_DEMO": "0", "SEARCH_BY_MEANING": "0"}
    env |= {"DJANGO_SETTINGS_MODULE": "config.settings.development", "PYTHONPATH": f"{ROOT}:{ROOT / 'site'}"}

    def start(program: str, **others: str) -> subprocess.Popen[str]:
        path = tmp_path / "program.py"
        path.write_text(program)
        command = [sys.executable, "-P", str(path)]
        return subprocess.Popen(command, cwd=ROOT, env=env | others, stdout=subprocess.PIPE, text=True)

    return start


def test_few_portions_are_worked_on_here() -> None:
    assert list(each_in_processes(eval, ["__import__('os').getpid()"] * 3, few=3)) == [os.getpid()] * 3


def test_many_are_worked_on_by_others_and_keep_their_order() -> None:
    with same_processes():
        assert list(each_in_processes(abs, range(-9, 0), few=2)) == list(range(9, 0, -1))
        assert os.getpid() not in each_in_processes(eval, ["__import__('os').getpid()"] * 3, few=2)


def test_an_error_in_a_process_is_an_error_here() -> None:
    with pytest.raises(ZeroDivisionError):
        list(each_in_processes(eval, ["1", "1 / 0", "1"], few=2))


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
    run: Callable[..., subprocess.Popen[str]], tmp_path: Path, engine: Any, settings: Any, shared: Path, django_db_setup: None
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("its site is on SQLite")
    shutil.copy(shared / "layout.sqlite", tmp_path / "db.sqlite3")
    prefix = f"many-{os.getpid()}"
    others = {"SEARCH_INDEX_PREFIX": prefix, "DATABASE_URL": f"sqlite:///{tmp_path / 'db.sqlite3'}"}
    try:
        told = run(REBUILD, **others).communicate()[0]
    finally:
        delete_indices(settings.ELASTICSEARCH_URL[0], prefix)
    assert "built in engine and database" in told
    assert "no differences" in told


class TestCopier:
    """Rows that were read elsewhere are written as long as nobody else took a turn since."""

    def test_what_was_read_is_not_read_again(self, three_cases: list[PracticePage]) -> None:
        pks = [page.pk for page in three_cases]
        copier = indexing.Copier(PracticePage)
        copier.write(pks[:1], indexing.read_portion(pks[:1], LABEL))  # the turns before this one were of others
        first, second = (indexing.read_portion([pk], LABEL) for pk in pks[1:])
        with CaptureQueriesContext(connection) as queries:
            assert copier.write(pks[1:2], first) == pks[1:2]
            assert copier.write(pks[2:], second) == pks[2:]
        assert not [query for query in queries if "practices_practicepage" in query["sql"]]
        assert set(SearchEntry.of(LABEL).values_list("object_id", flat=True)) == set(pks)

    def test_what_somebody_took_out_meanwhile_does_not_come_back(self, three_cases: list[PracticePage]) -> None:
        pks = [page.pk for page in three_cases]
        copier = indexing.Copier(PracticePage)
        copier.write(pks, indexing.read_portion(pks, LABEL))
        read = indexing.read_portion(pks, LABEL)
        PracticePage.objects.filter(pk=pks[0]).update(live=False)
        indexing.copy_rows(PracticePage, pks[:1])
        assert copier.write(pks, read) == pks[1:]
        assert set(SearchEntry.of(LABEL).values_list("object_id", flat=True)) == set(pks[1:])

    def test_what_was_read_before_this_ones_own_turns_counts(self, three_cases: list[PracticePage]) -> None:
        pks = [page.pk for page in three_cases]
        copier = indexing.Copier(PracticePage)
        read = indexing.read_portion(pks, LABEL)
        indexing.copy_rows(PracticePage, pks[:1])
        PracticePage.objects.filter(pk=pks[0]).update(live=False)
        assert copier.write(pks, read) == pks[1:]

    def test_a_copy_that_is_right_is_left_alone(self, three_cases: list[PracticePage]) -> None:
        pks = [page.pk for page in three_cases]
        copier = indexing.Copier(PracticePage)
        copier.write(pks, indexing.read_portion(pks, LABEL))
        before = list(SearchEntry.of(LABEL).values())
        assert copier.write(pks, indexing.read_portion(pks, LABEL)) == pks
        assert list(SearchEntry.of(LABEL).values()) == before

    @pytest.mark.parametrize("change", [{"words": "other"}, {"facets": {}}, {"date": None}, {"version": 2**62}, None])
    def test_a_copy_that_somebody_changed_or_took_out_is_written(
        self, three_cases: list[PracticePage], change: dict[str, Any] | None
    ) -> None:
        pks = [page.pk for page in three_cases]
        copier = indexing.Copier(PracticePage)
        copier.write(pks, indexing.read_portion(pks, LABEL))
        before = {entry.object_id: entry.content() for entry in SearchEntry.of(LABEL)}
        entry = SearchEntry.of(LABEL, object_id=pks[0])
        if change:
            entry.update(**change)
        else:
            entry.delete()
        copier.write(pks, indexing.read_portion(pks, LABEL))
        assert {entry.object_id: entry.content() for entry in SearchEntry.of(LABEL)} == before
        assert entry.get().version < 2**62
