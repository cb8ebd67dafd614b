"""People read and write while a large import runs; a killed one leaves no process, and can be continued."""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from proving.load import READ_PATHS, Crowd
from proving.processes import wait_for
from proving.sites import Site

from bench.documents import write_documents

pytestmark = pytest.mark.hard

CASES = 10_000
FORMS = ("/accounts/login/", "/accounts/signup/", "/en/accounts/password/reset/", "/cms/login/")
LOCKED = 409  # the status of a write of these proofs that the database refused
# The share of writes that may be refused after 5 s: who asks first need not get SQLite's one lock first.
MOST_REFUSED = {"sqlite": 0.01, "postgresql": 0.0}
KILLED = 400  # cases in an import that is killed; it says how far it is each hundred


def readers(site: Site) -> Crowd:
    """Return people who read pages and open forms."""
    crowd, draw = Crowd(), random.Random(0)
    crowd.add("pages", lambda: site.get(draw.choice(READ_PATHS)), 2)
    crowd.add("forms", lambda: site.get(draw.choice(FORMS)), 2)
    return crowd


def writers(site: Site) -> Crowd:
    """Return people who change what there is."""
    crowd, draw = Crowd(), random.Random(1)
    crowd.add("writes", lambda: site.write("rename_organisation", draw.randrange(10**9)), 2)
    crowd.add("publishes", lambda: site.write("publish", draw.randrange(10**9)), 1)
    return crowd


def test_people_go_on_while_an_import_runs(
    database: str, nursery: Any, rounds: Callable[[int], int], tell: Callable[[str], None], tmp_path: Path
) -> None:
    count = rounds(CASES)
    write_documents(count, tmp_path / "ours.jsonl", tmp_path / "stock.jsonl")
    with nursery.site(database, tmp_path / "site") as site:
        assert site.launcher.run("search_index", "rebuild")[0] == 0
        site.start_web()
        worker = site.start_worker()
        reading, writing = readers(site), writers(site)
        with reading, writing:
            begun = time.monotonic()
            code, said = site.launcher.run(
                "import_cases", str(tmp_path / "ours.jsonl"), "--create-terms", patience=1800
            )
            seconds = time.monotonic() - begun
        tell(
            f"{count} cases in {seconds:.0f} s, "
            f"slowest page {reading.slowest:.2f} s, slowest write {writing.slowest:.2f} s"
        )
        assert (code, f"{count} nieuw" in said) == (0, True), said[-3000:]
        # Errors include a 503 for a request that waited too long.
        assert reading.errors + writing.errors == [], site.read_traceback()
        answers = sum(writing.statuses.values(), Counter())
        assert answers[LOCKED] <= answers.total() * MOST_REFUSED[database], writing.statuses
        assert worker.is_running, worker.log.read_text()[-3000:]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_an_import_that_is_killed_leaves_no_process_and_goes_on_where_it_was(
    nursery: Any, tmp_path: Path, how: signal.Signals
) -> None:
    write_documents(KILLED, tmp_path / "ours.jsonl", tmp_path / "stock.jsonl")
    command = ("import_cases", str(tmp_path / "ours.jsonl"), "--create-terms")
    with nursery.site("sqlite", tmp_path / "site") as site:
        process = site.launcher.start(*command)
        wait_for(
            lambda: process.log.exists() and "geschreven" in process.log.read_text(), 300, "a hundred cases"
        )
        children = process.children
        os.kill(process.pid, how)
        wait_for(lambda: not process.is_running, what="the end of the import")
        assert [pid for pid in children if Path(f"/proc/{pid}").exists()] == []
        code, said = site.launcher.run(*command, patience=900)
        assert code == 0, said[-3000:]
        made, same = (int(said.split(word)[0].split()[-1]) for word in (" nieuw", " gelijk"))
        assert (made + same, same > 0, made > 0) == (KILLED, True, True)
