"""People who write and read all the time, while something is being broken."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from proving.sites import NOBODY, Answer, Site

READ_PATHS = (
    "/zoeken/?q=asfalt",
    "/praktijkvoorbeelden/?q=rioolgemaal",
    "/api/v1/search?q=energie&theme=energietransitie",
    "/api/v1/suggest?q=gem",
    "/praktijkvoorbeelden/",
    "/organisaties/?q=breda",
    "/",
)
OK, SERVER_ERROR = 200, 500
WRITERS, READS = 6, 5.0  # people, and pages a second


class Crowd:
    """Threads that each ask one thing after the other, at a pace; counts what they get.

    No answer at all is an error too, but where `web_dies`: who asks a process that is killed gets none.
    """

    def __init__(self, *, web_dies: bool = False) -> None:
        """Begin with nobody."""
        self.web_dies = web_dies
        self.threads: list[threading.Thread] = []
        self.is_over = threading.Event()
        self.statuses: dict[str, Counter[int]] = {}
        self.errors: list[str] = []
        self.slowest = 0.0

    def add(self, name: str, ask: Callable[[], Answer], per_second: float) -> None:
        """Let one more ask as often as this."""
        self.statuses.setdefault(name, Counter())

        def go_on() -> None:
            due = time.monotonic()
            while not self.is_over.wait(max(0.0, due - time.monotonic())):
                due = max(due + 1 / per_second, time.monotonic() - 1)
                self._note(name, ask())

        self.threads.append(threading.Thread(target=go_on, daemon=True))

    def _note(self, name: str, answer: Answer) -> None:
        """Count an answer, and keep it when it is an error."""
        self.statuses[name][answer.status] += 1
        self.slowest = max(self.slowest, answer.seconds)
        if answer.status >= SERVER_ERROR or (answer.status == NOBODY and not self.web_dies):
            self.errors.append(f"{name}: {answer.status} {answer.text[:300]}")

    def __enter__(self) -> Self:
        """Begin."""
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End, when everybody has the last answer."""
        self.is_over.set()
        for thread in self.threads:
            thread.join(60)

    @property
    def writes(self) -> int:
        """Return how many writes were done."""
        return self.statuses["writes"][OK]


def writers_and_readers(site: Site, seed: int, *, writes: float = 20.0, web_dies: bool = False) -> Crowd:
    """Return a crowd that writes at random and reads what anybody may."""
    crowd, draw = Crowd(web_dies=web_dies), random.Random(seed)
    for _ in range(WRITERS):
        crowd.add("writes", lambda: site.write("any_of_these", draw.randrange(10**12)), writes / WRITERS)
    crowd.add("pages", lambda: site.get(draw.choice(READ_PATHS)), READS)
    return crowd


def describe(crowd: Crowd, seconds: float) -> str:
    """Return the figures of a crowd as a line."""
    parts: Sequence[str] = [
        f"{name} {dict(sorted(counter.items()))}" for name, counter in crowd.statuses.items()
    ]
    return f"{', '.join(parts)}, {crowd.writes / seconds:.1f} writes/s, slowest {crowd.slowest:.1f} s"


def judge(site: Site, crowd: Crowd, least_writes: int) -> None:
    """Raise AssertionError unless people wrote enough, without an error, and none of their work was lost."""
    assert not crowd.errors, f"{crowd.errors[0]}\n{site.read_traceback()}"
    assert crowd.writes >= least_writes, crowd.statuses
    assert all(counter[OK] for counter in crowd.statuses.values()), crowd.statuses
    assert site.audit() == "", site.audit()
    assert site.count_failed() == 0
