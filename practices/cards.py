"""A case as a card: on the home page, beside another case, and in a list of hits."""

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import get_language, gettext

from practices.cover import cover_data

if TYPE_CHECKING:
    from practices.models import PracticePage


@dataclass(frozen=True)
class Card:
    """What a card shows of a case."""

    title: str
    url: str
    slug: str
    summary: str
    theme: str
    theme_label: str
    organisations: tuple[str, ...]
    place: str
    reuse: int
    cover_url: str
    date: datetime.date | None
    type: str = "case"
    reason: str = ""


def build_extra(page: "PracticePage") -> dict[str, Any]:
    """Return what a card shows and nobody searches, as the index keeps it."""
    theme = next(iter(page.themes.all()), None)
    return {
        "theme": theme.slug if theme else "",
        "theme_label": {"nl": theme.name, "en": theme.name_en or theme.name} if theme else {},
        "organisations": [body.display_name for body in page.organisations()],
        "place": page.place,
        "cover": cover_data(page).digest,
    }


def build_card(page: "PracticePage", *, reason: str = "") -> Card:
    """Return the card of this case; `page` comes from `PracticePage.findable()`."""
    extra = build_extra(page)
    return Card(
        title=page.title,
        url=page.url or "",
        slug=page.slug,
        summary=page.summary,
        theme=extra["theme"],
        theme_label=extra["theme_label"].get(get_language() or "nl", ""),
        organisations=tuple(extra["organisations"]),
        place=extra["place"] or gettext("Landelijk"),
        reuse=len(page.reuses.all()),
        cover_url=cover_url(page.slug, extra["cover"]),
        date=page.first_published_at.date() if page.first_published_at else None,
        reason=reason,
    )


def cover_url(slug: str, digest: str) -> str:
    """Return the address of the drawing; it changes when the drawing does, so it can be kept for ever."""
    return reverse("cover", args=(slug, digest))
