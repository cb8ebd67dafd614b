"""The long proofs, in parts of at most forty minutes; a part that passed runs again only after a change."""

import subprocess
import time
from collections.abc import Iterable
from pathlib import Path

from console import give_up, say
from environment import PYTHON, ROOT

MOST_SECONDS = 40 * 60  # a part that hangs ends then
# `-ra`: the lines on what was skipped are read in the end.
PYTEST = [str(PYTHON), "-m", "pytest", "-q", "-ra", "--color=no", "--show-capture=no"]
FILES = "tests/hard/test_{}.py"
SHORT = "0.005"  # the share of rounds of long tests, which have parts of their own
WHOLE_SUITE = ["tests", "-n", "2", "-m", "not browser and not hard", "--ignore", "tests/hard"]
REFERENCES = "tests/access/test_references.py"
WORDS = "tests/access/test_planted_words.py"
PARTS = {
    "sqlite": [*WHOLE_SUITE, "--share", SHORT],
    "clock": [FILES.format("clock")],
    "mutation-rights": [FILES.format("mutation"), "-k", "not outbox"],
    "mutation-outbox": [FILES.format("mutation"), "-k", "outbox"],
    "golden-sets": [FILES.format("golden_sets")],
    "random": ["tests/search/query/test_random_queries.py", "tests/page_cache/test_page_cache.py"],
    "reuse": ["tests/reuse/test_histories.py", "tests/reuse/test_pages.py", "-k", "history or posted"],
    "run": [FILES.format("run")],
    "production": [FILES.format("production")],
    "processes": [FILES.format(name) for name in ("killed", "rebuild_processes", "supervisor")],
    "workers-sqlite": [FILES.format("workers")],
    "workers-postgresql": [FILES.format("workers"), "-k", "not locked"],
    "access": ["tests/access", "--ignore", REFERENCES, "--ignore", WORDS],
    "words": [WORDS],
    "references-cms": [REFERENCES, "-k", "moderator or editor or administrator or comparison or exception"],
    "references-site": [REFERENCES, "-k", "visitor or waiting or member"],
    "importing-sqlite": [FILES.format("importing"), "-k", "sqlite or killed"],
    "importing-postgresql": [FILES.format("importing"), "-k", "postgresql"],
    "mail": [FILES.format("mail")],
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
# Endings of reasons to skip that are no lack: this kind of machine or database cannot have what is needed,
# such as the semantic model or two writers at once.
UNAVAILABLE = ("for this platform", "on SQLite")
# These run on PostgreSQL themselves; the others start sites on it.
ON_POSTGRES = {"golden-sets", "hostile-postgresql", "workers-postgresql"}


def choose(names: Iterable[str]) -> list[str]:
    """Return the parts with these names, or all of them; exits with a message for an unknown name."""
    unknown = sorted(set(names) - PARTS.keys())
    if unknown:
        give_up(f"No such part: {', '.join(unknown)}. There are: {', '.join(PARTS)}.")
    return list(names) or list(PARTS)


def read_commit() -> str:
    """Return the current commit; empty when there are uncommitted changes, or no repository."""
    changed, commit = (_git("status", "--porcelain"), _git("rev-parse", "HEAD"))
    return "" if changed.returncode or changed.stdout.strip() else commit.stdout.strip()


def _git(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run git in the project and return its result."""
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


def has_passed(path: Path, commit: str) -> bool:
    """Tell whether a part passed on this very commit."""
    if not commit or not path.exists():
        return False
    return path.read_text(encoding="utf-8").startswith(f"passed on {commit}")


def run_parts(folder: Path, names: Iterable[str], env: dict[str, str], postgres: str) -> bool:
    """Run the parts with these names, each with its output in a file of `folder`; go on after a failure."""
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
    database = {"DATABASE_URL": postgres} if name in ON_POSTGRES else {}
    code, said = _ask([*PARTS[name], "--postgres", postgres], env | database)
    figures = "\n".join(line for line in said.splitlines() if line.startswith("figure "))
    verdict = "failed" if code else "failed, as something was skipped," if find_skipped(said) else "passed"
    head = f"{verdict} on {commit or 'uncommitted work'} in {time.monotonic() - begun:.0f} s"
    path.write_text(f"{head}\n{figures}\n\n{said}", encoding="utf-8")
    say("\n".join([figures if verdict == "passed" else said[-6000:], f"=== {name}: {head}"]))
    return verdict == "passed"


def find_skipped(said: str) -> list[str]:
    """Return the lines of pytest about tests skipped for lack of something: those prove nothing."""
    skipped = [line for line in said.splitlines() if line.startswith("SKIPPED ")]
    return [line for line in skipped if not line.endswith(UNAVAILABLE)]


def _ask(options: list[str], env: dict[str, str]) -> tuple[int, str]:
    """Return the exit code of pytest, and its output; a part that takes too long has failed."""
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
