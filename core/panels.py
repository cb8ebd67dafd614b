"""What a member finds on her own page: rooms register lines that wait for her, and panels to show.

So the page needs to know no room, and no room needs to know the page.
"""

from bisect import insort
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from django.http import HttpRequest


@dataclass(frozen=True)
class Line:
    """One thing that waits for somebody: what it is, and the one thing to do about it."""

    text: str
    url: str
    button: str


@dataclass(frozen=True)
class Panel:
    """A part of the page: its title, and the template that shows the context."""

    title: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)


# `Any`: of a request of somebody who is logged in, which this room does not know.
Waits = Callable[[Any], Iterable[Line]]
Shows = Callable[[Any], Panel | None]
_WAITING: list[tuple[int, Waits]] = []
_PANELS: list[tuple[int, Shows]] = []


def waits(order: int) -> Callable[[Waits], Waits]:
    """Register the decorated function: it yields what waits for the person who asks."""

    def register(find: Waits) -> Waits:
        insort(_WAITING, (order, find), key=itemgetter(0))
        return find

    return register


def shows(order: int) -> Callable[[Shows], Shows]:
    """Register the decorated function: it returns a panel, or None when there is nothing to show."""

    def register(build: Shows) -> Shows:
        insort(_PANELS, (order, build), key=itemgetter(0))
        return build

    return register


def find_waiting(request: HttpRequest) -> list[Line]:
    """Return all that waits for the person who asks, in the order of the rooms."""
    return [line for _order, find in _WAITING for line in find(request)]


def build_panels(request: HttpRequest) -> list[Panel]:
    """Return the panels that have something to show her."""
    panels = (build(request) for _order, build in _PANELS)
    return [panel for panel in panels if panel]
