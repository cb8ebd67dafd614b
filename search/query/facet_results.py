"""Facets with their counts, as a page shows them: the words for values, and which values are shown."""

from functools import cache
from itertools import chain

from cachetools import TTLCache
from django.db.models import QuerySet
from django.utils.translation import get_language

from search.query.facet import MOST_VALUES, Facet
from search.query.facets import FACETS, facets_of
from search.query.parameters import SearchParameters
from search.query.results import Bucket, FacetResult
from search.text.terms import clean_query, fold

Key = tuple[str, str]  # facet and value
Translated = tuple[str, str]  # words in Dutch and English

TIMEOUT = 30  # seconds that a process remembers words: another process does not hear of a new name
MOST_REMEMBERED = 20_000  # values of which it does
# To read them for each page took a tenth of its time.
_READ: TTLCache[Key, Translated] = TTLCache(MOST_REMEMBERED, TIMEOUT)


def build_facet_results(
    parameters: SearchParameters, counts: dict[str, dict[str, int]]
) -> tuple[FacetResult, ...]:
    """Return the facets with counts and words; those in the database are read in one query, now and then."""
    facets = facets_of(parameters)
    values = {
        facet.name: _with_chosen(counts.get(facet.name, {}), parameters.chosen(facet.name))
        for facet in facets
    }
    words = words_in_database(facets, values)
    return tuple(
        _build_facet_result(facet, parameters, values[facet.name], words.get(facet.name)) for facet in facets
    )


def _with_chosen(counts: dict[str, int], chosen: tuple[str, ...]) -> dict[str, int]:
    """Return the counts of a facet, with those of chosen values that nothing has."""
    return counts | {value: 0 for value in chosen if value not in counts}


def words_in_database(facets: list[Facet], values: dict[str, dict[str, int]]) -> dict[str, dict[str, str]]:
    """Return the words per facet and value, for the facets of which the database has them."""
    kept = {facet.name: facet for facet in facets if facet.models}
    words = {(name, value): _READ.get((name, value)) for name in kept for value in values[name]}
    unread = {name: [value for value in values[name] if words[name, value] is None] for name in kept}
    asked = (kept[name].term_labels(slugs) for name, slugs in unread.items() if slugs)
    words |= _read_words(list(chain.from_iterable(asked)))
    place = 1 if get_language() == "en" else 0
    found: dict[str, dict[str, str]] = {name: {} for name in kept}
    for (name, value), both in words.items():
        if both:
            found[name][value] = both[place]
    return found


def _read_words(queries: list[QuerySet]) -> dict[Key, Translated]:
    """Return the words that the rows of these queries have, read in one query, and remember them."""
    rows = queries[0].union(*queries[1:], all=True) if queries else ()
    read = {(name, slug): (dutch, english or dutch) for name, slug, dutch, english in rows}
    _READ.update(read)
    return read


def unknown_values(chosen: dict[str, tuple[str, ...]]) -> dict[str, list[str]]:
    """Return the chosen values that are the slug of no theme, technique or organisation, by facet."""
    facets = [facet for facet in FACETS if facet.models and facet.name in chosen]
    asked: dict[str, dict[str, int]] = {}
    for facet in facets:
        # A value with signs that no slug has is not asked for: PostgreSQL refuses the query.
        possible = [value for value in chosen[facet.name] if clean_query(value) == value]
        asked[facet.name] = dict.fromkeys(possible, 0)
    known = words_in_database(facets, asked)
    unknown = {name: [value for value in chosen[name] if value not in known[name]] for name in known}
    return {name: values for name, values in unknown.items() if values}


def forget() -> None:
    """Forget the words that were read, as something changed; the next page reads them."""
    _READ.clear()


def _build_facet_result(
    facet: Facet, parameters: SearchParameters, values: dict[str, int], words: dict[str, str] | None
) -> FacetResult:
    """Return one facet with the values to show: what is chosen, and the first that somebody may look for."""
    labels = _labels(facet, get_language()) if words is None else words
    chosen, sought = parameters.chosen(facet.name), parameters.sought.get(facet.name, "")
    buckets = [
        Bucket(value, labels.get(value, value), count, value in chosen) for value, count in values.items()
    ]
    buckets = facet.arrange(buckets)
    fitting = [bucket for bucket in buckets if is_like(bucket.label, sought)] if sought else buckets
    first = {bucket.value for bucket in fitting[: facet.most_values(parameters)]}
    shown = tuple(bucket for bucket in buckets if bucket.selected or bucket.value in first)
    return FacetResult(
        name=facet.name,
        parameter=facet.parameter,
        label=str(facet.label),
        buckets=shown,
        has_more=len(first) < len(fitting),
        is_expanded=facet.name in parameters.expanded and len(buckets) > MOST_VALUES,
        sought=sought,
        matches=len(fitting),
    )


@cache
def _labels(facet: Facet, language: str) -> dict[str, str]:
    """Return the words of a facet of ours in the active language: else each page looks up each of them."""
    return facet.labels()


def is_like(label: str, text: str) -> bool:
    """Tell whether a label has all words of a text, or beginnings or ends of words."""
    folded, words = fold(label), fold(text).split()
    return all(word in folded for word in words)
