"""The protocol of searchable models: the only way in which search reads the domain apps.

Domain apps never import `search`. A model that can be found subclasses `Searchable` and sets `search_kind`; a
page type that cannot be found says so with `search_kind = None`.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from django.apps import apps
from django.db import models

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.utils.functional import _StrOrPromise as StrOrPromise

    from users.models import User

Facets = dict[str, tuple[str, ...]]  # values by the name of a facet


@dataclass(frozen=True)
class Passage:
    """A part of the text with the anchor of its heading, so a hit can say where it matched."""

    label: str
    text: str
    anchor: str = ""


@dataclass(frozen=True)
class SearchContent:
    """Everything that search may know about one object; the whole audience of its kind may see all of it.

    `facets` maps the name of a facet to its values as strings (slugs, codes or days, never labels); the index
    refuses a name that is no facet of search. `other_names` count as much as the title; `reuse` is how often
    others reused it, None for what cannot be reused. `is_named` says that title and other names are proper
    names, of a body or a person. `proper_names` are those of the bodies and places that it is about: who asks
    for `ouderen` does not mean Ouder-Amstel, so no stem of a name is searched.
    """

    title: str
    summary: str
    passages: tuple[Passage, ...] = ()
    keywords: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()
    language: str = "nl"
    date: datetime.date | None = None
    facets: Facets = field(default_factory=dict)
    reuse: int | None = None
    is_named: bool = False
    proper_names: tuple[str, ...] = ()


class HitRow(Protocol):
    """What a list of hits reads of a row: an instance of its model, or something lighter that stands for it.

    `hit_card()` gives what a hit shows to this viewer: title, summary and more fields of
    `search.query.results.Hit`.
    """

    @property
    def pk(self) -> Any:
        """Return its key."""

    @property
    def slug(self) -> str:
        """Return its name in addresses."""

    @property
    def search_stamp(self) -> str:
        """Return a text that changes with the row, see `Searchable`."""

    def hit_url(self) -> str:
        """Return where a hit leads to, in the active language."""

    def hit_card(self, viewer: Any) -> dict[str, Any]:
        """Return what a hit shows."""


class Searchable(models.Model):
    """A model whose rows can be found.

    `search_kind` is the kind in the API, which the list of kinds of search names too, or None for "cannot be
    found", and `search_kind_label` the word for it. `search_audience` is `everyone` or `members`: who may
    find it at all. `search_links` are models, by label: whether a row of this model can be found depends on
    rows of those that refer to it.
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
        """Return the rows that the whole audience may see, prefetched to read `search_content` in bulk."""
        raise NotImplementedError

    @classmethod
    def findable_by(cls, user: User | AnonymousUser) -> models.QuerySet[Any, HitRow]:
        """Return what this user may see in a list of hits, a row each; asked again for every page of hits."""
        raise NotImplementedError

    @classmethod
    def touched_by(cls, instance: models.Model) -> models.QuerySet | None:
        """Return the rows whose content changes with `instance` (a term, an organisation), or None."""
        return None

    def hit_url(self) -> str:
        """Return where a hit leads to, in the active language."""
        raise NotImplementedError

    def hit_card(self, viewer: User | AnonymousUser) -> dict[str, object]:
        """Return what a hit shows this viewer: the title and other fields of `search.query.results.Hit`."""
        raise NotImplementedError

    @property
    def search_stamp(self) -> str:
        """Return a text that changes with the row; a hit shows indexed text only while it stays the same."""
        return ""

    def search_content(self) -> SearchContent:
        """Return what search may know about this row."""
        raise NotImplementedError


@dataclass(frozen=True)
class Addition:
    """Facets of the rows of a model that come from a room above its own.

    `facets_of` returns them by key for some rows, in a fixed number of queries. `touched_by` returns the rows
    of which they change with an instance of any model, which may be new or about to go, or None.
    """

    model: type[Searchable]
    facets_of: Callable[[list[Any]], dict[int, Facets]]
    touched_by: Callable[[models.Model], models.QuerySet | None]


ADDITIONS: list[Addition] = []  # rooms add theirs once all models are there


def build_page_stamp(*, revision: int | None, published_at: datetime.datetime | None, is_alias: bool) -> str:
    """Return the stamp of a page: its live revision; an alias has none, so when it got its text."""
    return f"alias {published_at}" if is_alias else str(revision)


@cache
def searchable_models() -> Iterable[type[Searchable]]:
    """Return the models that can be found, in the order of their kinds."""
    found = [model for model in apps.get_models() if issubclass(model, Searchable) and model.search_kind]
    return sorted(found, key=lambda model: str(model.search_kind))
