"""Keep processes running until we are told to stop, and leave none behind."""

import signal
import time
from contextlib import ExitStack
from types import FrameType

from console import say
from processes import Child

MOST_REST = 30.0  # seconds between two starts of a process that keeps stopping: it may be mended meanwhile
STEADY = 60.0  # seconds after which a process counts as healthy again


class Stopped(SystemExit):
    """Somebody asked us to stop; where nobody catches this, we simply exit."""


def watch_signals() -> None:
    """Turn Ctrl-C, the end of the terminal and a request to stop into the same exception."""

    def stop(number: int, frame: FrameType | None) -> None:
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(each, signal.SIG_IGN)  # stopping takes its time; a second Ctrl-C changes nothing
        raise Stopped(128 + number)

    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, stop)


class Supervisor:
    """Restarts children that stop, after a longer rest each time; runs a job at intervals."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.children: list[Child] = []
        self.job: Child | None = None
        self.at_end = ExitStack()
        self._started: dict[str, float] = {}
        self._rests: dict[str, float] = {}

    def start(self, child: Child) -> None:
        """Start a child and keep it running from now on."""
        child.start()
        self.adopt(child)

    def adopt(self, child: Child) -> None:
        """Keep a child running that runs already."""
        self.children.append(child)
        self._started[child.name] = time.monotonic()

    def look_after(self) -> None:
        """Restart the children that stopped and rested long enough."""
        for child in self.children:
            if child.is_running:
                continue
            lived = time.monotonic() - self._started[child.name]
            rest = 1.0 if lived > STEADY else self._rests.get(child.name, 0.5)
            if lived >= rest:
                say(f"{child.name} stopped; starting it again (see {child.log})")
                self._rests[child.name] = min(rest * 2, MOST_REST)
                self._started[child.name] = time.monotonic()
                child.stop()  # what it started may still hold its port
                child.start()

    def run(self, job: Child, interval: float) -> None:
        """Look after the children for ever; start the job at every interval, unless it is still busy."""
        due = time.monotonic() + interval
        self.job = job
        while True:
            self.look_after()
            if time.monotonic() >= due and not job.is_running:
                due = time.monotonic() + interval
                job.start()
            time.sleep(0.5)

    def stop(self) -> None:
        """Stop all children, the last one first, and then run what was left for the end."""
        for child in [*self.children, *filter(None, [self.job])][::-1]:
            child.stop()
        self.at_end.close()
