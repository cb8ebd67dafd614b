"""A case as a card: on the home page, beside another case, and in a list of hits.

Cards are read as plain values: an instance of a page with all that hangs on it takes five times as long to make.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from django.db.models.query import ValuesIterable
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext, override

from core.layout import home_url
from core.searchable import build_page_stamp
from organisations.models import short_name_of
from practices.cover import CoverData, cover_data

if TYPE_CHECKING:
    from practices.models import PracticePage

COLUMNS = (
    *("pk", "title", "slug", "summary", "url_path", "locale__language_code", "place", "language"),
    *("first_published_at", "last_published_at", "live_revision_id", "alias_of_id"),
)
RELATIONS = "relations"  # the column with what hangs on a case: lists of rows by the name of the relation
NAMES = ("organisation__kind", "organisation__name", "organisation__short_name", "organisation__abbreviation")


@dataclass(frozen=True)
class Card:
    """What a card shows of a case; in a list of hits it stands for the case."""

    pk: int
    title: str
    url: str
    slug: str
    summary: str
    theme: str
    theme_label: str
    organisations: tuple[str, ...]
    bodies: tuple[tuple[str, str], ...]  # the same: slug and full name
    place: str
    reuse: int
    cover: CoverData
    date: datetime.date | None
    language: str
    search_stamp: str

    @property
    def cover_url(self) -> str:
        """Return the address of the drawing."""
        return build_cover_url(self.cover)

    def hit_url(self) -> str:
        """Return where a hit leads to."""
        return self.url

    def hit_card(self, viewer: Any) -> dict[str, Any]:
        """Return what a hit shows of the case, the same for every viewer."""
        names = (
            "title",
            "summary",
            "date",
            "language",
            "theme",
            "theme_label",
            "organisations",
            "bodies",
            "place",
            "reuse",
        )
        return {name: getattr(self, name) for name in (*names, "cover_url")}


class CardIterable(ValuesIterable):
    """Gives cases as cards; the rows have `COLUMNS` and `RELATIONS`."""

    def __iter__(self) -> Iterator[Card]:  # type: ignore[override]
        """Yield the cards, in the active language."""
        is_english, home, nationwide = get_language() == "en", home_url(), gettext("Landelijk")
        return (
            build_card(row, is_english=is_english, home=home, nationwide=nationwide)
            for row in super().__iter__()
        )


def build_card(row: dict[str, Any], *, is_english: bool, home: str, nationwide: str) -> Card:
    """Return the card of a case; its address is below `home`, and `nationwide` stands where there is no place."""
    rows = row[RELATIONS]
    themes, links, reuses = rows["themes"], rows["organisation_links"], rows["reuses"]
    theme = themes[0] if themes else {"slug": "", "name": "", "name_en": ""}
    return Card(
        pk=row["pk"],
        title=row["title"],
        url=f"{home}{row['url_path'].split('/', 2)[2]}",
        slug=row["slug"],
        summary=row["summary"],
        theme=theme["slug"],
        theme_label=theme["name_en"] if is_english and theme["name_en"] else theme["name"],
        organisations=tuple(short_name_of(*(link[name] for name in NAMES)) for link in links),
        bodies=tuple((link["organisation__slug"], link["organisation__name"]) for link in links),
        place=row["place"] or nationwide,
        reuse=len(reuses),
        cover=CoverData.of(
            row["slug"], _slugs(links), _terms(themes), _terms(rows["techniques"]), _slugs(reuses)
        ),
        date=timezone.localdate(row["first_published_at"]) if row["first_published_at"] else None,
        language=row["language"],
        search_stamp=_stamp(row),
    )


def _stamp(row: dict[str, Any]) -> str:
    """Return what changes each time the case goes live."""
    is_alias = row["alias_of_id"] is not None
    return build_page_stamp(
        revision=row["live_revision_id"], published_at=row["last_published_at"], is_alias=is_alias
    )


def _slugs(rows: list[dict[str, Any]]) -> list[str]:
    """Return the organisations that rows name."""
    return [row["organisation__slug"] for row in rows]


def _terms(rows: list[dict[str, Any]]) -> list[str]:
    """Return the themes or techniques in these rows."""
    return [row["slug"] for row in rows]


@cache
def home_of(language: str) -> str:
    """Return the address of the home page in a language."""
    with override(language):
        return reverse("wagtail_serve", args=("",))


def cover_url(page: "PracticePage") -> str:
    """Return the address of the drawing of a case."""
    return build_cover_url(cover_data(page))


def build_cover_url(data: CoverData) -> str:
    """Return the address of a drawing; it changes when the drawing does, so it can be kept for ever."""
    return _cover_pattern().format(data.slug, data.digest)


@cache
def _cover_pattern() -> str:
    """Return the address of any drawing, with `{}` for slug and digest: asking for each of a page takes a millisecond."""
    slug, digest = "slug", "0" * 8
    return reverse("cover", args=(slug, digest)).replace(f"{slug}-{digest}", "{}-{}")
