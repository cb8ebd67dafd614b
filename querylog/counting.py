"""Counts wait in the memory of each process and are written together, outside any request.

So no page waits for them, or fails because of them. Counts are lost if the process dies or the database is
busy: at most a few seconds of them.
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

from querylog.models import PLACES, QuestionCount, place_name
from querylog.people import read_neighbourhood
from querylog.privacy import keepable

logger = logging.getLogger("knooppunt.querylog")

PAUSE = 10.0  # seconds between writes; also what a process that is killed can lose
MOST_WAITING = 1000  # bounds the memory, and what one write costs


@dataclass(frozen=True)
class Moment:
    """What happened to a question: it was asked, asked again with filters, or a hit was chosen.

    `hits` is the number of sure hits, `maybe` that of others; `clicked` is the place of the chosen hit in
    the list, from 1.
    """

    question: str
    language: str
    listing: str
    hits: int = 0
    maybe: int = 0
    facets: tuple[str, ...] = ()
    is_asked: bool = False
    clicked: int = 0


class Key(NamedTuple):
    """The key of a row."""

    day: datetime.date
    question: str
    language: str
    listing: str


@dataclass
class Tally:
    """The counts to add to a row."""

    sums: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    hits: int = 0
    maybe: int = 0
    facets: set[str] = field(default_factory=set)

    def add(self, moment: Moment) -> None:
        """Add one moment; no hits with filters does not count as "without result"."""
        self.facets.update(moment.facets)
        self.sums["asked"] += moment.is_asked
        if moment.clicked:
            self.sums[place_name(moment.clicked)] += 1
        if moment.is_asked:
            self.sums["without_result"] += not moment.hits and not moment.facets
            self.hits = max(self.hits, moment.hits)
            self.maybe = max(self.maybe, moment.maybe)

    def add_to(self, row: QuestionCount) -> None:
        """Add all counts to a row."""
        for name, count in self.sums.items():
            setattr(row, name, getattr(row, name) + count)
        row.hits = max(row.hits, self.hits)
        row.maybe = max(row.maybe, self.maybe)
        row.facets = sorted({*row.facets, *self.facets})


_waiting: deque[Moment] = deque(maxlen=MOST_WAITING)  # the oldest make room


def remember(moment: Moment) -> None:
    """Keep a moment in memory until the next write."""
    _waiting.append(moment)


def write_waiting() -> None:
    """Write what waits and may be kept; on any error it is lost, and the log does not quote any question."""
    moments = [_waiting.popleft() for _ in range(len(_waiting))]
    if not moments:
        return
    try:
        _write(_tally(moments))
    # A message may quote what somebody asked, which does not belong in a log.
    except Exception as error:  # noqa: BLE001
        logger.warning("%s counts of questions are lost: %s", len(moments), type(error).__name__)


def _tally(moments: Iterable[Moment]) -> dict[Key, Tally]:
    """Return the counts to add, per row."""
    today, known = timezone.localdate(), read_neighbourhood()
    tallies: dict[Key, Tally] = defaultdict(Tally)
    for moment in moments:
        if question := keepable(moment.question, known, listing=moment.listing):
            tallies[Key(today, question, moment.language, moment.listing)].add(moment)
    return tallies


@transaction.atomic
def _write(tallies: dict[Key, Tally]) -> None:
    """Add to the rows, made where missing; always in the same order, so that two writers cannot deadlock."""
    if not tallies:
        return
    keys = sorted(tallies)
    QuestionCount.objects.bulk_create([QuestionCount(**key._asdict()) for key in keys], ignore_conflicts=True)
    found = QuestionCount.objects.select_for_update().order_by("pk")
    found = found.filter(day__in={key.day for key in keys}, question__in={key.question for key in keys})
    rows = [row for row in found if (row.day, row.question, row.language, row.listing) in tallies]
    for row in rows:
        tallies[Key(row.day, row.question, row.language, row.listing)].add_to(row)
    QuestionCount.objects.bulk_update(rows, ["asked", "without_result", "hits", "maybe", "facets", *PLACES])


class Writer(threading.Thread):
    """Writes every few seconds while its process serves pages."""

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
        """End the thread, and write what waits one last time."""
        self.is_over.set()
        self.join(PAUSE)
        write_waiting()
