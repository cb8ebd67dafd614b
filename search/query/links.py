"""Addresses of other states of a list: without a filter, another page, without correction."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from organisations.likeness import PROVINCE, SIZE, Alike
from search.query.facets import chosen_facets, facets_of
from search.query.parameters import (
    LIKE,
    LIKE_ANY_SIZE,
    LIKE_NEAR,
    LITERAL,
    MORE,
    RELEVANCE,
    SEEK,
    SearchParameters,
)
from search.query.results import FacetResult

AROUND = 2  # pages shown on each side of this one


def build_url(path: str, parameters: SearchParameters) -> str:
    """Return the address of a list with these parameters; always the same for the same parameters."""
    pairs = [("q", parameters.query)] if parameters.query else []
    pairs += [(facet.parameter, value) for facet, values in chosen_facets(parameters) for value in values]
    pairs += like_pairs(parameters.like)
    pairs += [(LITERAL, "1")] if parameters.is_literal else []
    pairs += [("sorteer", parameters.sort)] if parameters.sort != RELEVANCE else []
    pairs += [("pagina", str(parameters.page))] if parameters.page > 1 else []
    shown = facets_of(parameters)
    pairs += [(MORE, facet.parameter) for facet in shown if facet.name in parameters.expanded]
    sought = [(facet.parameter, parameters.sought.get(facet.name)) for facet in shown]
    pairs += [(SEEK + parameter, text) for parameter, text in sought if text is not None]
    return f"{path}?{urlencode(pairs)}" if pairs else path


def like_pairs(like: Alike | None) -> list[tuple[str, str]]:
    """Return what an address says of bodies like one, as pairs of a name and a value."""
    if like is None:
        return []
    changes = {LIKE_NEAR: PROVINCE in like.by, LIKE_ANY_SIZE: SIZE not in like.by}
    return [(LIKE, like.organisation.slug), *((name, "1") for name, is_on in changes.items() if is_on)]


def canonical_url(path: str, parameters: SearchParameters) -> str:
    """Return the one address of these hits, however much of the facets is shown beside them."""
    return build_url(path, replace(parameters, expanded=(), sought={}))


def toggle_url(path: str, parameters: SearchParameters, name: str) -> str:
    """Return the address with more of the values of a facet, or with fewer of one that shows more."""
    others = tuple(other for other in parameters.expanded if other != name)
    expanded = others if name in parameters.expanded else (*others, name)
    return build_url(path, replace(parameters, expanded=expanded))


def without(parameters: SearchParameters, name: str, value: str) -> SearchParameters:
    """Return the parameters without one chosen value, at the first page."""
    left = tuple(other for other in parameters.chosen(name) if other != value)
    return replace(parameters, facets=parameters.facets | {name: left}, page=1)


def build_active(
    path: str, parameters: SearchParameters, facets: tuple[FacetResult, ...]
) -> list[dict[str, str]]:
    """Return each chosen value as `{facet_label, label, remove_url}`."""
    chosen = [(facet, bucket) for facet in facets for bucket in facet.buckets if bucket.selected]
    active = []
    for facet, bucket in chosen:
        url = build_url(path, without(parameters, facet.name, bucket.value))
        active.append({"facet_label": facet.label, "label": bucket.label, "remove_url": url})
    return active


def clear_url(path: str, parameters: SearchParameters) -> str:
    """Return the address of the same question without filters."""
    return build_url(path, replace(parameters, facets={}, like=None, page=1))


def build_page_links(path: str, parameters: SearchParameters, pages: int) -> list[dict[str, Any]]:
    """Return `{number, url}` of the pages to link to; the number is None where some are left out."""
    links: list[dict[str, Any]] = []
    for number in build_page_range(parameters.page, pages):
        url = build_url(path, replace(parameters, page=number)) if number else ""
        links.append({"number": number, "url": url})
    return links


def build_page_range(page: int, pages: int) -> list[int | None]:
    """Return the numbers of the pages to link to, with None where some are left out."""
    shown = [number for number in range(1, pages + 1) if number in {1, pages} or abs(number - page) <= AROUND]
    numbers: list[int | None] = []
    for number in shown:
        if numbers and numbers[-1] is not None and number - numbers[-1] > 1:
            numbers.append(None)
        numbers.append(number)
    return numbers
