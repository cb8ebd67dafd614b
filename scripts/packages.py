"""Programs that the system must have: found, or installed with apt where we are allowed to."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from console import say, step

# What Elasticsearch 8.19 runs on.
LEAST_JAVA, NEWEST_JAVA = 17, 25
JAVA_HOMES = Path("/usr/lib/jvm")


@dataclass(frozen=True)
class Need:
    """Something that must be there, the Debian packages that hold it, and how to see whether it is there."""

    name: str
    packages: tuple[str, ...]
    is_there: Callable[[], bool]


def _has_ensurepip() -> bool:
    """Tell whether Python can make virtual environments; Debian has that part in another package."""
    command = [sys.executable, "-c", "import ensurepip, venv"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def find_java() -> Path | None:
    """Return the home of the newest Java that the engine runs on, or None.

    From version 21 on it compares vectors many numbers at a time: a query on 20,000 cases takes two fifths
    less (bench/results/search.md).
    """
    path = shutil.which("java")
    programs = [*JAVA_HOMES.glob("*/bin/java"), *([Path(path)] if path else ())]
    homes = {program.resolve().parents[1] for program in programs}
    versions = {home: _java_version(home) for home in homes}
    fitting = [home for home, version in versions.items() if LEAST_JAVA <= version <= NEWEST_JAVA]
    return max(fitting, key=lambda home: versions[home], default=None)


def _java_version(home: Path) -> int:
    """Return which Java this is, such as 17; 0 when it does not say, or does not run here."""
    command = [str(home / "bin" / "java"), "-version"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return 0
    version = re.search(r'version "(\d+)', answer.stderr)
    return int(version[1]) if version else 0


def find_postgres() -> Path | None:
    """Return the folder with the newest PostgreSQL server, or None."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    return folders[-1] if folders else None


def find_varnish() -> str | None:
    """Return the path of Varnish, or None."""
    return _find_server("varnishd")


def find_nginx() -> str | None:
    """Return the path of nginx, or None."""
    return _find_server("nginx")


def _find_server(name: str) -> str | None:
    """Return the path of a program, also in Debian's folder that only root has in its path."""
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def find_chromium() -> str | None:
    """Return the path of a Chromium or Chrome, or None."""
    names = ("chromium", "google-chrome-stable", "google-chrome", "chromium-browser")
    return next((path for name in names if (path := shutil.which(name)) and not _is_snap(path)), None)


def _is_snap(path: str) -> bool:
    """Tell whether this is a snap, or Ubuntu's script that starts one: it cannot read our temporary files."""
    target = Path(path).resolve()
    return target.name == "snap" or (target.stat().st_size < 1 << 16 and b"/snap" in target.read_bytes())


def _is_ubuntu() -> bool:
    """Tell whether this is Ubuntu, which has Chromium only as a snap; then we use Playwright's."""
    release = Path("/etc/os-release")
    return release.exists() and "\nID=ubuntu\n" in f"\n{release.read_text()}"


VENV = Need("virtual environments of Python", ("python3-venv",), _has_ensurepip)
ENGINE = (
    Need("Java 17 or newer", ("default-jre-headless",), lambda: find_java() is not None),
    Need("Maven", ("maven",), lambda: shutil.which("mvn") is not None),
)
POSTGRES = Need("PostgreSQL", ("postgresql",), lambda: find_postgres() is not None)
VARNISH = Need("Varnish", ("varnish",), lambda: find_varnish() is not None)
NGINX = Need(
    "nginx",
    ("nginx-light", "openssl"),
    lambda: find_nginx() is not None and shutil.which("openssl") is not None,
)
FAKETIME = Need("faketime", ("faketime",), lambda: shutil.which("faketime") is not None)
FONTS = Need("fonts", ("fonts-dejavu-core",), lambda: any(Path("/usr/share/fonts").glob("**/*.ttf")))
DUTCH_WORDS = Need(
    "Dutch word lists", ("hunspell-nl", "wdutch"), lambda: Path("/usr/share/hunspell/nl.aff").exists()
)
CHROMIUM = Need("Chromium", ("chromium",), lambda: find_chromium() is not None or _is_ubuntu())


def find_missing(needs: Iterable[Need]) -> list[Need]:
    """Return what is not there."""
    return [need for need in needs if not need.is_there()]


def ensure(needs: Iterable[Need]) -> str:
    """Install what is missing; return a message with what is still missing and the command to type."""
    missing = find_missing(needs)
    if not missing:
        return ""
    names = [package for need in missing for package in need.packages]
    root = _become_root()
    if root is not None and shutil.which("apt-get"):
        with step(f"installing {', '.join(names)}"):
            _install(root, names)
        missing = find_missing(missing)
    if not missing:
        return ""
    parts = ", ".join(need.name for need in missing)
    return f"Missing: {parts}.\nInstall it with: sudo apt-get install {' '.join(names)}"


def may_install() -> bool:
    """Tell whether we may install without asking anybody."""
    return _become_root() is not None


def _become_root() -> list[str] | None:
    """Return the words before a command that run it as root: none for root itself; None when we may not."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return [sudo, "-n", "DEBIAN_FRONTEND=noninteractive"]
    return None


def _install(root: list[str], names: list[str]) -> None:
    """Install packages; when their list is old, renew it first."""
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = [*root, "apt-get", "install", "--yes", "--no-install-recommends", *names]
    if subprocess.run(command, env=env, capture_output=True, check=False).returncode == 0:
        return
    subprocess.run([*root, "apt-get", "update", "--quiet"], env=env, capture_output=True, check=False)
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        say("\n".join(done.stderr.strip().splitlines()[-5:]))
