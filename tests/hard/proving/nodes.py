"""An engine of our own, with its data in a folder of its own, that can be killed and started again."""

import signal
from contextlib import ExitStack
from pathlib import Path

import answers
import engine as engines
from processes import Child
from proving.processes import free_port

PATIENCE = 180


class Node:
    """A node of Elasticsearch on a port of its own."""

    def __init__(self, var: Path) -> None:
        """Choose a port."""
        self.var, self.port = var, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.at_end = ExitStack()
        self.child: Child | None = None

    def start(self) -> None:
        """Start it with the data that it had, and wait until it answers."""
        self.child = engines._start_here(self.var, self.port, None, self.at_end)
        engine = engines.Engine(self.url, child=self.child)
        assert engine.wait(PATIENCE), (self.var / "log" / "engine.log").read_text()[-3000:]

    def kill(self) -> None:
        """Kill it, and wait until it is gone."""
        assert self.child
        assert self.child.process
        self.child.signal(signal.SIGKILL)
        self.child.process.wait()
        assert answers.wait(lambda: answers.ask(self.url) is None, PATIENCE)

    def stop(self) -> None:
        """Stop it for good."""
        self.at_end.close()
