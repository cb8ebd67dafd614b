"""Who began with a practice in which year and who stopped: as a list, and as a line that a template draws.

A year is a node on the line with how many began, and below it how many stopped. Years in which nothing
happened are left out. Lengths are in units of the drawing, in which a phone is about 300 wide.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.utils import timezone

from reuse.choices import Change, Status
from reuse.lists import Row
from reuse.models import Adoption, AdoptionEvent

WIDTH, EDGE, STEP = 340, 34, 54
PER_LINE = 6  # years; the next ones go on below
# Heights: from the top to the line, from there to who stopped, and below the last mark of a line.
TO_LINE, TO_STOPPED, BELOW = 46, 42, 26
SMALLEST, LARGEST = 13, 20  # radius of a node
# What an organisation says of itself; a proposal is of others.
SAID = (Change.RECORDED, Change.CHANGED, Change.CONFIRMED, Change.RECONFIRMED, Change.UNDONE)


@dataclass(frozen=True)
class Year:
    """Who began in a year, and who stopped."""

    number: int
    began: list[Row]
    stopped: list[Row]


@dataclass(frozen=True)
class Mark:
    """A year in the drawing: its middle on the line, and where the line to it begins.

    `is_gap` tells that years before it are left out.
    """

    year: Year
    x: int
    y: int
    start: int
    is_gap: bool

    @property
    def radius(self) -> int:
        """Return the size of its node."""
        return min(SMALLEST - 1 + len(self.year.began), LARGEST)

    @property
    def label_y(self) -> int:
        """Return where its number stands."""
        return self.y - LARGEST - 8

    @property
    def stopped_y(self) -> int:
        """Return the middle of the mark of who stopped."""
        return self.y + TO_STOPPED


class Timeline:
    """The years of a practice; empty when all that is known happened in one year."""

    def __init__(self, rows: Iterable[Row]) -> None:
        """Keep what organisations said; reads nothing yet."""
        self.rows = [row for row in rows if row.adoption.is_said]

    @cached_property
    def years(self) -> list[Year]:
        """Return the years in which something happened, the first one first. A query."""
        years: dict[int, Year] = {}
        stops = find_stops(row.adoption for row in self.rows)
        for row in self.rows:
            if year := row.adoption.since:
                years.setdefault(year, Year(year, [], [])).began.append(row)
            if year := stops.get(row.adoption.pk):
                years.setdefault(year, Year(year, [], [])).stopped.append(row)
        return [years[number] for number in sorted(years)] if len(years) > 1 else []

    @property
    def has_stopped(self) -> bool:
        """Tell whether of anybody is known when it stopped."""
        return any(year.stopped for year in self.years)

    @property
    def marks(self) -> list[Mark]:
        """Return the years as the drawing has them, line after line."""
        before = [None, *self.years]
        return [self._mark(place, year, before[place]) for place, year in enumerate(self.years)]

    @property
    def width(self) -> int:
        """Return the width of the drawing."""
        return WIDTH

    @property
    def height(self) -> int:
        """Return the height of the drawing."""
        return -(-len(self.years) // PER_LINE) * self._line_height

    @property
    def _line_height(self) -> int:
        """Return the height of a line of years."""
        return TO_LINE + (TO_STOPPED if self.has_stopped else 0) + BELOW

    def _mark(self, place: int, year: Year, before: Year | None) -> Mark:
        """Return a year at its place."""
        line, column = divmod(place, PER_LINE)
        x, y = EDGE + column * STEP, line * self._line_height + TO_LINE
        start = x if before is None else x - (STEP if column else EDGE)
        return Mark(year, x, y, start, before is not None and before.number + 1 < year.number)


def find_stops(adoptions: Iterable[Adoption]) -> dict[int, int]:
    """Return in which year organisations said here that they stopped, by adoption.

    Of who said nothing before, when it stopped is not known. A query.
    """
    stopped = [adoption.pk for adoption in adoptions if adoption.status == Status.STOPPED]
    events = AdoptionEvent.objects.filter(adoption__in=stopped, change__in=SAID).order_by("at", "pk")
    going: set[int] = set()
    found: dict[int, int] = {}
    for key, status, at in events.values_list("adoption", "values__status", "at"):
        if status != Status.STOPPED:
            going.add(key)
        elif key in going:
            going.remove(key)
            found[key] = timezone.localtime(at).year
    return found
