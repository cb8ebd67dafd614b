"""A real Elasticsearch: where it is, or how to get and start one.

In this order: the nodes of ELASTICSEARCH_URL; the official image, when Docker runs; the build from Maven
Central; none, and the site searches in its database.
"""

import functools
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import answers
import download
import packages
from console import say
from download import Download
from environment import ROOT
from processes import Child, can_write, free_port, give, lesser_user

HEAP = "-Xms512m -Xmx512m"  # enough for 20,000 cases (bench/), and it leaves a laptop its memory
ALONE = {"discovery.type": "single-node"}


@dataclass
class Engine:
    """An engine: its addresses (comma separated, empty for none), title, how to start it, and our process."""

    url: str = ""
    title: str = ""
    launch: Callable[[], Child | None] | None = None
    child: Child | None = None

    def is_up(self) -> bool:
        """Tell whether one of its nodes is ready."""
        return any(_is_ready(node.strip()) for node in self.url.split(","))

    def wait(self, seconds: float) -> bool:
        """Start it when it is not started yet, and wait until it is ready; tell whether it is."""
        if self.launch and not self.child:
            self.child = self.launch()
            if not self.child:
                return False
        return answers.wait(lambda: self.is_up() or self._is_gone(), seconds) and not self._is_gone()

    def _is_gone(self) -> bool:
        """Tell whether our process stopped."""
        return self.child is not None and not self.child.is_running


def _is_ready(node: str) -> bool:
    """Tell whether a node answers as Elasticsearch does, and its cluster is not red."""
    said = answers.ask(f"{node.rstrip('/')}/_cluster/health")
    try:
        return bool(json.loads(said or b"")["status"] != "red")
    except (ValueError, KeyError, TypeError):
        return False


def needs() -> tuple[packages.Need, ...]:
    """Return what must be installed before an engine can be started."""
    return () if "ELASTICSEARCH_URL" in os.environ or _has_docker() else packages.ENGINE


def prepare(at_end: ExitStack) -> Download | None:
    """Begin to download the engine when it is needed and not there yet."""
    is_wanted = needs() and not packages.find_missing(packages.ENGINE) and download.find_home() is None
    return download.begin(at_end) if is_wanted else None


def choose(var: Path, at_end: ExitStack, coming: Download | None = None) -> Engine:
    """Return the engine to use; its address is known at once, also when it starts later.

    `at_end` gets what stops it.
    """
    if "ELASTICSEARCH_URL" in os.environ:
        url = os.environ["ELASTICSEARCH_URL"].strip()
        return Engine(url, "the engine of ELASTICSEARCH_URL")
    if _has_docker():
        engine = _start_in_docker(var, at_end)
        if engine:
            return engine
        say("  Docker could not start it; the lines above say why. Next: the build from Maven Central.")
        message = packages.ensure(packages.ENGINE)
        if message:
            say(message)
    if packages.find_missing(packages.ENGINE):
        return Engine()
    port = free_port()
    launch = functools.partial(_start_here, var, port, coming, at_end)
    return Engine(f"http://127.0.0.1:{port}", "Elasticsearch on this machine", launch)


@functools.cache
def _has_docker() -> bool:
    """Tell whether Docker runs and may be used."""
    docker = shutil.which("docker")
    return docker is not None and all(
        subprocess.run([docker, *question], capture_output=True, check=False).returncode == 0
        for question in (["info"], ["compose", "version"])
    )


