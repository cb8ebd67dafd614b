"""Runs every check of `make check`, goes on after a failure, and exits 1 when one failed.

`check.py ruff types` runs only those two. The tools come from `.venv`; this file needs only Python itself.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = ROOT / ".venv" / "bin"
WORDING = "[!.]*/**/LC_MESSAGES/*.po"
MANAGE = [str(BIN / "python"), "manage.py"]
# The scripts import each other by name, as Python does when it runs one. So they need a run without the
# site's settings.
# As a module: the program of that name finds the tool `reuse` before our room.
MYPY = [str(BIN / "python"), "-m", "mypy"]
MYPY_SCRIPTS = [*MYPY, "--config-file", os.devnull, "--disallow-untyped-defs", "--ignore-missing-imports"]
CHECKS: dict[str, list[list[str]]] = {
    "format": [[str(BIN / "ruff"), "format", "--check", "--diff", "--quiet", "."]],
    "ruff": [[str(BIN / "ruff"), "check", "--quiet", "--output-format", "concise", "."]],
    "types": [
        MYPY,
        [*MYPY_SCRIPTS, *(str(path) for path in sorted((ROOT / "scripts").glob("*.py")))],
    ],
    # The linter only: its formatter puts spaces where a visitor would see them.
    "templates": [[str(BIN / "djlint"), "templates", "--lint", "--quiet"]],
    "imports": [[str(BIN / "lint-imports")]],
    "dependencies": [[str(BIN / "python"), "-W", "ignore", "-m", "deptry", "."]],
    "migrations": [[*MANAGE, "makemigrations", "--check", "--dry-run", "--settings", "config.settings.test"]],
    "deploy": [
        [*MANAGE, "check", "--deploy", "--fail-level", "WARNING", "--settings", "config.settings.production"]
    ],
    "licences": [[str(BIN / "reuse"), "lint", "--quiet"]],
    "wording": [
        ["msgfmt", "--check", "--output-file", os.devnull, str(path)] for path in sorted(ROOT.glob(WORDING))
    ],
    "advisories": [[str(BIN / "python"), "scripts/advisories.py"]],
}
OPTIONAL = {"msgfmt"}  # GNU gettext is needed by those who translate, not by everyone who changes code
PRODUCTION = {  # made up: enough for production settings to start
    "ALLOWED_HOSTS": "www.knooppunt.example",
    "BASE_URL": "https://www.knooppunt.example",
    "BEHIND_PROXY": "1",
    "DATABASE_URL": "postgresql://knooppunt:made-up@database.knooppunt.example/knooppunt",
    "ELASTICSEARCH_URL": "https://knooppunt:made-up@search.knooppunt.example:9200",
    "EMAIL_URL": "smtp+tls://knooppunt:made-up@mail.knooppunt.example:587",
    "SECRET_KEY": "made up for this check, and long enough to be taken: 1f0c9e7b2d",
}


def environment(var_dir: str) -> dict[str, str]:
    """Return the environment of a check: nothing of a running site, and its own directory to write in."""
    kept = {name: os.environ[name] for name in ("HOME", "LANG", "PATH") if name in os.environ}
    return kept | PRODUCTION | {"PYTHONPATH": "site", "PYTHONUTF8": "1", "VAR_DIR": var_dir, "NO_COLOR": "1"}


def run(name: str, var_dir: str) -> bool:
    """Run a check, print the result (and the output when it failed), and return whether it passed."""
    optional = OPTIONAL & {command[0] for command in CHECKS[name]}
    missing = {tool for tool in optional if not shutil.which(tool)}
    if missing:
        print(f"skipped  {name:<12} {', '.join(missing)} is not installed", flush=True)
        return True
    started = time.monotonic()
    answers = [_ask(command, var_dir) for command in CHECKS[name]]
    failed = any(answer.returncode for answer in answers)
    said = "".join(answer.stdout for answer in answers).rstrip()
    print(f"{'FAILED' if failed else 'ok':<8} {name:<12} {time.monotonic() - started:5.1f} s", flush=True)
    if failed or "\nwarning: " in said:
        print(said, flush=True)
    return not failed


def _ask(command: list[str], var_dir: str) -> subprocess.CompletedProcess[str]:
    """Run one tool and return its result, with errors in the output."""
    return subprocess.run(
        command,
        cwd=ROOT,
        env=environment(var_dir),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def main(names: list[str]) -> int:
    """Run the checks of these names, all of them when none is given, and return the exit code."""
    unknown = [name for name in names if name not in CHECKS]
    if unknown:
        print(f"No check is called {', '.join(unknown)}. There are: {', '.join(CHECKS)}.")
        return 2
    if not BIN.exists():
        print("There is no .venv here yet: `make run` or `make test` makes it.")
        return 2
    with tempfile.TemporaryDirectory() as var_dir:
        failed = [name for name in names or CHECKS if not run(name, var_dir)]
    print(f"Failed: {', '.join(failed)}." if failed else "All is well.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
