"""How a practice went from who made it to others: as sentences, and as a tree that a template draws.

Each row of the drawing is an organisation. Its largest branch goes straight on below it and the others step
one lane aside, so lanes are few, however long the line, and no line runs through a name. Lengths are in units
of the drawing, in which a phone is about 300 wide.
"""

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reuse.lists import Row

WIDTH, LANE, EDGE = 340, 24, 12
TO_NAME = 20  # from the middle of a mark
NAME_LINE, NOTE_LINE, BETWEEN = 21, 18, 14  # heights
LETTER = 8.8  # width of a letter in a name, generously
BEND = 12
MOST_LINES = 2  # of a name; the list beside the drawing has all of it
MOST_ENDS = 4  # organisations after the same one that nobody follows; the others are counted
FIRST = 0  # stands for who made the case, among the keys of adoptions


@dataclass(frozen=True)
class Line:
    """How the practice came to one organisation, in words; `label` tells that some of it is made up."""

    text: str
    label: str


@dataclass(frozen=True)
class Node:
    """A row of the drawing: its mark, the line that leads to it, and its words.

    `kind` is a status, "first" of who made the case, or "rest" of organisations that are only counted.
    """

    kind: str
    name: str
    note: str
    row: Row | None
    lane: int
    y: int
    path: str

    @property
    def x(self) -> int:
        """Return the middle of its mark."""
        return EDGE + self.lane * LANE

    @property
    def name_x(self) -> int:
        """Return where its words begin."""
        return self.x + TO_NAME

    @property
    def top(self) -> int:
        """Return where it begins."""
        return self.y - NAME_LINE // 2

    @property
    def room(self) -> int:
        """Return the width from its mark to the edge of the drawing: all of that leads to its row."""
        return WIDTH - self.x + EDGE

    @property
    def pieces(self) -> list[str]:
        """Return the name in lines that fit."""
        return _wrap(self.name, self.lane)

    @property
    def is_demo(self) -> bool:
        """Tell whether it was made up for the demonstration."""
        return self.row is not None and self.row.adoption.is_demo

    @property
    def height(self) -> int:
        """Return the height of its words."""
        notes = bool(self.note) + self.is_demo
        return len(self.pieces) * NAME_LINE + notes * NOTE_LINE


