"""Facets: one object says the parameter, the name in the API, the field in the index and the words for its values."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from django.conf import settings
from django.db.models import F, QuerySet, Value
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from elasticsearch.dsl import Q
from elasticsearch.dsl.query import Query

from core.provinces import NATIONWIDE, Province
from core.searchable import searchable_models
from core.watching import watch
from organisations.models import Organisation, OrganisationKind
from practices.choices import Phase
from search.query.parameters import SearchParameters
from search.query.results import Bucket, FacetResult
from search.text.terms import clean_query, fold
from taxonomy.models import Technique, Theme

MOST_VALUES = 12  # until somebody asks for more
MOST_EXPANDED = 200
MOST_SOUGHT = 2000  # the fullest values, in which somebody looks for one
WORDS = "words of values"
# What a process read, by facet and value: the words in Dutch and English. For each page it took a tenth of its time.
_READ: dict[tuple[str, str], tuple[str, str]] = {}
# How often a case was taken over at least, by the value of the facet.
REUSE_RANGES = {"5-": 5, "2-4": 2, "1": 1, "0": 0}
REUSE_LABELS = {"0": _("Nog niet"), "1": _("1 keer"), "2-4": _("2 tot en met 4 keer"), "5-": _("5 keer of vaker")}


def _kinds() -> dict[str, str]:
    """Return the words for the kinds of hits."""
    return {str(model.search_kind): str(model.search_kind_label) for model in searchable_models()}


def _provinces() -> dict[str, str]:
    """Return the words for the provinces, and for none of them."""
    return {NATIONWIDE: str(_("Landelijk")), **dict(Province.choices)}


def _choices(choices: Iterable[tuple[str, object]]) -> dict[str, str]:
    """Return the words of a list of choices in the active language."""
    return {value: str(label) for value, label in choices}


@dataclass(frozen=True)
class Facet:
    """A way to narrow a list. `labels` gives words without the database; `model` says where they are kept instead."""

    name: str
    parameter: str
    label: object
    labels: Callable[[], dict[str, str]] = dict
    model: Any = None
    is_newest_first: bool = False

    @property
    def field(self) -> str:
        """Return the field in the index."""
        return "kind" if self.name == "type" else f"facets.{self.name}"

    @property
    def is_fixed(self) -> bool:
        """Tell whether the values are a list of our own, which is short enough to be shown in full."""
        return self.labels is not dict

    def filter(self, values: tuple[str, ...]) -> Query:
        """Return the condition that one of these values is there."""
        return Q("terms", **{self.field: list(values)})

    def values_of(self, row: Any) -> list[str]:
        """Return the values of a row of the database's copy, which has `kind` and `facets`."""
        return [row.kind] if self.name == "type" else row.facets.get(self.name, [])

    def aggregation(self, parameters: SearchParameters) -> dict[str, Any]:
        """Return the counts per value among what all *other* facets leave, as the engine takes them."""
        others = [facet.filter(chosen).to_dict() for facet, chosen in chosen_facets(parameters) if facet is not self]
        return {"filter": {"bool": {"filter": others}}, "aggs": self.counts(parameters)}

    def counts(self, parameters: SearchParameters) -> dict[str, Any]:
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
        english = F("name_en") if self.model in {Theme, Technique} else F("name")
        rows = self.model._default_manager.filter(slug__in=list(slugs)).order_by()
        return rows.annotate(facet=Value(self.name), english=english).values_list("facet", "slug", "name", "english")


def reuse_range(count: int) -> str:
    """Return the value for a case that was taken over so many times."""
    return next(value for value, least in REUSE_RANGES.items() if count >= least)


class ReuseFacet(Facet):
    """How often a case was taken over, in ranges of a number; what is no case cannot be taken over."""

    def arrange(self, buckets: list[Bucket]) -> list[Bucket]:
        """Return the ranges from low to high, whichever are chosen."""
        places = [*REUSE_LABELS]
        return sorted(buckets, key=lambda bucket: places.index(bucket.value) if bucket.value in places else len(places))


FACETS = (
    Facet("type", "soort", _("Soort"), _kinds),
    Facet("theme", "thema", _("Thema"), model=Theme),
    Facet("technique", "techniek", _("Techniek"), model=Technique),
    Facet("organisation_kind", "organisatiesoort", _("Soort organisatie"), partial(_choices, OrganisationKind.choices)),
    Facet("organisation", "organisatie", _("Organisatie"), model=Organisation),
    Facet("province", "provincie", _("Provincie"), _provinces),
    Facet("phase", "fase", _("Fase"), partial(_choices, Phase.choices)),
    Facet("year", "jaar", _("Begonnen in"), is_newest_first=True),
    ReuseFacet("reuse", "overgenomen", _("Overgenomen"), partial(_choices, REUSE_LABELS.items())),
    Facet("language", "taal", _("Taal"), partial(_choices, settings.LANGUAGES)),
)
LONG_FACETS = tuple(facet for facet in FACETS if not facet.is_fixed)
# A list of one kind shows only what tells its rows apart.
FACETS_OF_LISTING = {
    "organisation": {"organisation_kind", "province"},
    "member": {"theme", "technique", "organisation_kind", "organisation", "province"},
}


