"""A case as a card: on the home page, beside another case, and in a list of hits.

Cards are read as plain values: making an instance of a page with its relations takes five times as long.
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
from reuse.choices import Status, StopReason

if TYPE_CHECKING:
    from practices.models import PracticePage

COLUMNS = (
    *(
        "pk",
        "title",
        "slug",
        "summary",
        "url_path",
        "locale__language_code",
        "place",
        "language",
        "stop_reason",
    ),
    *("first_published_at", "last_published_at", "live_revision_id", "alias_of_id"),
)
RELATIONS = "relations"  # the column with the relations of a case: lists of rows by relation name
NAMES = ("organisation__kind", "organisation__name", "organisation__short_name", "organisation__abbreviation")


@dataclass(frozen=True)
class Card:
    """What a card shows of a case; in a list of hits it takes the place of the page."""

    pk: int
    title: str
    url: str
    slug: str
    summary: str
    theme: str
    theme_label: str
    colour: str  # of the theme, see taxonomy.colours
    organisations: tuple[str, ...]
    bodies: tuple[tuple[str, str], ...]  # the same organisations: slug and full name
    place: str
    reuse: int
    stopped: str  # that it did, and why
    cover: CoverData
    date: datetime.date | None
    language: str
    search_stamp: str

    @property
    def cover_url(self) -> str:
        """Return the address of the cover."""
        return build_cover_url(self.cover)

    def hit_url(self) -> str:
        """Return the address that a hit links to."""
        return self.url

    def hit_card(self, viewer: Any) -> dict[str, Any]:
        """Return what a hit shows of the case; it is the same for every viewer."""
        texts = ("title", "summary", "date", "language", "place", "reuse", "stopped", "cover_url")
        related = ("theme", "theme_label", "colour", "organisations", "bodies")
        return {name: getattr(self, name) for name in (*texts, *related)}


class CardIterable(ValuesIterable):
    """Yields cases as cards; the rows have `COLUMNS` and `RELATIONS`."""

    def __iter__(self) -> Iterator[Card]:  # type: ignore[override]
        """Yield the cards, in the active language."""
        is_english, home, nationwide = get_language() == "en", home_url(), gettext("Landelijk")
        return (
            build_card(row, is_english=is_english, home=home, nationwide=nationwide)
            for row in super().__iter__()
        )


def build_card(row: dict[str, Any], *, is_english: bool, home: str, nationwide: str) -> Card:
    """Return the card of a case; its address is below `home`, and `nationwide` stands in for no place."""
    rows = row[RELATIONS]
    themes, links = rows["themes"], rows["organisation_links"]
    users = [row for row in rows["adopters"] if row["status"] == Status.IN_USE]
    theme = themes[0] if themes else {"slug": "", "name": "", "name_en": "", "colour": ""}
    return Card(
        pk=row["pk"],
        title=row["title"],
        url=f"{home}{row['url_path'].split('/', 2)[2]}",
        slug=row["slug"],
        summary=row["summary"],
        theme=theme["slug"],
        theme_label=theme["name_en"] if is_english and theme["name_en"] else theme["name"],
        colour=theme["colour"],
        organisations=tuple(short_name_of(*(link[name] for name in NAMES)) for link in links),
        bodies=tuple((link["organisation__slug"], link["organisation__name"]) for link in links),
        place=row["place"] or nationwide,
        reuse=len(users),
        stopped=_say_why(row["stop_reason"]),
        cover=CoverData.of(
            row["slug"],
            _slugs(links),
            [(each["slug"], each["colour"]) for each in themes],
            [technique["slug"] for technique in rows["techniques"]],
            _slugs(users),
        ),
        date=timezone.localdate(row["first_published_at"]) if row["first_published_at"] else None,
        language=row["language"],
        search_stamp=_stamp(row),
    )


def _say_why(reason: str) -> str:
    """Return that a case stopped, and why, in words; or nothing."""
    if not reason:
        return ""
    why = str(StopReason(reason).label)
    return gettext("Gestopt: %(why)s") % {"why": f"{why[:1].lower()}{why[1:]}"}


def _stamp(row: dict[str, Any]) -> str:
    """Return the stamp, which changes each time the case is published."""
    is_alias = row["alias_of_id"] is not None
    return build_page_stamp(
        revision=row["live_revision_id"], published_at=row["last_published_at"], is_alias=is_alias
    )


def _slugs(rows: list[dict[str, Any]]) -> list[str]:
    """Return the slugs of the organisations in these rows."""
    return [row["organisation__slug"] for row in rows]


@cache
def home_of(language: str) -> str:
    """Return the address of the home page in a language."""
    with override(language):
        return reverse("wagtail_serve", args=("",))


def cover_url(page: "PracticePage") -> str:
    """Return the address of the cover of a case."""
    return build_cover_url(cover_data(page))


def build_cover_url(data: CoverData) -> str:
    """Return the address of a cover; it changes with the drawing, so clients may keep it for ever."""
    return _cover_pattern().format(data.slug, data.digest)


@cache
def _cover_pattern() -> str:
    """Return the address of any cover, with `{}` for slug and digest.

    To reverse it for each cover of a page takes a millisecond.
    """
    slug, digest = "slug", "0" * 8
    return reverse("cover", args=(slug, digest)).replace(f"{slug}-{digest}", "{}-{}")
