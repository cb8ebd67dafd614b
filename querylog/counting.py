"""Counts wait in the memory of each process and are written together, outside any request: no page waits for it or fails by it.

What is lost with a process, or while the database is busy, is lost: at most a few seconds of counts.
"""

import datetime
import logging
import threading
from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from querylog.models import QuestionCount, place_name
from querylog.people import read_neighbourhood
from querylog.privacy import keepable

logger = logging.getLogger("knooppunt.querylog")

PAUSE = 10.0  # seconds between writes
MOST_WAITING = 1000


@dataclass(frozen=True)
class Moment:
    """What happened to a question: it was asked (`hits` is what was found), or again with filters, or a hit was chosen.

    `clicked` is the place of that hit in the list, from 1.
    """

    question: str
    language: str
    listing: str
    hits: int = 0
    facets: tuple[str, ...] = ()
    is_asked: bool = False
    clicked: int = 0


class Key(NamedTuple):
    """What a row is about."""

    day: datetime.date
    question: str
    language: str
    listing: str


@dataclass
class Tally:
    """What is to be added to a row."""

    sums: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    hits: int = 0
    facets: set[str] = field(default_factory=set)

    def add(self, moment: Moment) -> None:
        """Add one moment; that filters leave nothing over does not mean that there is nothing."""
        self.facets.update(moment.facets)
        self.sums["asked"] += moment.is_asked
        if moment.clicked:
            self.sums[place_name(moment.clicked)] += 1
        if moment.is_asked:
            self.sums["without_result"] += not moment.hits and not moment.facets
            self.hits = max(self.hits, moment.hits)

    def add_to(self, row: QuestionCount) -> None:
        """Add everything to a row."""
        for name, count in self.sums.items():
            setattr(row, name, getattr(row, name) + count)
        row.hits = max(row.hits, self.hits)
        row.facets = sorted({*row.facets, *self.facets})


_waiting: deque[Moment] = deque(maxlen=MOST_WAITING)  # the oldest make room


def remember(moment: Moment) -> None:
    """Keep a moment in memory until the next write."""
    _waiting.append(moment)


def write_waiting() -> None:
    """Write what waits, without what may not be kept; whatever goes wrong, it is lost and says nothing of what was asked."""
    moments = [_waiting.popleft() for _ in range(len(_waiting))]
    if not moments:
        return
    try:
        _write(_tally(moments))
    except Exception as error:  # noqa: BLE001  a message may quote what somebody asked, and that is not for a log
        logger.warning("%s counts of questions are lost: %s", len(moments), type(error).__name__)


def _tally(moments: Iterable[Moment]) -> dict[Key, Tally]:
    """Return what is to be added, per row."""
    today, known = timezone.localdate(), read_neighbourhood()
    tallies: dict[Key, Tally] = defaultdict(Tally)
    for moment in moments:
        if question := keepable(moment.question, known, listing=moment.listing):
            tallies[Key(today, question, moment.language, moment.listing)].add(moment)
    return tallies


@transaction.atomic
def _write(tallies: dict[Key, Tally]) -> None:
    """Add to the rows, made where they are missing; always in the same order, so that no two writers wait for each other."""
    if not tallies:
        return
    keys = sorted(tallies)
    QuestionCount.objects.bulk_create([QuestionCount(**key._asdict()) for key in keys], ignore_conflicts=True)
    found = QuestionCount.objects.select_for_update().order_by("pk")
    found = found.filter(day__in={key.day for key in keys}, question__in={key.question for key in keys})
    rows = [row for row in found if (row.day, row.question, row.language, row.listing) in tallies]
    for row in rows:
        tallies[Key(row.day, row.question, row.language, row.listing)].add_to(row)
    counted = [
        "asked",
        "without_result",
        "hits",
        "facets",
        "clicks_first",
        "clicks_top",
        "clicks_page",
        "clicks_beyond",
    ]
    QuestionCount.objects.bulk_update(rows, counted)


class Writer(threading.Thread):
    """Writes every few seconds as long as its process serves pages."""

    def __init__(self) -> None:
        """Begin at rest."""
        super().__init__(name="querylog", daemon=True)
        self.is_over = threading.Event()

    def run(self) -> None:
        """Write until the process ends."""
        while not self.is_over.wait(PAUSE):
            write_waiting()
            connection.close()

    def stop(self) -> None:
        """Write what waits for the last time."""
        self.is_over.set()
        self.join(PAUSE)
        write_waiting()
