"""Tell the person at the terminal what is going on."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn


def say(text: str) -> None:
    """Print a line at once, also when the output is a file."""
    print(text, flush=True)


def give_up(text: str) -> NoReturn:
    """Print what is wrong and what to do, and exit with 1."""
    print(f"\n{text}", file=sys.stderr, flush=True)
    raise SystemExit(1)


@contextmanager
def step(title: str) -> Iterator[None]:
    """Print what begins, and in the end how long it took."""
    say(f"→ {title}")
    begun = time.monotonic()
    yield
    say(f"  done in {time.monotonic() - begun:.1f} s")
