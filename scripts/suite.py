"""`make test`, `make bench` and `make hard`: what they need is set up, used and stopped again.

`suite.py test [pytest arguments]` runs only the tests that the arguments name.
"""

import os
import subprocess
import sys
import time
from collections.abc import Collection
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import engine as engines
import environment
import hard as proofs
import packages
import postgres
from console import give_up, say, step
from download import Download
from environment import PYTHON, ROOT
from processes import hold
from supervisor import watch_signals

PATIENCE = 180
NEEDS = {
    "test": (packages.CHROMIUM, packages.FONTS, packages.POSTGRES, packages.VARNISH),
    "bench": (packages.POSTGRES,),
    "hard": (packages.POSTGRES, packages.VARNISH),
}
# What a site of the same person may have set; the tests have values of their own. Benchmarks take what they are given.
FOREIGN = {"DATABASE_URL", "DEBUG", "DJANGO_SETTINGS_MODULE", "EMAIL_URL", "LOAD_DEMO", "SEARCH_INDEX_PREFIX", "SECRET_KEY"}
PYTEST = [str(PYTHON), "-m", "pytest", "-q"]
STAGES = {
    "tests on SQLite": ["-n", "2", "-m", "not browser and not hard"],
    "tests in a browser": ["-m", "browser and not hard"],
}
# The others ask nothing of a database, or ask the engine what they ask it on SQLite.
APART = [f"--ignore=tests/{name}" for name in ("scripts", "project", "bench")]
APART += [f"--ignore=tests/search/test_{name}.py" for name in ("relevance", "engine_search", "meaning")]
APART += ["-k", "not [engine"]
ON_POSTGRES = {"tests on PostgreSQL": ["-n", "2", "-m", "not browser and not hard", *APART]}

# Parts that kill an engine stay together, each in one of two processes.
LONG = ["-m", "hard", "--show-capture=no"]
IN_PARTS = ["-n", "2", "--dist", "loadgroup", *LONG]
# These watch the clock, and have the machine to themselves.
BY_THE_CLOCK = [f"tests/hard/test_{name}.py" for name in ("kills", "crashes", "engine_faults")]
# Three more engines at once would take minutes here; `make hard` has them.
APART_FROM_TENTH = [f"--ignore={path}" for path in ("tests/hard/test_cluster.py", *BY_THE_CLOCK)]
TENTH = [*IN_PARTS, "tests/hard", "tests/search/test_killed.py", "tests/core/test_worker.py", *APART_FROM_TENTH]
HOSTILE = [*IN_PARTS, "tests/hard/test_hostile.py", "-k", "database", "--share", "0.05"]


class Stage:
    """What the tests run on; stopped in the end, whatever happens."""

    def __init__(self, var: Path, unset: Collection[str]) -> None:
        """Begin with nothing but a place."""
        self.var = var
        self.at_end = ExitStack()
        self.env = {key: value for key, value in os.environ.items() if key not in unset} | {"VAR_DIR": str(var)}

    def start_engine(self, coming: Download | None) -> None:
        """Start the engine, and stop everything when there is none: then nothing would be proven."""
        engine = engines.choose(self.var, self.at_end, coming)
        if not engine.url:
            give_up("A real engine is needed here; the lines above say what is missing.")
        with step(f"waiting for {engine.title}"):
            if not engine.wait(PATIENCE):
                give_up(f"The engine does not answer; see {self.var / 'log' / 'engine.log'}.")
        self.env["ELASTICSEARCH_URL"] = engine.url

    def start_postgres(self) -> str:
        """Start PostgreSQL and return the address of its database."""
        with step("starting PostgreSQL"):
            child, url = postgres.start(self.var)
        self.at_end.callback(child.stop)
        return url

    def run(self, title: str, command: list[str], **env: str) -> bool:
        """Run a command, and tell whether it succeeded."""
        say(f"\n=== {title}")
        begun = time.monotonic()
        code = subprocess.run(command, cwd=ROOT, env={**self.env, **env}, check=False).returncode
        say(f"=== {title}: {'ok' if code == 0 else 'FAILED'} in {time.monotonic() - begun:.0f} s")
        return code == 0


def main() -> None:
    """Do what the first argument says."""
    action, *args = sys.argv[1:]
    var = Path(os.environ.get("VAR_DIR", "var/test")).absolute()
    message = packages.ensure([packages.VENV, *NEEDS[action], *engines.needs()])
    if message:
        give_up(message)
    watch_signals()
    with hold(var, f"make {action}"):
        stage = Stage(var, () if action == "bench" else FOREIGN)
        try:
            coming = engines.prepare(stage.at_end)
            environment.ensure(is_for_development=True)
            stage.start_engine(coming)
            is_fine = {"test": test, "bench": bench, "hard": hard}[action](stage, args)
        finally:
            stage.at_end.close()
    raise SystemExit(0 if is_fine else 1)


def test(stage: Stage, args: list[str]) -> bool:
    """Run every test on SQLite, in a browser and on PostgreSQL, then the checks; go on after a failure."""
    stage.env["CHROMIUM"] = packages.find_chromium() or environment.find_chromium()
    stage.env["TESTS_SHARE"] = stage.at_end.enter_context(TemporaryDirectory())  # what all stages need once
    if args:
        return stage.run("tests", [*PYTEST, *args])
    passed = [stage.run(title, [*PYTEST, *options]) for title, options in STAGES.items()]
    url = stage.start_postgres()
    passed += [stage.run(title, [*PYTEST, *options], DATABASE_URL=url) for title, options in ON_POSTGRES.items()]
    passed.append(stage.run("a tenth of the long proofs", [*PYTEST, *TENTH, "--postgres", url]))
    passed.append(stage.run("a tenth of those that watch the clock", [*PYTEST, *LONG, *BY_THE_CLOCK, "--postgres", url]))
    passed.append(stage.run("hostile questions on PostgreSQL", [*PYTEST, *HOSTILE], DATABASE_URL=url))
    passed.append(stage.run("checks", [sys.executable, "scripts/check.py"]))
    return all(passed)


def bench(stage: Stage, args: list[str]) -> bool:
    """Run the benchmarks; the stock site on PostgreSQL has a server of its own unless there is one already."""
    url = stage.env.get("DATABASE_URL") or stage.start_postgres()
    return stage.run("benchmarks", [str(PYTHON), "-m", "bench", *args], DATABASE_URL=url)


def hard(stage: Stage, args: list[str]) -> bool:
    """Run the long proofs that are named, or all of them."""
    proofs.choose(args)
    return proofs.run_parts(stage.var / "hard", args, stage.env, stage.start_postgres())


if __name__ == "__main__":
    main()
