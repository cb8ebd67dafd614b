"""Start processes that end with us, however we end."""

import contextlib
import ctypes
import fcntl
import os
import pwd
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from console import give_up

PR_SET_PDEATHSIG = 1
UNPRIVILEGED = "nobody"
PATIENCE = 15  # seconds that a process gets to stop by itself, before it is killed
PORTS = range(20_000, 32_000)  # below those for outgoing connections: Linux 32768 and up, others 49152 and up


def free_port() -> int:
    """Return a port of this machine that nobody listens on.

    It stays free until somebody listens: the system does not give it to outgoing connections.
    """
    while not is_port_free(port := secrets.choice(PORTS)):
        pass
    return port


def is_port_free(port: int) -> bool:
    """Tell whether nobody listens on a port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@contextlib.contextmanager
def hold(var: Path, command: str) -> Iterator[None]:
    """Keep a VAR_DIR to ourselves while a command runs."""
    (var / "run").mkdir(parents=True, exist_ok=True)
    with (var / "run" / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            advice = f"Stop it, or choose another folder: {command} VAR_DIR={var}-2"
            give_up(f"Another `{command}` uses {var}. {advice}")
        yield


def lesser_user() -> dict[str, Any]:
    """Return the options of `Popen` that run a process as an unprivileged user when we are root.

    Some programs refuse to run as root.
    """
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam(UNPRIVILEGED)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def can_write(folder: Path) -> bool:
    """Tell whether the unprivileged user can reach this folder: every folder above must let it in."""
    probe = subprocess.run(["test", "-x", str(folder)], cwd="/", check=False, **lesser_user())
    return probe.returncode == 0


def give(folder: Path) -> None:
    """Give a folder with all that is in it to the unprivileged user, when we are root."""
    if os.geteuid() == 0:
        user = pwd.getpwnam(UNPRIVILEGED)
        for path in (folder, *folder.rglob("*")):
            os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)


def _die_with_parent() -> None:
    """Ask Linux for a signal when the parent is gone; elsewhere only the parent stops its children."""
    libc = ctypes.CDLL(None, use_errno=True)
    if hasattr(libc, "prctl"):
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Child:
    """A process of ours with its own process group, log, and file with its process id."""

    name: str
    command: Sequence[str]
    log: Path
    env: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    cwd: str = "."
    pid_file: Path | None = None
    options: dict[str, Any] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; call this from the main thread: the kernel watches the thread that starts a process."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=self.cwd,
                env=dict(self.env),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_die_with_parent,  # noqa: PLW1509  no other thread holds a lock that it needs
                **self.options,
            )
        if self.pid_file:
            self.pid_file.parent.mkdir(parents=True, exist_ok=True)
            self.pid_file.write_text(str(self.process.pid))

    @property
    def is_running(self) -> bool:
        """Tell whether it runs."""
        return self.process is not None and self.process.poll() is None

    def signal(self, number: int) -> None:
        """Send a signal to it and to all that it started."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)

    def stop(self) -> None:
        """Stop it and all that it started, with force after a while; returns when nothing is left."""
        if self.process is None:
            return
        self.signal(signal.SIGTERM)
        end = time.monotonic() + PATIENCE
        while self._is_group_alive() and time.monotonic() < end:
            time.sleep(0.1)
        self.signal(signal.SIGKILL)
        self.process.wait()
        self.process = None
        if self.pid_file:
            self.pid_file.unlink(missing_ok=True)

    def _is_group_alive(self) -> bool:
        """Tell whether the process or one of its children is left."""
        assert self.process is not None  # noqa: S101  only asked of what was started
        self.process.poll()
        try:
            os.killpg(self.process.pid, 0)
        except (ProcessLookupError, PermissionError):
            return False
        return True
