"""A facet: one object holds all that form, API, index, page and the report of questions need of a way to narrow a list."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import F, QuerySet, Value
from elasticsearch.dsl import Q
from elasticsearch.dsl.query import Query

from search.query.parameters import SearchParameters
from search.query.results import Bucket

MOST_VALUES = 12  # until somebody asks for more
MOST_EXPANDED = 200
MOST_SOUGHT = 2000  # the fullest values, in which somebody looks for one


@dataclass(frozen=True)
class Facet:
    """A way to narrow a list; `name` is that in the API and the index, `parameter` that in an address of the site.

    The words for its values come from `labels`, a closed list of ours, or from the rows of `model`, by their slug; without
    either a value is its own word. For the description of the API: `description` says what a value is, `pattern` how one is
    written, `listed_at` which operation lists them all.
    """

    name: str
    parameter: str
    label: object
    labels: Callable[[], dict[str, str]] = dict
    model: Any = None
    is_newest_first: bool = False
    description: str = ""
    pattern: str = ""
    listed_at: str = ""

    @property
    def field(self) -> str:
        """Return the field in the index."""
        return f"facets.{self.name}"

    @property
    def is_fixed(self) -> bool:
        """Tell whether the values are a list of our own, which is short enough to be shown in full."""
        return self.labels is not dict

    def filter(self, values: tuple[str, ...]) -> Query:
        """Return the condition that one of these values is there."""
        return Q("terms", **{self.field: list(values)})

    def values_of(self, row: Any) -> list[str]:
        """Return the values of a row of the database's copy, which has `kind` and `facets`."""
        values: list[str] = row.facets.get(self.name, [])
        return values

    def aggregation(self, parameters: SearchParameters, others: Iterable[Query]) -> dict[str, Any]:
        """Return the counts per value among what all `others` leave, the choices of other facets, as the engine takes them."""
        return {
            "filter": {"bool": {"filter": [other.to_dict() for other in others]}},
            "aggs": self._counts(parameters),
        }

    def _counts(self, parameters: SearchParameters) -> dict[str, Any]:
        """Return the counts of one value more than is shown, which tells whether there are more, and of what is chosen."""
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

    def term_labels(self, slugs: Iterable[str]) -> QuerySet:
        """Return the rows `(facet, slug, name, English name)` of these values, to be joined with those of other facets."""
        rows = self.model._default_manager.filter(slug__in=list(slugs)).order_by()
        english = F("name_en") if _has_field(self.model, "name_en") else F("name")
        return rows.annotate(facet=Value(self.name), english=english).values_list(
            "facet", "slug", "name", "english"
        )


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
    """A number in ranges, which stand from low to high whichever are chosen."""

    def arrange(self, buckets: list[Bucket]) -> list[Bucket]:
        """Return the ranges in the order of their labels."""
        places = [*self.labels()]
        return sorted(
            buckets, key=lambda bucket: places.index(bucket.value) if bucket.value in places else len(places)
        )


def _has_field(model: Any, name: str) -> bool:
    """Tell whether a model has a field with this name."""
    try:
        model._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return True
