"""Facets with their counts, as a page shows them: the words for values, and which of them are shown."""

from functools import cache

from cachetools import TTLCache
from django.utils.translation import get_language

from search.query.facet import MOST_VALUES, Facet
from search.query.facets import FACETS, facets_of
from search.query.parameters import SearchParameters
from search.query.results import Bucket, FacetResult
from search.text.terms import clean_query, fold

TIMEOUT, MOST_REMEMBERED = 30, 20_000  # seconds for which, and values of which a process remembers the words
# By facet and value: the words in Dutch and English. To read them for each page took a tenth of its time.
_READ: TTLCache[tuple[str, str], tuple[str, str]] = TTLCache(MOST_REMEMBERED, TIMEOUT)


def build_facet_results(
    parameters: SearchParameters, counts: dict[str, dict[str, int]]
) -> tuple[FacetResult, ...]:
    """Return the facets with counts and words; those that the database keeps are read in one query, now and then."""
    facets = facets_of(parameters)
    values = {
        facet.name: {**counts.get(facet.name, {}), **_missing(facet, parameters, counts)} for facet in facets
    }
    words = words_in_database(facets, values)
    return tuple(
        _build_facet_result(facet, parameters, values[facet.name], words.get(facet.name)) for facet in facets
    )


def _missing(facet: Facet, parameters: SearchParameters, counts: dict[str, dict[str, int]]) -> dict[str, int]:
    """Return the chosen values that nothing has."""
    return {value: 0 for value in parameters.chosen(facet.name) if value not in counts.get(facet.name, {})}


def words_in_database(facets: list[Facet], values: dict[str, dict[str, int]]) -> dict[str, dict[str, str]]:
    """Return the words per facet and value for the facets of which the database keeps them."""
    kept = {facet.name: facet for facet in facets if facet.model}
    words = {(name, value): _READ.get((name, value)) for name in kept for value in values[name]}
    unread = {name: [value for value in values[name] if words[name, value] is None] for name in kept}
    queries = [kept[name].term_labels(slugs) for name, slugs in unread.items() if slugs]
    for name, slug, dutch, english in queries[0].union(*queries[1:], all=True) if queries else ():
        words[name, slug] = _READ[name, slug] = (dutch, english or dutch)
    place = 1 if get_language() == "en" else 0
    return {
        name: {value: both[place] for value in values[name] if (both := words[name, value])} for name in kept
    }


def unknown_values(chosen: dict[str, tuple[str, ...]]) -> dict[str, list[str]]:
    """Return the chosen values that are the slug of no theme, technique or organisation, by facet."""
    facets = [facet for facet in FACETS if facet.model and facet.name in chosen]
    # A value with signs that no slug has is not asked for: PostgreSQL refuses the question.
    asked = {
        facet.name: {value: 0 for value in chosen[facet.name] if clean_query(value) == value}
        for facet in facets
    }
    known = words_in_database(facets, asked)
    unknown = {name: [value for value in chosen[name] if value not in known[name]] for name in known}
    return {name: values for name, values in unknown.items() if values}


def forget() -> None:
    """Forget the words that were read, as something changed; the next page reads them."""
    _READ.clear()


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
