"""Slugs for rows that are made without an editor."""

from itertools import count

from django.db.models import QuerySet
from django.utils.text import slugify

MOST = 90  # characters; leaves room for a number at the end


def free_slug(text: str, rows: QuerySet, *, fallback: str) -> str:
    """Return a slug that none of the rows has; `fallback` is for a text without letters or digits."""
    base = slugify(text)[:MOST].strip("-") or fallback
    taken = set(rows.filter(slug__startswith=base).values_list("slug", flat=True))
    return base if base not in taken else next(slug for n in count(2) if (slug := f"{base}-{n}") not in taken)