class Lineage:
    """Which organisation took a practice over from which; what began elsewhere began at the case."""

    def __init__(self, rows: Iterable[Row], makers: Sequence[str]) -> None:
        """Keep what organisations said, and the names of who made the case."""
        self.rows = {row.adoption.pk: row for row in rows if row.adoption.is_said}
        self.makers = makers
        # Two that named each other at the same moment make a circle: the one that came first began it.
        self.origins: dict[int, int] = {}
        for key in sorted(self.rows, reverse=True):
            origin = self.rows[key].adoption.started_from_id or FIRST
            is_there = origin in self.rows and key not in self._line_to(origin)
            self.origins[key] = origin if is_there else FIRST

    @cached_property
    def followers(self) -> dict[int, list[int]]:
        """Return who took it over from whom, the smallest branch first."""
        sizes: dict[int, int] = {}
        for key in self.rows:
            for above in self._line_to(key):
                sizes[above] = sizes.get(above, 0) + 1
        found: dict[int, list[int]] = {}
        for key in sorted(self.rows, key=lambda key: (sizes[key], *self._age(key))):
            found.setdefault(self.origins[key], []).append(key)
        return found

    @property
    def lines(self) -> list[Line]:
        """Return a sentence for each organisation at the end of a line with another one in between."""
        ends = [key for key in self.rows if key not in self.followers and self.origins[key] != FIRST]
        return [self._tell(self._line_to(key)[::-1]) for key in ends]

    @cached_property
    def nodes(self) -> list[Node]:
        """Return the rows of the drawing from top to bottom; none when nobody took it over from another."""
        return self._draw() if any(self.origins.values()) else []

    @property
    def width(self) -> int:
        """Return the width of the drawing."""
        return WIDTH

    @property
    def height(self) -> int:
        """Return the height of the drawing."""
        return _bottom(self.nodes[-1]) if self.nodes else 0

    def _line_to(self, key: int) -> list[int]:
        """Return the keys from this one back to the first after who made the case."""
        line = []
        while key != FIRST:
            line.append(key)
            key = self.origins.get(key, FIRST)
        return line

    def _age(self, key: int) -> tuple[int, str]:
        """Return since when, and the name: the order of branches of one size."""
        adoption = self.rows[key].adoption
        return adoption.since or 9999, adoption.organisation.name

    def _tell(self, line: list[int]) -> Line:
        """Return the sentence of a line."""
        rows = [self.rows[key] for key in line]
        *between, last = [row.organisation.display_name for row in rows]
        names = {"first": self._first(), "between": _enumerate(between), "last": last}
        text = _("Van %(first)s via %(between)s naar %(last)s") % names
        made_up = [row.adoption.is_demo for row in rows]
        label = _("verzonnen voorbeeld") if all(made_up) else _("deels verzonnen") if any(made_up) else ""
        return Line(text, label)

    def _first(self) -> str:
        """Return who made the case, in words."""
        if not self.makers:
            return _("dit voorbeeld")
        name, *others = self.makers
        words = ngettext("%(name)s en %(n)d andere", "%(name)s en %(n)d andere", len(others))
        return words % {"name": name, "n": len(others)} if others else name

    def _draw(self) -> list[Node]:
        """Return the rows: who made the case, then each branch to its end before the next."""
        first = self._first()
        name, note = first[:1].upper() + first[1:], _("hier begon het")
        nodes = [Node("first", name, note, None, 0, NAME_LINE // 2, "")]
        waiting = self._branches(FIRST, nodes[0])
        while waiting:
            node = _make(*waiting.pop(), _bottom(nodes[-1]) + BETWEEN)
            nodes.append(node)
            waiting += self._branches(node.row.adoption.pk, node) if node.row else []
        return nodes

    def _branches(self, key: int, node: Node) -> list[tuple[Row | int, int, Node]]:
        """Return what comes after a row, the last one first: organisations, or a number of them.

        With the lane of each, and that row. The last one goes straight on.
        """
        keys = self.followers.get(key, [])
        ends = [each for each in keys if each not in self.followers]
        rest = [len(ends) - MOST_ENDS] if len(ends) > MOST_ENDS else []
        named = [self.rows[each] for each in ends[:MOST_ENDS]]
        after: list[Row | int] = [*named, *rest, *(self.rows[each] for each in keys[len(ends) :])]
        return [(each, node.lane + (place > 0), node) for place, each in enumerate(reversed(after))]


def _make(item: Row | int, lane: int, origin: Node, top: int) -> Node:
    """Return the row of an organisation, or of a number of them."""
    x, y = EDGE + lane * LANE, top + NAME_LINE // 2
    bend = f"V{y}" if lane == origin.lane else f"V{y - BEND}Q{origin.x} {y} {x} {y}"
    path = f"M{origin.x} {origin.y}{bend}"
    if isinstance(item, int):
        name = ngettext("en %(n)d andere", "en %(n)d andere", item) % {"n": item}
        return Node("rest", name, "", None, lane, y, path)
    name = item.organisation.display_name
    return Node(item.adoption.status, name, item.progress, item, lane, y, path)


def _enumerate(names: list[str]) -> str:
    """Return names as a phrase: "A, B en C"."""
    *rest, last = names
    return _("%(names)s en %(last)s") % {"names": ", ".join(rest), "last": last} if rest else last


def _wrap(name: str, lane: int) -> list[str]:
    """Return a name in lines that fit to the right of a lane."""
    room = WIDTH - EDGE - lane * LANE - TO_NAME
    return textwrap.wrap(name, max(int(room / LETTER), 8), max_lines=MOST_LINES, placeholder="…")


def _bottom(node: Node) -> int:
    """Return where a row ends."""
    return node.top + node.height
