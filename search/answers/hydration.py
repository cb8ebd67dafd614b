"""From what was found to what may be shown.

Every hit is read again from the database with the rights of who asks. So an index that is behind can hide
something, but never show what is private by now; and parts of a text are shown only while the row is still
the one that was indexed.
"""

from collections import defaultdict
from collections.abc import Iterable
from itertools import chain
from typing import Any

from core.searchable import searchable_models
from search.answers.people import explain
from search.kinds import MEMBER
from search.query.results import Found, Hit


def build_hits(found: Iterable[Found], viewer: Any) -> tuple[Hit, ...]:
    """Return the hits that this viewer may see, in their order; one query per kind of object."""
    (hits,) = build_lists([found], viewer)
    return hits


def build_lists(lists: Iterable[Iterable[Found]], viewer: Any) -> list[tuple[Hit, ...]]:
    """Return the same for several lists, together one query per kind of object."""
    read = [list(found) for found in lists]
    rows = _read_rows(list(chain.from_iterable(read)), viewer)
    hits: list[tuple[Hit, ...]] = []
    for found in read:
        there = [item for item in found if (item.label, item.pk) in rows]
        hits.append(tuple(build_hit(*rows[item.label, item.pk], item, viewer) for item in there))
    return hits


def read_hits(keys: Iterable[str], viewer: Any) -> dict[str, Hit]:
    """Return what this viewer may see of objects by their names in the index."""
    found: dict[str, Found] = {}
    for key in keys:
        label, _, number = key.rpartition(":")
        found[key] = Found(label, int(number))
    rows = _read_rows(list(found.values()), viewer)
    there = {key: item for key, item in found.items() if (item.label, item.pk) in rows}
    return {key: build_hit(*rows[item.label, item.pk], item, viewer) for key, item in there.items()}


def _read_rows(found: list[Found], viewer: Any) -> dict[tuple[str, int], tuple[dict[str, Any], Any]]:
    """Return rows by label and key, each with its kind and the word for that.

    A model that can no longer be found has none, whatever an old index holds.
    """
    keys: dict[str, list[int]] = defaultdict(list)
    for item in found:
        keys[item.label].append(item.pk)
    rows: dict[tuple[str, int], tuple[dict[str, Any], Any]] = {}
    for model in searchable_models():
        label = model._meta.label_lower
        if label not in keys:
            continue
        kind = {"type": str(model.search_kind), "type_label": str(model.search_kind_label)}
        for row in model.findable_by(viewer).filter(pk__in=keys[label]):
            rows[label, row.pk] = (kind, row)
    return rows


def build_hit(kind: dict[str, Any], row: Any, found: Found, viewer: Any) -> Hit:
    """Return the hit of one row of this kind, or what stands for it."""
    is_current = found.stamp == row.search_stamp
    parts = ("highlights", "title_html", "where", "anchor", "met")
    shown: dict[str, Any] = {name: getattr(found, name) for name in parts} if is_current else {}
    shown |= row.hit_card(viewer)
    if is_current and kind["type"] == MEMBER.name:
        shown |= explain(row, found.marked, shown)
    return Hit(
        pk=row.pk,
        slug=row.slug,
        url=row.hit_url(),
        score=found.score,
        is_pinned=found.is_pinned,
        **kind,
        **shown,
    )
