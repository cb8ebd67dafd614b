"""Serve a site with one gunicorn worker, request pages, and read how much processor time that took."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from bench.probe import FIRST_SECONDS
from bench.sites import Site

TICKS = os.sysconf("SC_CLK_TCK")  # per second: the unit of utime and stime in /proc/<pid>/stat
PPID, UTIME, STIME = 1, 11, 12  # places in what `_read_stat` returns
PATIENCE = 60  # seconds to wait for the first page, for any page, and for the end of a process


@dataclass
class Server:
    """A site that is being served by the process `pid` and its worker."""

    site: Site
    port: int
    pid: int

    def ask(self, path: str, *, is_made: bool = True) -> bytes:
        """Return a page, made for this request or perhaps cached; raises RuntimeError when it is none."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request("GET", path, headers={"Cookie": self.site.cookie} if is_made else {})
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        if answer.status != 200:
            raise RuntimeError(f"{self.site.name} answered {answer.status} to {path}")
        return body

    def measure(self, paths: Sequence[str], *, is_made: bool) -> tuple[float, list[float]]:
        """Return the processor time per page of all serving processes, and each time by the clock; in ms."""
        before, times = self._processor_seconds(), []
        for path in paths:
            begun = time.perf_counter()
            self.ask(path, is_made=is_made)
            times.append((time.perf_counter() - begun) * 1000)
        return (self._processor_seconds() - before) / len(paths) * 1000, times

    def warm_up(self, paths: Sequence[str], *, is_made: bool) -> None:
        """Request pages without measuring, so that they are cached where they may be."""
        self.ask(paths[0], is_made=is_made)
        time.sleep(0 if is_made else FIRST_SECONDS)
        self.measure(paths, is_made=is_made)

    def _processor_seconds(self) -> float:
        """Return user and system time so far of gunicorn and its worker."""
        stats = [_read_stat(pid) for pid in (self.pid, *_children(self.pid))]
        ticks = sum(int(stat[UTIME]) + int(stat[STIME]) for stat in stats)
        return ticks / TICKS


def _read_stat(pid: int) -> list[str]:
    """Return the fields of /proc/<pid>/stat from the third on (proc(5)); the second may hold spaces."""
    _, _, fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")
    return fields.split()


def _children(parent: int) -> list[int]:
    """Return the ids of the processes that process `parent` started."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if int(_read_stat(int(folder.name))[PPID]) == parent:
                found.append(int(folder.name))
        except (FileNotFoundError, ProcessLookupError):  # gone since we looked
            continue
    return found


def _free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serve(site: Site) -> Iterator[Server]:
    """Serve a site during the block. All sites are started alike, ours without its `gunicorn.conf.py`."""
    port = _free_port()
    options = [
        "--bind",
        f"127.0.0.1:{port}",
        "--workers",
        "1",
        "--worker-class",
        "sync",
        "--no-control-socket",
    ]
    command = [sys.executable, "-m", "gunicorn", *options, site.wsgi]
    with (site.var / "web.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=site.var, env=site.env, stdout=log, stderr=log)
    try:
        server = Server(site, port, process.pid)
        _wait(server)
        yield server
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _wait(server: Server) -> None:
    """Wait for the first page; raises SystemExit, with the path of the log, when it does not come."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            server.ask("/")
        except ConnectionError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit(f"{server.site.name} does not start; see {server.site.var / 'web.log'}")
