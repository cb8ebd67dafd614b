"""The cover of a case: a drawing made from its own data alone, so it is true, and no two cases have the same.

Every organisation is a bundle of strings, pinched at two nodes: its own, and that of the theme, where all
bundles meet. In between the strings swing like a standing wave: each technique is one swing, with a width of
its own. Each organisation that took the practice over is an amber node on the right. The drawing is at most
4 KB and needs no script.
"""

import hashlib
import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString, mark_safe

from taxonomy.colours import Colour

if TYPE_CHECKING:
    from practices.models import PracticePage

WIDTH, HEIGHT = 480, 300
# These three keep a drawing below 4 KB; the page gives the numbers in words.
MOST_ORGANISATIONS = 8
MOST_ADOPTERS = 14
MOST_CURVES = 100  # of all strings together


@dataclass(frozen=True)
class Point:
    """A point that a bundle of strings goes through.

    `spread` is half the width of the bundle there, `swing` how far the strings swing apart after it.
    """

    x: float
    y: float
    spread: float = 0
    swing: float = 0


WITHOUT_COLOUR = Colour.INDIGO  # of an image of a case without a theme; in a page CSS colours the drawing
STYLE = (
    "svg{{--h:{light};--s:#fffdf8;--a:#e29a1b}}"
    "@media(prefers-color-scheme:dark){{svg{{--h:{dark};--s:#172426;--a:#f0b445}}}}"
    ".g{{fill:color-mix(in oklab,var(--h) 12%,var(--s))}}"
    ".l,.r{{fill:none;stroke:var(--h);stroke-width:1.1;opacity:.65}}"
    ".o{{fill:var(--h);stroke:var(--s);stroke-width:2.5}}.h{{fill:var(--s);stroke:var(--h);stroke-width:6}}"
    ".a{{fill:var(--a);stroke:var(--s);stroke-width:2}}"
)


@dataclass(frozen=True)
class CoverData:
    """What a drawing is made of; equal data gives the same drawing."""

    slug: str
    organisations: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    techniques: tuple[str, ...] = ()
    adopters: tuple[str, ...] = ()
    colour: str = ""  # of the first theme

    @classmethod
    def of(
        cls,
        slug: str,
        organisations: Iterable[str],
        themes: Iterable[tuple[str, str]],
        techniques: Iterable[str],
        adopters: Iterable[str],
    ) -> "CoverData":
        """Return the data of a case; themes are pairs of slug and colour, and only their order counts."""
        themes = list(themes)
        return cls(
            slug,
            tuple(sorted(organisations)),
            tuple(theme for theme, _colour in themes),
            tuple(sorted(techniques)),
            tuple(sorted(adopters)),
            themes[0][1] if themes else "",
        )

    @property
    def digest(self) -> str:
        """Return eight characters that change with the drawing."""
        return hashlib.sha256(json.dumps(vars(self)).encode()).hexdigest()[:8]


def cover_data(page: "PracticePage") -> CoverData:
    """Return the data that the cover of this case is made of."""
    return CoverData.of(
        page.slug,
        (body.slug for body in page.organisations()),
        ((theme.slug, theme.colour) for theme in page.themes.all()),
        (technique.slug for technique in page.techniques.all()),
        (body.slug for body in page.users),
    )


def build_standalone(data: CoverData) -> str:
    """Return the drawing with its own colours, for use as an image."""
    colour = next((colour for colour in Colour if colour == data.colour), WITHOUT_COLOUR)
    style = f"<style>{STYLE.format(light=colour.light, dark=colour.dark)}</style>"
    return build_drawing(data).replace(">", f' xmlns="http://www.w3.org/2000/svg">{style}', 1)


