"""When a process looks again at what it remembers of the database: after half a minute, and at one thing at a time.

Else all that was read for one page would be read again for one page too, which then asks the database more than others may.
"""

import math
import time
from dataclasses import dataclass, field

LOOK_AGAIN = 30.0  # seconds after which something may have changed without anybody saying so
APART = 1.0  # seconds between two things


@dataclass
class Watch:
    """When each thing was read, by its name and on the clock of `time.monotonic`; which wait, and which let those go first."""

    read_at: dict[str, float] = field(default_factory=dict)
    last_at: float = -math.inf
    waiting: set[str] = field(default_factory=set)
    yielded: set[str] = field(default_factory=set)

    def is_due(self, name: str) -> bool:
        """Tell whether to look at this again now; who is told so looks.

        What waits goes before what does not, so that each has its turn; but nothing lets it go first twice while nobody looks,
        as what waits may not be asked for any more.
        """
        now = time.monotonic()
        if now - self.read_at.setdefault(name, now) < LOOK_AGAIN:
            return False
        if now - self.last_at < APART:
            self.waiting.add(name)
            return False
        if self.waiting and name not in self.waiting | self.yielded:
            self.yielded.add(name)
            return False
        self.note(name)
        return True

    def note(self, name: str) -> None:
        """Note that this is read for the page that is made now; all others wait for another one."""
        if name in self.yielded:
            self.waiting.clear()
        self.waiting.discard(name)
        self.yielded.clear()
        self.read_at[name] = self.last_at = time.monotonic()


watch = Watch()
