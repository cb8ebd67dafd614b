"""The cover of a case: a drawing made from nothing but its own data, so it is true and never twice the same.

Every organisation is a bundle of strings, pinched at a node where it meets the others: first at the organisation, then at the
theme. Each technique changes how the strings swing. Each organisation that took the practice over is an amber node on the
right. The drawing is at most 4 KB and needs no script.
"""

import hashlib
import json
import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString, mark_safe

if TYPE_CHECKING:
    from practices.models import PracticePage

WIDTH, HEIGHT = 480, 300
MOST_ORGANISATIONS = 8
MOST_ADOPTERS = 14

Point = tuple[float, float, float]  # x, y and half the width of the bundle there

# (ground, line) per scheme; the same hues as in theme/src/tokens.css
HUES = {
    "energietransitie": ("#2c7a4b", "#7fd0a0"),
    "mestproblematiek": ("#8b5a2b", "#d9ab7c"),
    "ondermijnende-criminaliteit": ("#7c3a6d", "#dd9fd0"),
    "armoede-en-schulden": ("#b1452c", "#f2a08a"),
    "infrastructuur-en-ruimte": ("#2a6a8f", "#8cc4e6"),
    "landbouw": ("#6b7a17", "#c2cf6d"),
    "overig": ("#565b96", "#b9bdf0"),
}
STYLE = (
    "svg{{--h:{light};--s:#fffdf8;--a:#e29a1b}}"
    "@media(prefers-color-scheme:dark){{svg{{--h:{dark};--s:#172426;--a:#f0b445}}}}"
    ".g{{fill:color-mix(in oklab,var(--h) 12%,var(--s))}}.l,.r{{fill:none;stroke:var(--h);stroke-width:1.1;opacity:.65}}"
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

    @property
    def digest(self) -> str:
        """Return eight characters that change when the drawing does."""
        return hashlib.sha256(json.dumps(asdict(self)).encode()).hexdigest()[:8]


def cover_data(page: "PracticePage") -> CoverData:
    """Return what the drawing of this case is made of."""
    return CoverData(
        slug=page.slug,
        organisations=tuple(sorted(body.slug for body in page.organisations())),
        themes=tuple(theme.slug for theme in page.themes.all()),
        techniques=tuple(sorted(technique.slug for technique in page.techniques.all())),
        adopters=tuple(sorted(reuse.organisation.slug for reuse in page.reuses.all())),
    )


def build_cover(page: "PracticePage") -> SafeString:
    """Return the drawing of this case, to stand in a page; the page's CSS colours it."""
    return build_drawing(cover_data(page))


def build_standalone(data: CoverData) -> str:
    """Return the drawing with colours of its own, to be an image."""
    light, dark = HUES.get(data.themes[0] if data.themes else "overig", HUES["overig"])
    style = f"<style>{STYLE.format(light=light, dark=dark)}</style>"
    return build_drawing(data).replace(">", f' xmlns="http://www.w3.org/2000/svg">{style}', 1)


def build_drawing(data: CoverData) -> SafeString:
    """Return the drawing as SVG with the classes g (ground), l and r (strings), o, h and a (nodes)."""
    hub = _hub(data)
    swing = _swing(data)
    lines, dots = [], []
    organisations = data.organisations[:MOST_ORGANISATIONS] or ("?",)
    for index, name in enumerate(organisations):
        points = _bundle(data, name, index, len(organisations), hub)
        lines.append(_strings(points, swing if len(organisations) < 3 else swing * 0.6, max(4, 11 - len(organisations))))
        dots.append(_circle("o", *points[1][:2], HEIGHT / (38 if len(organisations) > 3 else 32)))
    reach = []
    for index, name in enumerate(data.adopters[:MOST_ADOPTERS]):
        points = _reach(data, name, index, min(len(data.adopters), MOST_ADOPTERS), hub)
        reach.append(_strings(points, 7, 2))
        dots.append(_circle("a", *points[1][:2], HEIGHT / 50))
    dots.append(_circle("h", *hub, HEIGHT / 21))
    body = f'<path class="l" d="{"".join(lines)}"/>' + (f'<path class="r" d="{"".join(reach)}"/>' if reach else "")
    return _svg(WIDTH, HEIGHT, f'<path class="g" d="M0 0H{WIDTH}V{HEIGHT}H0z"/>{body}{"".join(dots)}')


def build_motif(seed: str, *, width: int = 900, height: int = 640) -> SafeString:
    """Return the large, sparse drawing that heads a page: strings from the left meet once, and reach out."""
    dice = _dice("motif", seed)
    hub = (width * 0.42, height * 0.47)
    lines, dots = [], []
    for index in range(3):
        y = height * (0.18 + 0.31 * index)
        left, right = (
            (width * (0.14 + 0.16 * dice.random()), y),
            (width * (0.62 + 0.2 * dice.random()), y - 20 + 40 * dice.random()),
        )
        points = [(-4, y - 60 + 120 * dice.random(), 40), (*left, 0), (*hub, 0), (*right, 0), (width + 4, right[1], 44)]
        lines.append(_strings(points, 60 + 40 * dice.random(), 9))
        dots += [_circle("o", *left, 9), _circle("a", *right, 8)]
    dots.append(_circle("h", *hub, 19))
    return _svg(width, height, f'<path class="l" d="{"".join(lines)}"/>{"".join(dots)}')


def _svg(width: int, height: int, content: str) -> SafeString:
    """Wrap the drawing; it is decoration, so screen readers pass it by."""
    attributes = 'class="cover" preserveAspectRatio="xMidYMid slice" aria-hidden="true" focusable="false"'
    # Every part is a number or a fixed name: no text of an editor gets in here.
    return mark_safe(f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" {attributes}>{content}</svg>')  # noqa: S308


def _dice(*parts: str) -> random.Random:
    """Return dice that fall the same way for the same words."""
    return random.Random(hashlib.sha256("|".join(parts).encode()).digest())  # noqa: S311


def _hub(data: CoverData) -> tuple[float, float]:
    """Return where all strings meet: the theme."""
    dice = _dice(data.slug, *data.themes)
    return WIDTH * (0.5 + 0.12 * dice.random()), HEIGHT * (0.36 + 0.28 * dice.random())


def _swing(data: CoverData) -> float:
    """Return how wide the strings swing: each technique has a width of its own."""
    if not data.techniques:
        return 40 * _dice(data.slug).random() + 24
    widths = [_dice("technique", technique).random() for technique in data.techniques]
    return 24 + 60 * sum(widths) / len(widths)


def _bundle(data: CoverData, name: str, index: int, count: int, hub: tuple[float, float]) -> list[Point]:
    """Return the points of an organisation's strings: in from the left, its node, the hub, out to the right."""
    dice = _dice(data.slug, name, *data.techniques)
    band = HEIGHT / count
    y = band * (index + 0.5) * 0.84 + HEIGHT * 0.08 + (dice.random() - 0.5) * band * 0.3
    if count == 1:
        y = HEIGHT * (0.26 + 0.48 * dice.random())
    x = WIDTH * (0.15 + 0.17 * dice.random())
    start = (-4, y + (dice.random() - 0.5) * HEIGHT * 0.35, 16 + 30 * dice.random())
    end = (WIDTH + 4, HEIGHT * (0.1 + 0.8 * dice.random()), 10 + 46 * dice.random())
    return [start, (x, y, 0), (*hub, 0), end]


def _reach(data: CoverData, name: str, index: int, count: int, hub: tuple[float, float]) -> list[Point]:
    """Return the points of the strings to an organisation that took the practice over."""
    dice = _dice(data.slug, "adopter", name)
    y = HEIGHT * (0.08 + 0.84 * (index + 0.5) / count)
    x = WIDTH * (0.76 + 0.17 * dice.random())
    return [(*hub, 0), (x, y, 0), (WIDTH + 4, y + (dice.random() - 0.5) * 30, 0)]


def _strings(points: Sequence[Point], swing: float, count: int) -> str:
    """Return the path of `count` strings through the points; between two nodes they swing apart."""
    path = []
    for number in range(count):
        side = (number / (count - 1) - 0.5) * 2 if count > 1 else 0
        x, y, half = points[0]
        path.append(f"M{x:.0f} {y + side * half:.0f}")
        for (ax, ay, ahalf), (bx, by, bhalf) in zip(points, points[1:], strict=False):
            pull = (bx - ax) * 0.42
            belly = swing if not ahalf and not bhalf else 0
            path.append(
                f"C{ax + pull:.0f} {ay + side * max(belly, ahalf):.0f} "
                f"{bx - pull:.0f} {by + side * max(belly, bhalf):.0f} {bx:.0f} {by + side * bhalf:.0f}"
            )
    return "".join(path)


def _circle(name: str, x: float, y: float, radius: float) -> str:
    """Return a node."""
    return f'<circle class="{name}" cx="{x:.0f}" cy="{y:.0f}" r="{radius:.0f}"/>'
