"""Start processes of a site as forks of one that has loaded Django, kill them, and see how they ended."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

BESIDE = Path(__file__).resolve().parents[1] / "beside"
PATIENCE = 60.0


def wait_for(condition: Callable[[], object], patience: float = PATIENCE, what: str = "") -> float:
    """Return after how many seconds a condition came true; it must within `patience`."""
    begun = time.monotonic()
    while not condition():
        assert time.monotonic() - begun < patience, f"{what or condition} took longer than {patience} s"
        time.sleep(0.05)
    return time.monotonic() - begun


@dataclass(frozen=True)
class Process:
    """A process of a site, with the file that holds what it says."""

    pid: int
    log: Path

    @property
    def is_running(self) -> bool:
        """Tell whether it is there; the launcher has buried it when it is not."""
        return Path(f"/proc/{self.pid}").exists()

    @property
    def code(self) -> int | None:
        """Return how it ended; nothing as long as it runs, or when it was killed."""
        file = Path(f"{self.log}.code")
        return int(file.read_text() or 1) if file.exists() else None

    @property
    def children(self) -> list[int]:
        """Return the processes that this one started."""
        with suppress(OSError):
            return [
                int(pid) for pid in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
            ]
        return []

    def kill(self) -> bool:
        """Kill it as the kernel does when memory is short; tell whether it was there."""
        is_there = kill(self.pid)
        wait_for(lambda: not self.is_running, what=f"the end of {self.log.name}")
        return is_there

    def stop(self) -> None:
        """Ask it to stop, and wait until it did."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)
        wait_for(lambda: not self.is_running, what=f"the end of {self.log.name}")


def kill(pid: int) -> bool:
    """Send SIGKILL; tell whether there was such a process."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


class Launcher:
    """The process that starts the others; they end with it."""

    def __init__(self, env: Mapping[str, str], folder: Path, logs: Path) -> None:
        """Load Django with these settings."""
        self.logs, self.count = logs, 0
        logs.mkdir(parents=True, exist_ok=True)
        self.process = subprocess.Popen(
            [sys.executable, str(BESIDE / "launcher.py")],
            cwd=folder,
            env=dict(env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert self._answer() == "ready"

    def _answer(self) -> str:
        """Return the next line that it says."""
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def start(self, *command: str) -> Process:
        """Start a process."""
        assert self.process.stdin
        self.count += 1
        log = self.logs / f"{self.count:04}-{Path(command[0]).stem}.log"
        self.process.stdin.write(json.dumps([str(log), *command]) + "\n")
        self.process.stdin.flush()
        return Process(int(self._answer()), log)

    def run(self, *command: str, patience: float = PATIENCE) -> tuple[int, str]:
        """Return how a process ended and what it said."""
        process = self.start(*command)
        wait_for(lambda: not process.is_running, patience, " ".join(command))
        return (process.code if process.code is not None else -1), process.log.read_text()

    def close(self) -> None:
        """End it, and all that it started."""
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(PATIENCE)