def facets_of(parameters: SearchParameters) -> list[Facet]:
    """Return the facets that are shown with these parameters."""
    if not parameters.listing:
        return list(FACETS)
    names = FACETS_OF_LISTING.get(parameters.listing, {facet.name for facet in FACETS} - {"type"})
    return [facet for facet in FACETS if facet.name in names]


def chosen_facets(parameters: SearchParameters) -> list[tuple[Facet, tuple[str, ...]]]:
    """Return the facets with a choice, each with the chosen values."""
    if not parameters.facets:  # as most often; a page asks for this with every address of another state
        return []
    return [(facet, parameters.chosen(facet.name)) for facet in facets_of(parameters) if parameters.chosen(facet.name)]


def build_aggregations(parameters: SearchParameters) -> dict[str, Any]:
    """Return the counts of all facets that are shown, as the engine takes them."""
    is_plain = not (parameters.facets or parameters.expanded or parameters.sought)
    return _plain_aggregations(parameters.listing) if is_plain else _aggregations(parameters)


@cache
def _plain_aggregations(listing: str) -> dict[str, Any]:
    """Return the counts of a list of which nothing is chosen: always the same."""
    return _aggregations(SearchParameters(listing=listing))


def _aggregations(parameters: SearchParameters) -> dict[str, Any]:
    """Return the counts per facet."""
    return {facet.name: facet.aggregation(parameters) for facet in facets_of(parameters)}


def build_facet_results(parameters: SearchParameters, counts: dict[str, dict[str, int]]) -> tuple[FacetResult, ...]:
    """Return the facets with counts and words; those that the database keeps are read in one query, now and then."""
    facets = facets_of(parameters)
    values = {facet.name: {**counts.get(facet.name, {}), **_missing(facet, parameters, counts)} for facet in facets}
    words = words_in_database(facets, values)
    return tuple(_build_facet_result(facet, parameters, values[facet.name], words.get(facet.name)) for facet in facets)


def _missing(facet: Facet, parameters: SearchParameters, counts: dict[str, dict[str, int]]) -> dict[str, int]:
    """Return the chosen values that nothing has."""
    return {value: 0 for value in parameters.chosen(facet.name) if value not in counts.get(facet.name, {})}


def words_in_database(facets: list[Facet], values: dict[str, dict[str, int]]) -> dict[str, dict[str, str]]:
    """Return the words per facet and value for the facets of which the database keeps them."""
    kept = {facet.name: facet for facet in facets if facet.model}
    if watch.is_due(WORDS):
        _READ.clear()
    unread = {name: [value for value in values[name] if (name, value) not in _READ] for name in kept}
    queries = [kept[name].term_labels(slugs) for name, slugs in unread.items() if slugs]
    for name, slug, dutch, english in queries[0].union(*queries[1:], all=True) if queries else ():
        _READ[name, slug] = (dutch, english or dutch)
    place = 1 if get_language() == "en" else 0
    return {name: {value: _READ[name, value][place] for value in values[name] if (name, value) in _READ} for name in kept}


def unknown_values(chosen: dict[str, tuple[str, ...]]) -> dict[str, list[str]]:
    """Return the chosen values that are the slug of no theme, technique or organisation, by facet."""
    facets = [facet for facet in FACETS if facet.model and facet.name in chosen]
    # A value with signs that no slug has is not asked for: PostgreSQL refuses the question.
    asked = {facet.name: {value: 0 for value in chosen[facet.name] if clean_query(value) == value} for facet in facets}
    known = words_in_database(facets, asked)
    unknown = {name: [value for value in chosen[name] if value not in known[name]] for name in known}
    return {name: values for name, values in unknown.items() if values}


def forget() -> None:
    """Forget the words that were read, as something changed; the next page reads them."""
    _READ.clear()
    watch.note(WORDS)


def _build_facet_result(
    facet: Facet, parameters: SearchParameters, values: dict[str, int], words: dict[str, str] | None
) -> FacetResult:
    """Return one facet with the values that are shown: what is chosen, and the first of what somebody may be looking for."""
    labels = _labels(facet, get_language()) if words is None else words
    chosen, sought = parameters.chosen(facet.name), parameters.sought.get(facet.name, "")
    buckets = facet.arrange(
        [Bucket(value, labels.get(value, value), count, value in chosen) for value, count in values.items()]
    )
    fitting = [bucket for bucket in buckets if is_like(bucket.label, sought)] if sought else buckets
    shown = {bucket.value for bucket in fitting[: facet.most_values(parameters)]}
    return FacetResult(
        name=facet.name,
        parameter=facet.parameter,
        label=str(facet.label),
        buckets=tuple(bucket for bucket in buckets if bucket.selected or bucket.value in shown),
        has_more=len(shown) < len(fitting),
        is_expanded=facet.name in parameters.expanded and len(buckets) > MOST_VALUES,
        sought=sought,
        matches=len(fitting),
    )


@cache
def _labels(facet: Facet, language: str) -> dict[str, str]:
    """Return the words of a facet of ours in the active language; each of them would be looked up anew for every page."""
    return facet.labels()


def is_like(label: str, text: str) -> bool:
    """Tell whether a label has all words, or beginnings and ends of words, of a text."""
    folded = fold(label)
    return all(word in folded for word in fold(text).split())
