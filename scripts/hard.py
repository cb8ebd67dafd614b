"""The long proofs, in parts of at most forty minutes; a part that passed is not run again until something changes."""

import subprocess
import time
from collections.abc import Iterable
from pathlib import Path

from console import give_up, say
from environment import PYTHON, ROOT

MOST_SECONDS = 40 * 60
PYTEST = [
    str(PYTHON),
    "-m",
    "pytest",
    "-q",
    "-ra",
    "--color=no",
    "--show-capture=no",
]  # what was skipped is read in the end
FILES = "tests/hard/test_{}.py"
SHORT = "0.005"  # what is long has parts of its own
PARTS = {
    "sqlite": [
        "tests",
        "-n",
        "2",
        "-m",
        "not browser and not hard",
        "--ignore",
        "tests/hard",
        "--share",
        SHORT,
    ],
    "clock": [FILES.format("clock")],
    "mutation-rights": [FILES.format("mutation"), "-k", "not outbox"],
    "mutation-outbox": [FILES.format("mutation"), "-k", "outbox"],
    "golden-sets": [FILES.format("golden_sets")],
    "random": ["tests/search/query/test_random_queries.py", "tests/page_cache/test_page_cache.py"],
    "run": [FILES.format("run")],
    "production": [FILES.format("production")],
    "processes": [FILES.format(name) for name in ("killed", "rebuild_processes", "supervisor")],
    "workers-sqlite": [FILES.format("workers")],
    "workers-postgresql": [FILES.format("workers"), "-k", "not locked"],
    "access": ["tests/access"],
    "importing-sqlite": [FILES.format("importing"), "-k", "sqlite or killed"],
    "importing-postgresql": [FILES.format("importing"), "-k", "postgresql"],
    "interleavings": [FILES.format("interleavings")],
    "kills-sqlite": [FILES.format("kills"), "-k", "sqlite"],
    "kills-postgresql": [FILES.format("kills"), "-k", "postgresql"],
    "cluster": [FILES.format("cluster")],
    "crashes": [FILES.format("crashes")],
    "faults-sqlite": [FILES.format("engine_faults"), "-k", "sqlite"],
    "faults-postgresql": [FILES.format("engine_faults"), "-k", "postgresql"],
    "conformance": [FILES.format("conformance"), "tests/api/test_conformance.py"],
    "controls": [FILES.format("controls")],
    "planted": [FILES.format("planted")],
    "hostile-engine": [FILES.format("hostile"), "-k", "engine or judge"],
    "hostile-sqlite": [FILES.format("hostile"), "-k", "database"],
    "hostile-postgresql": [FILES.format("hostile"), "-k", "database"],
    "varnish": [FILES.format("varnish")],
}
# So ends the reason where a machine or a database of this kind cannot have what is needed, such as the model of meaning or two
# writers at once: that is no lack.
UNAVAILABLE = ("for this platform", "on SQLite")
# These run on PostgreSQL themselves; the others start sites on it.
ON_POSTGRES = {"golden-sets", "hostile-postgresql", "workers-postgresql"}


def choose(names: Iterable[str]) -> list[str]:
    """Return the parts with these names, or all of them; ends with a message for a name that is none."""
    unknown = sorted(set(names) - PARTS.keys())
    if unknown:
        give_up(f"No such part: {', '.join(unknown)}. There are: {', '.join(PARTS)}.")
    return list(names) or list(PARTS)


def read_commit() -> str:
    """Return the commit that is worked on; nothing when there are changes beside it, or no repository."""
    changed = subprocess.run(
        ["git", "status", "--porcelain"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    commit = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return "" if changed.returncode or changed.stdout.strip() else commit.stdout.strip()


def has_passed(path: Path, commit: str) -> bool:
    """Tell whether a part passed on this very commit."""
    return (
        bool(commit) and path.exists() and path.read_text(encoding="utf-8").startswith(f"passed on {commit}")
    )


def run_parts(folder: Path, names: Iterable[str], env: dict[str, str], postgres: str) -> bool:
    """Run the parts with these names, each with what it said in a file of `folder`; go on after a failure."""
    folder.mkdir(parents=True, exist_ok=True)
    passed = [_run_part(folder / f"{name}.txt", name, env, postgres) for name in choose(names)]
    say(f"\n{sum(passed)} of {len(passed)} parts passed; what they said is in {folder}")
    return all(passed)


def _run_part(path: Path, name: str, env: dict[str, str], postgres: str) -> bool:
    """Run one part, unless it passed already."""
    commit = read_commit()
    if has_passed(path, commit):
        say(f"=== {name}: passed before")
        return True
    say(f"\n=== {name}")
    begun = time.monotonic()
    code, said = _ask(
        [*PARTS[name], "--postgres", postgres],
        env | ({"DATABASE_URL": postgres} if name in ON_POSTGRES else {}),
    )
    figures = "\n".join(line for line in said.splitlines() if line.startswith("figure "))
    verdict = "failed" if code else "failed, as something was skipped," if find_skipped(said) else "passed"
    head = f"{verdict} on {commit or 'uncommitted work'} in {time.monotonic() - begun:.0f} s"
    path.write_text(f"{head}\n{figures}\n\n{said}", encoding="utf-8")
    say("\n".join([figures if verdict == "passed" else said[-6000:], f"=== {name}: {head}"]))
    return verdict == "passed"


def find_skipped(said: str) -> list[str]:
    """Return the lines of pytest that tell what was skipped for lack of something: that is not proven."""
    return [
        line for line in said.splitlines() if line.startswith("SKIPPED ") and not line.endswith(UNAVAILABLE)
    ]


def _ask(options: list[str], env: dict[str, str]) -> tuple[int, str]:
    """Return how pytest ended, and what it said; a part that takes too long has failed."""
    command = [*PYTEST, "--share", "1", *options]
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=MOST_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        return 1, (error.stdout or b"").decode(errors="replace") + f"\nnot ready after {MOST_SECONDS} s\n"
    return done.returncode, done.stdout.decode(errors="replace")
