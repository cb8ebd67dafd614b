"""A case as a card: on the home page, beside another case, and in a list of hits."""

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext

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
    language: str
    reason: str = ""
    type: str = "case"

    @property
    def type_label(self) -> str:
        """Return the word for this kind of hit."""
        return gettext("Praktijkvoorbeeld")


def build_card(page: "PracticePage", *, reason: str = "") -> Card:
    """Return the card of this case; `page` comes from `PracticePage.findable_by()`."""
    theme = next(iter(page.themes.all()), None)
    return Card(
        title=page.title,
        url=page.hit_url(),
        slug=page.slug,
        summary=page.summary,
        theme=theme.slug if theme else "",
        theme_label=theme.label if theme else "",
        organisations=tuple(body.display_name for body in page.organisations()),
        place=page.place or gettext("Landelijk"),
        reuse=len(page.reuses.all()),
        cover_url=cover_url(page),
        date=page.first_published_at.date() if page.first_published_at else None,
        language=page.language,
        reason=reason,
    )


def cover_url(page: "PracticePage") -> str:
    """Return the address of the drawing; it changes when the drawing does, so it can be kept for ever."""
    return reverse("cover", args=(page.slug, cover_data(page).digest))
