"""How long a machine that others use too keeps a thread waiting that has nothing to do but go on."""

import threading
import time
from types import TracebackType
from typing import Self

TICK = 0.05  # seconds


class Stalls:
    """A thread that wants to go on each twentieth of a second, and notes when it could not."""

    def __init__(self) -> None:
        """Begin with none."""
        self.seen: list[tuple[float, float]] = []  # when a stall ended, and how long it was
        self.is_over = threading.Event()
        self.thread = threading.Thread(target=self._tick, daemon=True)

    def __enter__(self) -> Self:
        """Begin."""
        self.thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End."""
        self.is_over.set()
        self.thread.join()

    def during(self, seconds: float) -> float:
        """Return the longest stall of the last so many seconds."""
        begun = time.monotonic() - seconds
        return max((stall for ended, stall in self.seen if ended > begun), default=0.0)

    def _tick(self) -> None:
        """Note by how much each tick comes too late."""
        last = time.monotonic()
        while not self.is_over.wait(TICK):
            now = time.monotonic()
            self.seen.append((now, now - last - TICK))
            last = now