def _start_in_docker(var: Path, at_end: ExitStack) -> Engine | None:
    """Start the official image on a free port, as a project of this VAR_DIR; None when Docker refuses."""
    port = free_port()
    project = f"knooppunt-{hashlib.sha256(str(var).encode()).hexdigest()[:8]}"
    compose = ["docker", "compose", "--project-name", project, "--file", str(ROOT / "compose.yaml")]
    env = {**os.environ, "ENGINE_PORT": str(port)}
    pid_file = var / "run" / "engine.pid"

    def stop() -> None:
        subprocess.run([*compose, "stop", "elasticsearch"], env=env, capture_output=True, check=False)
        pid_file.unlink(missing_ok=True)

    say("→ starting Elasticsearch in Docker (the first time it is downloaded)")
    at_end.callback(stop)
    if subprocess.run([*compose, "up", "--detach", "elasticsearch"], env=env, check=False).returncode:
        return None
    name = subprocess.run(
        [*compose, "ps", "--quiet", "elasticsearch"], env=env, capture_output=True, text=True, check=False
    )
    inspect = ["docker", "inspect", "--format", "{{.State.Pid}}", name.stdout.strip()]
    pid_file.write_text(subprocess.run(inspect, capture_output=True, text=True, check=False).stdout.strip())
    return Engine(f"http://127.0.0.1:{port}", "Elasticsearch in Docker")


def _start_here(
    var: Path, port: int, coming: Download | None, at_end: ExitStack, others: Mapping[str, str] = ALONE
) -> Child | None:
    """Start the engine here with its own data, settings and logs; None when it cannot be downloaded.

    `others` are the settings of its cluster.
    """
    home = download.find_home() or (coming or download.begin(at_end)).finish()
    if home is None:
        return None
    place = find_place(var, "engine")
    for name in ("config", "tmp"):
        shutil.rmtree(place / name, ignore_errors=True)
    shutil.copytree(home / "config", place / "config")
    (place / "config" / "elasticsearch.yml").write_text(_settings(place, port, others))
    (place / "tmp").mkdir()
    give(place)
    command = [str(home / "bin" / "elasticsearch-cli")]
    pid_file = var / "run" / "engine.pid"
    log, env = var / "log" / "engine.log", _environment(place)
    child = Child("engine", command, log, env, str(place), pid_file, lesser_user())
    at_end.callback(child.stop)
    child.start()
    return child


def _environment(place: Path) -> dict[str, str]:
    """Return the environment of the engine: only what it needs, and all that it writes in its own folder."""
    return {key: os.environ[key] for key in ("PATH", "LANG") if key in os.environ} | {
        "CLI_JAVA_OPTS": f"-Djava.io.tmpdir={place / 'tmp'}",
        "CLI_LIBS": "lib/tools/server-cli",
        "CLI_NAME": "server",
        "ES_JAVA_HOME": str(packages.find_java()),
        "ES_JAVA_OPTS": HEAP,
        "ES_PATH_CONF": str(place / "config"),
        "ES_TMPDIR": str(place / "tmp"),
        "HOME": str(place),
    }


def find_place(var: Path, name: str) -> Path:
    """Return a folder that an unprivileged user can write in.

    It is below VAR_DIR, else below the system's temporary folder. The latter is recorded in VAR_DIR, so that
    the next start finds it again.
    """
    own = var / name
    own.mkdir(parents=True, exist_ok=True)
    if can_write(own):
        place = own / "node"
        place.mkdir(exist_ok=True)
    else:
        record = own / "place"
        place = Path(record.read_text()) if record.exists() else own / "none"
        place = place if place.is_dir() else Path(tempfile.mkdtemp(prefix=f"knooppunt-{name}-"))
        record.write_text(str(place))
    place.chmod(0o700)
    give(place)
    return place


def _settings(place: Path, port: int, others: Mapping[str, str]) -> str:
    """Return the settings of a node that only this machine can reach."""
    lines = {
        "cluster.name": "knooppunt",
        "xpack.security.enabled": "false",
        "http.host": "127.0.0.1",
        "http.port": str(port),
        "transport.host": "127.0.0.1",
        "transport.port": "0",  # any free port
        "path.data": str(place / "data"),
        "path.logs": str(place / "logs"),
        # On a fuller disk the engine would refuse to write.
        "cluster.routing.allocation.disk.threshold_enabled": "false",
        **others,
    }
    return "".join(f"{key}: {value}\n" for key, value in lines.items())
