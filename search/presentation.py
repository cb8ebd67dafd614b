"""What the page with results shows."""

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from search import database, links
from search.facets import chosen_facets
from search.parameters import NEWEST, RELEVANCE, REUSED, WINDOW, SearchParameters
from search.results import FacetResult, SearchResults

OPEN_FACETS = 3
CASES = "case"


def build_results(results: SearchResults, parameters: SearchParameters, path: str) -> dict[str, Any]:
    """Return the context `results` of the templates of search; `path` is the address of this list."""
    return {
        "query": results.query,
        "hits": results.hits,
        "total": results.total,
        "page": results.page,
        "pages": results.pages,
        "is_beyond": results.is_beyond,
        "related": results.related,
        "correction": _build_correction(results, parameters, path),
        "facets": [_build_facet(facet, place) for place, facet in enumerate(results.facets)],
        "active": links.build_active(path, parameters, results.facets),
        "clear_url": links.clear_url(path, parameters),
        "sort_options": _build_sort_options(parameters),
        "notice": _build_notice(results, parameters),
        **_build_paging(results, parameters, path),
    }


def _build_correction(results: SearchResults, parameters: SearchParameters, path: str) -> dict[str, str] | None:
    """Return the spelling that was searched with, what was typed, and the address that searches with just that."""
    if not results.suggestion:
        return None
    literal = links.build_url(path, replace(parameters, is_literal=True, page=1))
    return {"text": results.suggestion, "typed": results.query, "url": literal}


def _build_facet(facet: FacetResult, place: int) -> dict[str, Any]:
    """Return a facet with the name that its boxes have in the form."""
    is_used = any(bucket.selected for bucket in facet.buckets)
    return {
        "name": facet.parameter,
        "label": facet.label,
        "buckets": facet.buckets,
        "has_more": facet.has_more,
        "is_open": place < OPEN_FACETS or is_used,
    }


def _build_sort_options(parameters: SearchParameters) -> list[dict[str, Any]]:
    """Return the orders that mean something for this list; none where there is only one."""
    if parameters.listing not in {"", CASES}:
        return []
    first = _("Relevantie") if parameters.query else _("Standaard")
    names = {RELEVANCE: first, NEWEST: _("Nieuwste eerst"), REUSED: _("Meest overgenomen")}
    return [{"value": sort, "label": label, "selected": sort == parameters.sort} for sort, label in names.items()]


def _build_notice(results: SearchResults, parameters: SearchParameters) -> str:
    """Return what a visitor must know about this answer."""
    if results.engine == database.NAME:
        return _("Zoeken werkt nu eenvoudiger dan anders: we vinden alleen de woorden die je typt. De filters werken gewoon.")
    if not parameters.is_within_window:
        return _("Zo ver in de lijst kun je niet bladeren. Maak je vraag preciezer of kies een filter.")
    return ""


def _build_paging(results: SearchResults, parameters: SearchParameters, path: str) -> dict[str, Any]:
    """Return the links to other pages, as far as there are any."""
    last = min(results.pages, WINDOW // results.page_size)
    is_inside = not results.is_beyond
    return {
        "page_range": links.build_page_range(results.page, last) if is_inside else [],
        "previous_url": links.build_url(path, replace(parameters, page=results.page - 1)) if 1 < results.page <= last else "",
        "next_url": links.build_url(path, replace(parameters, page=results.page + 1)) if results.page < last else "",
    }


def is_narrowed(parameters: SearchParameters) -> bool:
    """Tell whether this is another list than the one without any choice."""
    return bool(parameters.query or chosen_facets(parameters) or parameters.page > 1)
