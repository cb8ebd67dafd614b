"""The virtual environment `.venv`, with exactly what the lock file says."""

import fcntl
import hashlib
import subprocess
import sys
from pathlib import Path

import packages
from console import give_up, say, step

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LEAST_PYTHON = (3, 11)
RUN_LOCK, DEV_LOCK = ROOT / "requirements.lock", ROOT / "requirements-dev.lock"


def ensure(*, is_for_development: bool) -> None:
    """Make `.venv`, or bring it in line with its lock file; one for development will also do to run."""
    if sys.version_info < LEAST_PYTHON:
        give_up(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.")
    with (ROOT / ".venv.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # a second start waits instead of installing the same packages
        wanted = DEV_LOCK if is_for_development or _is_installed(DEV_LOCK) else RUN_LOCK
        if not _is_installed(wanted):
            _install(wanted)


def find_chromium() -> str:
    """Return the path of Playwright's Chromium, and fetch it when it is not there yet."""
    ask = "from playwright.sync_api import sync_playwright as p; print(p().start().chromium.executable_path)"
    answer = subprocess.run([str(PYTHON), "-c", ask], capture_output=True, text=True, check=False)
    said = answer.stdout.strip()
    if not Path(said or "none").exists():
        extra = ["--with-deps"] if packages.may_install() else []
        with step("fetching Chromium"):
            subprocess.run([str(PYTHON), "-m", "playwright", "install", *extra, "chromium"], check=False)
    return said


def _stamp(lock: Path) -> Path:
    """Return the file that says which version of a lock file is installed."""
    return VENV / f"{lock.name}.sha256"


def _digest(lock: Path) -> str:
    """Return the digest of a lock file."""
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def _is_installed(lock: Path) -> bool:
    """Tell whether this version of a lock file is installed."""
    stamp = _stamp(lock)
    return PYTHON.exists() and stamp.exists() and stamp.read_text() == _digest(lock)


def _has_pip() -> bool:
    """Tell whether `.venv` is whole: not made halfway, and not of a Python that is gone since."""
    if not PYTHON.exists():
        return False
    return subprocess.run([str(PYTHON), "-c", "import pip"], capture_output=True, check=False).returncode == 0


def _install(lock: Path) -> None:
    """Install what a lock file says; every package is compared with its hash."""
    if not _has_pip():
        with step("making .venv"):
            subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)
    with step(f"installing {lock.name} (a few minutes the first time)"):
        command = [str(PYTHON), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
        command += ["--require-hashes", "--requirement", str(lock)]
        done = subprocess.run(command, check=False)
    if done.returncode:
        give_up("Installing failed; the lines above say why. A second try goes on where this one stopped.")
    for other in (RUN_LOCK, DEV_LOCK):
        _stamp(other).unlink(missing_ok=True)
    _stamp(lock).write_text(_digest(lock))
    say("  .venv is up to date")
