"""A facet, which is a way to narrow a list.

One object holds all that form, API, index, page and the report of questions need of it.
"""

import datetime
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import F, QuerySet, Value
from django.utils import timezone
from elasticsearch.dsl import Date, Field, Keyword, Q
from elasticsearch.dsl.query import Query

from search.query.clauses import build_any
from search.query.parameters import SearchParameters
from search.query.results import Bucket

MOST_VALUES = 12  # shown until somebody asks for more
MOST_EXPANDED = 200  # shown to who asks for more: bounds the page
MOST_SOUGHT = 2000  # the fullest values, in which somebody looks for one


@dataclass(frozen=True)
class Facet:
    """A way to narrow a list.

    `name` is its name in the API and the index, `parameter` the one in an address of the site. The labels of
    its values come from `labels`, a closed list of ours, or from the rows of `models`, by their slug; without
    either a value is its own label. Where two models have the same slug, the value stands for both. `only_of`
    names the kind that alone has this facet: it is in no list but that of this kind, and not in the API. For
    the description of the API: `description` says what a value is, `pattern` how one is written, `listed_at`
    which operation lists them all.
    """

    name: str
    parameter: str
    label: object
    labels: Callable[[], dict[str, str]] = dict
    models: tuple[Any, ...] = ()
    is_newest_first: bool = False
    description: str = ""
    pattern: str = ""
    listed_at: str = ""
    only_of: str = ""

    @property
    def field(self) -> str:
        """Return the field in the index."""
        return f"facets.{self.name}"

    @property
    def mapping(self) -> Field:
        """Return how the engine keeps the field."""
        return Keyword()

    @property
    def is_fixed(self) -> bool:
        """Tell whether the values are a list of our own, which is short enough to be shown in full."""
        return self.labels is not dict

    def filter(self, values: tuple[str, ...]) -> Query:
        """Return the condition that one of these values is there."""
        return Q("terms", **{self.field: list(values)})

    def values_of(self, row: Any) -> list[str]:
        """Return the values of a row of the fallback index, which has `kind` and `facets`."""
        values: list[str] = row.facets.get(self.name, [])
        return values

    def aggregation(self, parameters: SearchParameters, others: Iterable[Query]) -> dict[str, Any]:
        """Return the counts per value, as the engine takes them.

        They are counted among what `others` leave: the choices of all other facets.
        """
        filters = [other.to_dict() for other in others]
        return {"filter": {"bool": {"filter": filters}}, "aggs": self._counts(parameters)}

    def _counts(self, parameters: SearchParameters) -> dict[str, Any]:
        """Return the counts of the fullest values, and of what is chosen.

        One value more than is shown tells whether there are more.
        """
        order = {"_key": "desc"} if self.is_newest_first else {"_count": "desc"}
        size = MOST_SOUGHT if self.name in parameters.sought else self.most_values(parameters) + 1
        counts: dict[str, Any] = {"values": {"terms": {"field": self.field, "size": size, "order": order}}}
        if chosen := parameters.chosen(self.name):
            counts["chosen"] = {"terms": {"field": self.field, "size": len(chosen), "include": list(chosen)}}
        return counts

    def most_values(self, parameters: SearchParameters) -> int:
        """Return how many values are shown."""
        is_whole = self.is_fixed or self.name in parameters.expanded or self.name in parameters.sought
        return MOST_EXPANDED if is_whole else MOST_VALUES

    def arrange(self, buckets: list[Bucket]) -> list[Bucket]:
        """Return the chosen values first, then the fullest; or the latest of years."""
        if self.is_newest_first:
            return sorted(buckets, key=lambda bucket: bucket.value, reverse=True)
        return sorted(buckets, key=lambda bucket: (not bucket.selected, -bucket.count, bucket.label))

    def term_labels(self, slugs: Iterable[str]) -> list[QuerySet]:
        """Return these values as rows `(facet, slug, name, English name)` of each model, to be joined."""
        return [self._label_rows(model, list(slugs)) for model in self.models]

    def _label_rows(self, model: Any, slugs: list[str]) -> QuerySet:
        """Return the rows of one model."""
        rows = model._default_manager.filter(slug__in=slugs).order_by()
        english = F("name_en") if _has_field(model, "name_en") else F("name")
        named = rows.annotate(facet=Value(self.name), english=english)
        return named.values_list("facet", "slug", "name", "english")


class KindFacet(Facet):
    """The kind of a hit: a field of its own, as every hit has one."""

    @property
    def field(self) -> str:
        """Return the field in the index."""
        return "kind"

    def values_of(self, row: Any) -> list[str]:
        """Return the kind."""
        return [row.kind]


class RangeFacet(Facet):
    """Ranges of a number or of time, which stand in the order of their labels whichever are chosen."""

    def arrange(self, buckets: list[Bucket]) -> list[Bucket]:
        """Return the ranges in the order of their labels."""
        places = {value: place for place, value in enumerate(self.labels())}
        return sorted(buckets, key=lambda bucket: places.get(bucket.value, len(places)))


@dataclass(frozen=True)
class PeriodFacet(RangeFacet):
    """A day, in periods that move with today: what the index holds stays right while time goes by.

    `periods` has for each value how many days ago the day was at most, or None for any number, and at least.
    """

    periods: tuple[tuple[str, int | None, int], ...] = ()

    @property
    def mapping(self) -> Field:
        """Return how the engine keeps the field."""
        return Date()

    def filter(self, values: tuple[str, ...]) -> Query:
        """Return the condition that the day is in one of these periods."""
        chosen = [limits for value, limits in self._limits() if value in values]
        ranges = [Q("range", **{self.field: {"gte": first, "lt": end}}) for first, end in chosen]
        return build_any(ranges or [Q("match_none")])

    def values_of(self, row: Any) -> list[str]:
        """Return the periods in which the day of a row of the fallback index is."""
        days = row.facets.get(self.name, [])
        return [value for value, (first, end) in self._limits() for day in days if first <= day < end]

    def _counts(self, parameters: SearchParameters) -> dict[str, Any]:
        """Return the counts of all periods."""
        ranges = [{"key": value, "from": first, "to": end} for value, (first, end) in self._limits()]
        return {"values": {"date_range": {"field": self.field, "ranges": ranges}}}

    def _limits(self) -> Iterator[tuple[str, tuple[str, str]]]:
        """Yield each value with the first day of its period of today, and the day after the last."""
        today = timezone.localdate()
        for value, most, least in self.periods:
            first = datetime.date.min if most is None else today - datetime.timedelta(most)
            yield value, (first.isoformat(), (today - datetime.timedelta(least - 1)).isoformat())


def _has_field(model: Any, name: str) -> bool:
    """Tell whether a model has a field with this name."""
    try:
        model._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return True