def build_drawing(data: CoverData) -> SafeString:
    """Return the drawing as SVG for use in a page, whose CSS colours it by class.

    The classes are g (ground), l (strings), r (strings to adopters), o (organisations), h (theme) and
    a (adopters).
    """
    hub = _hub(data)
    bundles = [_bundle(data, index, hub) for index in range(len(_organisations(data)))]
    reach = [_reach(data, index, hub) for index in range(len(_adopters(data)))]
    taken = "".join(_strings(points, 2 if len(reach) < 6 else 1) for points in reach)
    room = MOST_CURVES - taken.count("c")
    count = max(3, min(11, room // sum(len(bundle) - 1 for bundle in bundles)))
    lines = "".join(_strings(bundle, count) for bundle in bundles)
    small = len(bundles) > 3
    parts = [
        f'<path class="g" d="M0 0H{WIDTH}V{HEIGHT}H0z"/><path class="l" d="{lines}"/>',
        f'<path class="r" d="{taken}"/>' if taken else "",
        _circles("o", [bundle[1] for bundle in bundles], HEIGHT / (38 if small else 32)),
        _circles("a", [points[1] for points in reach], HEIGHT / 50),
        _circles("h", [hub], HEIGHT / 21),
    ]
    return _svg(WIDTH, HEIGHT, "".join(parts))


@cache
def build_motif(seed: str, *, width: int = 900, height: int = 640) -> SafeString:
    """Return the large, sparse drawing at the top of a page: strings that meet once and part again."""
    dice = _dice("motif", seed)
    hub = Point(width * 0.42, height * 0.47)
    lines, left, right = [], [], []
    for index in range(3):
        y = height * (0.18 + 0.31 * index)
        left.append(Point(width * (0.14 + 0.16 * dice.random()), y, swing=60 + 40 * dice.random()))
        right.append(Point(width * (0.62 + 0.2 * dice.random()), y - 20 + 40 * dice.random()))
        start, end = (
            Point(-4, y - 60 + 120 * dice.random(), spread=40),
            Point(width + 4, right[-1].y, spread=44),
        )
        middle = replace(hub, swing=60 + 40 * dice.random())
        lines.append(_strings([start, left[-1], middle, right[-1], end], 9))
    nodes = _circles("o", left, 9) + _circles("a", right, 8) + _circles("h", [hub], 19)
    return _svg(width, height, f'<path class="l" d="{"".join(lines)}"/>{nodes}')


def _svg(width: int, height: int, content: str) -> SafeString:
    """Wrap the drawing; it is decoration, so it is hidden from screen readers."""
    attributes = 'class="cover" preserveAspectRatio="xMidYMid slice" aria-hidden="true" focusable="false"'
    # Every part is a number or a fixed name: no text of an editor gets in here, so this is safe.
    return mark_safe(  # noqa: S308
        f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" {attributes}>{content}</svg>'
    )


def _dice(*parts: str) -> random.Random:
    """Return a generator of random numbers that is the same for the same words."""
    return random.Random(hashlib.sha256("|".join(parts).encode()).digest())  # noqa: S311


def _organisations(data: CoverData) -> tuple[str, ...]:
    """Return the organisations that are drawn; a case without one still has strings."""
    return data.organisations[:MOST_ORGANISATIONS] or ("?",)


def _adopters(data: CoverData) -> tuple[str, ...]:
    """Return the adopters that are drawn."""
    return data.adopters[:MOST_ADOPTERS]


def _hub(data: CoverData) -> Point:
    """Return the point where all strings meet: the theme."""
    dice = _dice(data.slug, *data.themes)
    return Point(WIDTH * (0.5 + 0.14 * dice.random()), HEIGHT * (0.3 + 0.4 * dice.random()))


def _bundle(data: CoverData, index: int, hub: Point) -> list[Point]:
    """Return the points of the strings of an organisation.

    They run from the left edge to its node, then through a pinch per swing and the hub to the right edge.
    """
    count = len(_organisations(data))
    dice = _dice(data.slug, _organisations(data)[index])
    band = HEIGHT / count
    y = band * (index + 0.5) * 0.84 + HEIGHT * 0.08 + (dice.random() - 0.5) * band * 0.3
    if count == 1:
        y = HEIGHT * (0.2 + 0.6 * dice.random())
    node = Point(WIDTH * (0.12 + 0.17 * dice.random()), y)
    start = Point(-4, y + (dice.random() - 0.5) * HEIGHT * 0.35, spread=16 + 30 * dice.random())
    end = Point(WIDTH + 4, HEIGHT * (0.1 + 0.8 * dice.random()), spread=14 + 50 * dice.random())
    return [start, *_swings(data, node, hub), end]


def _swings(data: CoverData, node: Point, hub: Point) -> list[Point]:
    """Return the points from an organisation to the hub, with a swing for each technique in between."""
    count = len(_organisations(data))
    techniques = data.techniques[: {1: 4, 2: 2}.get(count, 1)] or ("?",)
    points = []
    for number, technique in enumerate(techniques):
        dice = _dice("technique", technique)
        part = number / len(techniques)
        bend = (_dice(data.slug, technique).random() - 0.5) * HEIGHT * 0.3 if number else 0
        room = min(64, (hub.x - node.x) / len(techniques) * 0.46 + 14) * (1 if count < 3 else 0.6)
        swing = room * (0.35 + 0.65 * dice.random())
        points.append(
            Point(node.x + (hub.x - node.x) * part, node.y + (hub.y - node.y) * part + bend, swing=swing)
        )
    return [*points, hub]


def _reach(data: CoverData, index: int, hub: Point) -> list[Point]:
    """Return the points of the strings to an organisation that took the practice over."""
    dice = _dice(data.slug, "adopter", data.adopters[index])
    y = HEIGHT * (0.08 + 0.84 * (index + 0.5) / len(_adopters(data)))
    node = Point(WIDTH * (0.76 + 0.17 * dice.random()), y)
    return [replace(hub, swing=7), node, Point(WIDTH + 4, y + (dice.random() - 0.5) * 30)]


def _strings(points: Sequence[Point], count: int) -> str:
    """Return the path of `count` strings through the points; between two of them they swing apart."""
    sides = [number * 2 / (count - 1) - 1 for number in range(count)] if count > 1 else [0]
    return "".join(_string(points, side) for side in sides)


def _string(points: Sequence[Point], side: float) -> str:
    """Return one string; `side` is its place in the bundle, from -1 (above) to 1 (below).

    Steps are relative, as these take fewer characters.
    """
    x, y = round(points[0].x), round(points[0].y + side * points[0].spread)
    path = [f"M{x} {y}"]
    for a, b in pairwise(points):
        pull = (b.x - a.x) * 0.42
        goal = round(b.x), round(b.y + side * b.spread)
        above, below = a.y + side * max(a.swing, a.spread), b.y + side * max(a.swing, b.spread)
        steps = [
            round(a.x + pull) - x,
            round(above) - y,
            round(b.x - pull) - x,
            round(below) - y,
            goal[0] - x,
            goal[1] - y,
        ]
        path.append("c" + " ".join(str(step) for step in steps).replace(" -", "-"))
        x, y = goal
    return "".join(path)


def _circles(name: str, points: Sequence[Point], radius: float) -> str:
    """Return the nodes of one kind."""
    circles = "".join(f'<circle cx="{point.x:.0f}" cy="{point.y:.0f}" r="{radius:.0f}"/>' for point in points)
    return f'<g class="{name}">{circles}</g>' if circles else ""
