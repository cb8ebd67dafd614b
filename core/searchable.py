"""What a searchable model tells about itself; the one door through which search reads the domain apps.

Domain apps never import `search`. A model that can be found subclasses `Searchable` and lists itself by setting
`search_kind`; a page type that cannot be found says so with `search_kind = None`.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, ClassVar

from django.apps import apps
from django.db import models

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.utils.functional import _StrOrPromise as StrOrPromise

    from users.models import User


@dataclass(frozen=True)
class Passage:
    """A part of the text with the address of its heading, so a hit can say where it matched."""

    label: str
    text: str
    anchor: str = ""


@dataclass(frozen=True)
class SearchContent:
    """Everything that search may know about one object.

    `facets` maps the name of a facet to its values as strings (slugs or codes, never labels); the index refuses a name that is
    no facet of search. Nothing in here may be narrower than the kind's audience. `other_names` are as good as the title;
    `reuse` is how often it was taken over, None for what nobody can take over.
    """

    title: str
    summary: str
    passages: tuple[Passage, ...] = ()
    keywords: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()
    language: str = "nl"
    date: datetime.date | None = None
    facets: dict[str, tuple[str, ...]] = field(default_factory=dict)
    reuse: int | None = None


class Searchable(models.Model):
    """A model of which rows can be found.

    `search_kind` is the kind in the API, which the list of kinds of search names too, or None for "cannot be found", and
    `search_kind_label` the word for it. `search_audience` is `everyone` or `members`: who may find it at all. `search_links`
    are the models, by label, of which a row decides by naming a row of this one whether that can be found.
    """

    search_kind: ClassVar[str | None]
    search_kind_label: ClassVar[StrOrPromise]
    search_audience: ClassVar[str] = "everyone"
    search_links: ClassVar[tuple[str, ...]] = ()

    class Meta:
        """Only fields of the subclasses make tables."""

        abstract = True

    @classmethod
    def findable(cls) -> models.QuerySet:
        """Return the rows that the whole audience may see, ready to read `search_content` in bulk."""
        raise NotImplementedError

    @classmethod
    def findable_by(cls, user: User | AnonymousUser) -> models.QuerySet:
        """Return the rows that this user may see in a list of hits; asked again for every page of hits.

        A row need not be an instance: `pk`, `slug`, `search_stamp`, `hit_url()` and `hit_card()` are enough.
        """
        raise NotImplementedError

    @classmethod
    def touched_by(cls, instance: models.Model) -> models.QuerySet | None:
        """Return the rows of which the content changes with `instance` (a term, an organisation), or None."""
        return None

    def hit_url(self) -> str:
        """Return where a hit leads to, in the active language."""
        raise NotImplementedError

    def hit_card(self, viewer: User | AnonymousUser) -> dict[str, object]:
        """Return what a hit shows to this viewer: title, summary and more fields of `search.query.results.Hit`."""
        raise NotImplementedError

    @property
    def search_stamp(self) -> str:
        """Return a text that changes with the row: a hit shows parts of the index only while this is still the same."""
        return ""

    def search_content(self) -> SearchContent:
        """Return what search may know about this row."""
        raise NotImplementedError


def build_page_stamp(*, revision: int | None, published_at: datetime.datetime | None, is_alias: bool) -> str:
    """Return the stamp of a page: the revision that is live, or when an alias got its text, for it has no revisions."""
    return f"alias {published_at}" if is_alias else str(revision)


@cache
def searchable_models() -> Iterable[type[Searchable]]:
    """Return the models that can be found, in the order of their kinds."""
    found = [model for model in apps.get_models() if issubclass(model, Searchable) and model.search_kind]
    return sorted(found, key=lambda model: str(model.search_kind))
