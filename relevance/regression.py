"""Did search get worse than in the baseline? `manage.py relevance` and the tests fail when it did."""

from collections.abc import Iterator
from typing import Any

from relevance.evaluation import MISSED, MISSED_HELD_OUT, NO_HITS, NONE

MOST_DROP = 0.03  # of a mean or a share; a larger one fails the command and the tests
MEASURE = "nDCG@10"

Summary = dict[str, Any]


def find_worse(now: Summary, kept: Summary) -> list[str]:
    """Return what got worse, in words; both arguments are what `Evaluation.summary` returns."""
    return [*_find_dropped(now, kept), *_find_chance(now, kept), *_find_lost(now, kept)]


def _find_dropped(now: Summary, kept: Summary) -> Iterator[str]:
    """Yield the groups of queries with a lower nDCG@10."""
    for name in [name for name in now if name in kept and name not in {MISSED, MISSED_HELD_OUT}]:
        was, new = kept[name][MEASURE], now[name][MEASURE] or 0.0
        if was is not None and _is_drop(was, new):
            yield f"{name}: {MEASURE} fell from {was:.3f} to {new:.3f}"


def _find_chance(now: Summary, kept: Summary) -> Iterator[str]:
    """Yield that queries which nothing answers find something more often than before."""
    was, new = kept.get(NONE, {}).get(NO_HITS), now.get(NONE, {}).get(NO_HITS)
    if was is not None and new is not None and _is_drop(was, new):
        yield f"{NONE}: empty pages fell from {was:.0%} to {new:.0%}"


def _find_lost(now: Summary, kept: Summary) -> Iterator[str]:
    """Yield the must-haves that were among the first ten, and are not any more."""
    if MISSED not in kept:
        yield "the baseline does not tell what it found of what must be found: keep a new one"
        return
    yield from (f"lost: {missed}" for missed in now[MISSED] if missed not in kept[MISSED])
    if now[MISSED_HELD_OUT] > kept[MISSED_HELD_OUT]:
        yield f"lost: {now[MISSED_HELD_OUT] - kept[MISSED_HELD_OUT]} of queries that are held out"


def _is_drop(was: float, new: float) -> bool:
    """Tell whether a figure in three decimals fell too far."""
    return round(was - new, 3) > MOST_DROP
