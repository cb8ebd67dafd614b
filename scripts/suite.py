"""`make test`, `make quick`, `make bench` and `make hard`: set up what they need, run, and stop it again.

`suite.py test [pytest arguments]` runs only the tests that the arguments name; `quick` likewise.
"""

import os
import subprocess
import sys
import time
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
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
from processes import Child, hold
from supervisor import watch_signals

PATIENCE = 180  # seconds for the engine to start, also on a slow machine
NEEDS = {
    "test": (packages.CHROMIUM, packages.FONTS, packages.POSTGRES, packages.VARNISH),
    "quick": (),
    "bench": (packages.POSTGRES,),
    "hard": (packages.FAKETIME, packages.NGINX, packages.POSTGRES, packages.VARNISH),
}
# Variables that a site of the same person may have set; the tests have their own values. Benchmarks keep
# them.
FOREIGN = set(
    """
    DATABASE_URL DEBUG DJANGO_SETTINGS_MODULE EMAIL_URL LOAD_DEMO SEARCH_INDEX_PREFIX SECRET_KEY
    """.split()
)
PYTEST = [str(PYTHON), "-m", "pytest", "-q"]
# Two processes: with the browser beside them two processors are busy, and more gain nothing.
ALL = ["-n", "2", "-m", "not browser and not hard"]
IN_A_BROWSER = ["-m", "browser and not hard"]
# The answers of the engine are the same on both databases; the whole suite on SQLite is a part of `make
# hard`.
ON_SQLITE = ["-n", "2", "-m", "both_databases and not engine and not hard"]
QUICK = ["-n", "2", "-m", "not engine and not browser and not process and not hard"]


class Stage:
    """What the tests run on; stopped in the end, however they end."""

    def __init__(self, var: Path, unset: Collection[str]) -> None:
        """Begin with nothing but a folder."""
        self.var = var
        self.at_end = ExitStack()
        self.told: list[str] = []  # how each command ended
        self.env = {key: value for key, value in os.environ.items() if key not in unset}
        self.env["VAR_DIR"] = str(var)

    def set_up(self) -> None:
        """Install what is missing, and start the engine."""
        coming = engines.prepare(self.at_end)
        environment.ensure(is_for_development=True)
        self.start_engine(coming)

    def start_engine(self, coming: Download | None) -> None:
        """Start the engine, and exit when there is none: the tests would prove nothing."""
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
        """Run a command and return whether it succeeded."""
        say(f"\n=== {title}")
        begun = time.monotonic()
        code = subprocess.run(command, cwd=ROOT, env={**self.env, **env}, check=False).returncode
        return self.tell(title, code, begun)

    @contextmanager
    def beside(self, title: str, command: list[str]) -> Iterator[list[bool]]:
        """Run a command beside others; then print its output and add to the list whether it succeeded."""
        log, begun, outcome = self.var / "log" / "beside.txt", time.monotonic(), list[bool]()
        child = Child("beside", command, log, self.env, str(ROOT))
        log.unlink(missing_ok=True)
        child.start()
        self.at_end.callback(child.stop)
        yield outcome
        assert child.process  # noqa: S101  it was started
        code = child.process.wait()
        say(f"\n=== {title}\n{log.read_text(encoding='utf-8', errors='replace')}")
        outcome.append(self.tell(title, code, begun))

    def tell(self, title: str, code: int, begun: float) -> bool:
        """Print how a command ended, remember it for the end, and return whether it succeeded."""
        self.told.append(f"{title}: {'ok' if code == 0 else 'FAILED'} in {time.monotonic() - begun:.0f} s")
        say(f"=== {self.told[-1]}")
        return code == 0


def main() -> None:
    """Run the action of the first argument."""
    action, *args = sys.argv[1:]
    var = Path(os.environ.get("VAR_DIR", "var/test")).absolute()
    needs = [packages.VENV, *NEEDS[action], *(engines.needs() if action != "quick" else ())]
    if message := packages.ensure(needs):
        give_up(message)
    watch_signals()
    with hold(var, f"make {action}"):
        stage = Stage(var, () if action == "bench" else FOREIGN)
        try:
            is_fine = {"test": test, "quick": quick, "bench": bench, "hard": hard}[action](stage, args)
        finally:
            stage.at_end.close()
    raise SystemExit(0 if is_fine else 1)


def test(stage: Stage, args: list[str]) -> bool:
    """Run every test on PostgreSQL and in a browser, what may differ on SQLite, and the checks.

    Goes on after a failure.
    """
    stage.set_up()
    stage.env["CHROMIUM"] = packages.find_chromium() or environment.find_chromium()
    url = stage.start_postgres()
    # The tests share a database layout of each kind there, so that it is made once.
    stage.env["TESTS_SHARE"] = stage.at_end.enter_context(TemporaryDirectory())
    begun = time.monotonic()
    if args:
        return stage.run("tests", [*PYTEST, "-m", "not hard", *args], DATABASE_URL=url)
    with stage.beside("tests in a browser", [*PYTEST, *IN_A_BROWSER]) as passed:
        passed.append(stage.run("tests on PostgreSQL", [*PYTEST, *ALL], DATABASE_URL=url))
    with stage.beside("checks", [sys.executable, "scripts/check.py"]) as checked:
        checked.append(stage.run("what SQLite may answer in its own way", [*PYTEST, *ON_SQLITE]))
    say(f"\n{time.monotonic() - begun:.0f} s after set-up; {'; '.join(stage.told)}")
    return all([*passed, *checked])


def quick(stage: Stage, args: list[str]) -> bool:
    """Run the tests that need no engine, no browser and no second process, on SQLite in memory."""
    environment.ensure(is_for_development=True)
    return stage.run("quick tests", [*PYTEST, *QUICK, *args], ELASTICSEARCH_URL="")


def bench(stage: Stage, args: list[str]) -> bool:
    """Run the benchmarks, on a PostgreSQL server of their own unless DATABASE_URL names one."""
    stage.set_up()
    url = stage.env.get("DATABASE_URL") or stage.start_postgres()
    return stage.run("benchmarks", [str(PYTHON), "-m", "bench", *args], DATABASE_URL=url)


def hard(stage: Stage, args: list[str]) -> bool:
    """Run the long proofs that are named, or all of them."""
    proofs.choose(args)
    stage.set_up()
    return proofs.run_parts(stage.var / "hard", args, stage.env, stage.start_postgres())


if __name__ == "__main__":
    main()
