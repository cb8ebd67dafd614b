"""The fast tests pass at moments when a date is easily a day off; faketime sets the clock of the machine."""

import os
import re
import subprocess
from collections.abc import Callable

import pytest
from suite import PYTEST, QUICK, ROOT

pytestmark = pytest.mark.hard

LEAST_TESTS = 1000  # fewer, and most were not chosen
# Its threads wait forty times as long for each other under faketime.
LEFT_OUT = ["--ignore=tests/hard/test_interleavings.py"]
MOMENTS = {  # in UTC; the site is in the time zone of Amsterdam, an hour later in winter and two in summer
    "half past eleven on New Year's Eve": "2026-12-31 22:30:00",
    "half past two in summer time, before the clock goes back": "2026-10-25 00:30:00",
    "half past two in winter time, after the clock went back": "2026-10-25 01:30:00",
    "two minutes before the clock goes forward": "2026-03-29 00:58:00",
    "half an hour after the clock went forward": "2026-03-29 01:30:00",
    "half past eleven on a leap day": "2028-02-29 22:30:00",
}


@pytest.mark.parametrize("moment", MOMENTS.values(), ids=MOMENTS.keys())
def test_the_quick_tests_pass_at(moment: str, tell: Callable[[str], None]) -> None:
    env = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DATABASE_URL", "PYTEST_XDIST_WORKER"}
    }
    env |= {"ELASTICSEARCH_URL": "", "TZ": "Europe/Amsterdam", "DONT_FAKE_MONOTONIC": "1"}
    command = [
        "faketime",
        "--exclude-monotonic",
        f"{moment} UTC",
        *PYTEST,
        *QUICK,
        *LEFT_OUT,
        "--clock",
        "machine",
    ]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-6000:]
    (passed,) = re.findall(r"^(\d+) passed", done.stdout, re.MULTILINE)
    tell(f"{passed} tests passed at {moment} UTC")
    assert int(passed) > LEAST_TESTS
