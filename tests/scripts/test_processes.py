"""Processes that we start end when we stop them, and come back when they stop by themselves.

That they end with us is shown in `tests/hard/test_supervisor.py`.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import processes
import pytest
import supervisor
from processes import Child, free_port, is_port_free

pytestmark = pytest.mark.process

FOREVER = [sys.executable, "-c", "import time; time.sleep(600)"]
WITH_A_CHILD = [
    sys.executable,
    "-c",
    "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(600)'])",
]


@pytest.fixture
def make_child(tmp_path: Path) -> Any:
    """Return a maker of children that are stopped in the end."""
    made: list[Child] = []

    def make(name: str, command: list[str]) -> Child:
        made.append(Child(name, command, tmp_path / f"{name}.log", pid_file=tmp_path / f"{name}.pid"))
        return made[-1]

    yield make
    for child in made:
        child.stop()


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 300
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)


def is_alive(pid: int) -> bool:
    state = Path(f"/proc/{pid}/stat")
    return state.exists() and state.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def children_of(pid: int) -> list[int]:
    return [int(number) for number in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_a_child_says_its_number_and_takes_it_away(make_child: Any, tmp_path: Path) -> None:
    child = make_child("web", FOREVER)
    child.start()
    assert (tmp_path / "web.pid").read_text() == str(child.process.pid)
    child.stop()
    assert not child.is_running
    assert not (tmp_path / "web.pid").exists()


def test_stopping_a_child_stops_what_it_started(make_child: Any) -> None:
    child = make_child("web", WITH_A_CHILD)
    child.start()
    wait_for(lambda: bool(children_of(child.process.pid)))
    (grandchild,) = children_of(child.process.pid)
    child.stop()
    assert not is_alive(grandchild)


def test_one_that_will_not_stop_is_forced(make_child: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "PATIENCE", 0.5)
    stubborn = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        "print('ready', flush=True); time.sleep(600)"
    )
    child = make_child("web", [sys.executable, "-c", stubborn])
    child.start()
    wait_for(lambda: b"ready" in child.log.read_bytes())
    child.stop()
    assert not child.is_running


def test_a_child_that_stops_is_started_again_later_each_time(
    make_child: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 100.0
    monkeypatch.setattr(supervisor.time, "monotonic", lambda: now)
    keeper = supervisor.Supervisor()
    child = make_child("worker", [sys.executable, "-c", "pass"])
    keeper.start(child)
    child.process.wait()
    first = child.process.pid
    keeper.look_after()
    assert child.process.pid == first
    now += 0.6
    keeper.look_after()
    assert child.process.pid != first
    child.process.wait()
    second = child.process.pid
    now += 0.6
    keeper.look_after()
    assert child.process.pid == second
    now += 0.5
    keeper.look_after()
    assert child.process.pid != second


def test_a_free_port_is_none_that_the_system_gives_to_connections_going_out() -> None:
    lowest = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    assert all(free_port() < lowest for _ in range(20))


def test_a_free_port_is_free_until_somebody_takes_it() -> None:
    import socket

    port = free_port()
    assert is_port_free(port)
    with socket.create_server(("127.0.0.1", port)):
        assert not is_port_free(port)
