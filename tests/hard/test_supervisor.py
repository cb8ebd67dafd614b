"""Processes that we start end with us, whatever ends us."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import processes
import pytest
from proving.processes import wait_for

pytestmark = pytest.mark.hard

FOREVER = [sys.executable, "-c", "import time; time.sleep(600)"]


def is_alive(pid: int) -> bool:
    state = Path(f"/proc/{pid}/stat")
    return state.exists() and state.read_text().rsplit(")", 1)[1].split()[0] != "Z"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_nothing_is_left_when_the_supervisor_goes(number: int, tmp_path: Path) -> None:
    program = textwrap.dedent(f"""
        import sys; sys.path.append({str(Path(processes.__file__).parent)!r})
        from pathlib import Path
        from processes import Child
        from supervisor import Stopped, Supervisor, watch_signals
        watch_signals()
        keeper = Supervisor()
        try:
            for name in ("one", "two"):
                pid = Path({str(tmp_path)!r}) / name
                keeper.start(Child(name, {FOREVER!r}, Path({str(tmp_path)!r}) / "log", pid_file=pid))
            folder = Path({str(tmp_path)!r})
            keeper.run(Child("job", {FOREVER!r}, folder / "log", pid_file=folder / "job"), 0.1)
        except Stopped:
            pass
        finally:
            keeper.stop()
    """)
    keeper = subprocess.Popen([sys.executable, "-c", program])
    files = [tmp_path / name for name in ("one", "two", "job")]
    wait_for(lambda: all(path.exists() and path.read_text() for path in files))
    pids = [int(path.read_text()) for path in files]
    os.kill(keeper.pid, number)
    keeper.wait(20)
    wait_for(lambda: not any(is_alive(pid) for pid in pids))
