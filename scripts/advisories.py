"""Compares the lock files with the advisories in `scripts/data/advisories.json`; exits 1 when one applies.

Asks `pip-audit` first where it is installed. The dated list is what remains on a machine that cannot reach
its service, so it is always read too. Run it with the Python of `.venv`, which has `packaging`.
"""

import argparse
import datetime
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]
LOCKS = [ROOT / "requirements.lock", ROOT / "requirements-dev.lock"]
LIST = ROOT / "scripts" / "data" / "advisories.json"
STALE_AFTER = datetime.timedelta(days=30)  # docs/operations.md promises a warning after so long
PIP_AUDIT = Path(sys.executable).parent / "pip-audit"
PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;\\]+)")


def read_lock(text: str) -> dict[str, Version]:
    """Return the version per normalised name of the packages that a lock file pins."""
    found = (PINNED.match(line) for line in text.splitlines())
    return {canonicalize_name(pin[1]): Version(pin[2]) for pin in found if pin}


def applies(advisory: dict[str, Any], locked: dict[str, Version]) -> bool:
    """Return whether the locked version is in one of the vulnerable ranges (PEP 440: commas mean and)."""
    version = locked.get(canonicalize_name(advisory["package"]))
    if version is None:
        return False
    return any(SpecifierSet(span).contains(version, prereleases=True) for span in advisory["vulnerable"])


def find(advisories: list[dict[str, Any]], locked: dict[str, Version]) -> list[str]:
    """Return a line per advisory that applies to what is locked."""
    return [
        f"{one['package']} {locked[canonicalize_name(one['package'])]}: {one['id']} {one['summary']}"
        for one in advisories
        if applies(one, locked)
    ]


def read_today() -> datetime.date:
    """Return the date in UTC, the same everywhere."""
    return datetime.datetime.now(tz=datetime.UTC).date()


def staleness(listed_on: datetime.date, today: datetime.date) -> str:
    """Return a warning when the list is too old to rely on, else an empty text."""
    age = today - listed_on
    return f"warning: the list of advisories is {age.days} days old; renew it." if age > STALE_AFTER else ""


def ask_pip_audit(lock: Path) -> list[str] | None:
    """Return a line per vulnerability that `pip-audit` finds in a lock file; None when it cannot be asked."""
    if not PIP_AUDIT.exists():
        return None
    command = [str(PIP_AUDIT), "--strict", "--disable-pip", "--format", "json", "--requirement", str(lock)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        return None
    return [
        f"{one['name']} {one['version']}: {vuln['id']}" for one in packages for vuln in one.get("vulns", [])
    ]


def check(lock: Path, listed: dict[str, Any]) -> list[str]:
    """Return what is wrong with a lock file, after printing what it was compared with."""
    answer = ask_pip_audit(lock)
    outcome = "did not answer" if PIP_AUDIT.exists() else "is not there"
    asked = f"pip-audit {'answered' if answer is not None else outcome}"
    size = f"{len(listed['advisories'])} advisories"
    print(f"{lock.name}: {asked}; compared with the list of {listed['date']} ({size})")
    return find(listed["advisories"], read_lock(lock.read_text())) + (answer or [])


def main(arguments: list[str]) -> int:
    """Check the lock files and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "locks", nargs="*", type=Path, default=LOCKS, help="lock files, those of the project when left out"
    )
    parser.add_argument("--list", type=Path, default=LIST, help="the dated list")
    options = parser.parse_args(arguments)
    listed = json.loads(options.list.read_text())
    found = {line for lock in options.locks for line in check(lock, listed)}
    warning = staleness(datetime.date.fromisoformat(listed["date"]), read_today())
    print("\n".join(filter(None, [*sorted(found), warning])))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
