"""What the page with results shows."""

from dataclasses import replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from core.layout import home_url
from organisations.models import Organisation
from practices.models import PracticePage
from querylog.models import shorten
from search.backends import database
from search.kinds import CASE, MEMBER, find_kind
from search.page.download import MOST_ROWS
from search.page.likeness import build_like, build_like_chips
from search.query import links
from search.query.facets import SEEKS, TECHNIQUE, THEME
from search.query.parameters import NEWEST, RELEVANCE, REUSED, SearchParameters
from search.query.results import Alternative, FacetResult, SearchResults
from taxonomy.models import Theme

OPEN_FACETS = 3  # the first ones of a page; others are folded until they are used


def build_results(
    results: SearchResults, parameters: SearchParameters, path: str, own: Organisation | None = None
) -> dict[str, Any]:
    """Return the context `results` of the templates of search; `path` is the address of this list.

    `own` is the organisation that the reader works for, if that is certain. What somebody looks for in a
    facet is only in its own address: it changes while other links stay.
    """
    parameters = replace(parameters, is_of_people=results.is_of_people)
    state = replace(parameters, sought={})
    kind = find_kind(parameters.listing)
    shown = {
        "query": results.query,
        "is_literal": parameters.is_literal,
        "hits": results.hits,
        "is_compact": kind is not None and kind.is_compact,
        "total": results.total,
        "page": results.page,
        "pages": results.pages,
        "is_beyond": results.is_beyond,
        "is_out_of_reach": not parameters.is_within_window,
        "is_cut": results.pages > parameters.last_page <= results.page,
        "most_people": parameters.window if results.is_of_people else 0,
        "is_choosing": bool(parameters.expanded or parameters.sought),
    }
    shown |= {
        "url": links.build_url(path, parameters),
        "canonical_url": links.canonical_url(path, state),
        "csv": _build_csv(results, state),
        "people_url": _build_people_url(state),
        "correction": _build_correction(results, state, path),
        "sort_options": _build_sort_options(parameters),
        "notice": _build_notice(results),
        "like": build_like(state, path, own),
    }
    shown |= _build_filters(results, state, path)
    shown |= _build_nearby(results, state, path)
    return shown | _build_paging(results, state, path)


def _build_csv(results: SearchResults, state: SearchParameters) -> dict[str, Any] | None:
    """Return the address of the results as a table, and the most rows it has when that is not all of them."""
    if not results.total or not state.has_cases:
        return None
    kinds = {"type": (state.listing,)} if state.listing else {}
    asked = replace(state, listing="", page=1, facets=state.facets | kinds)
    most = MOST_ROWS if results.total > MOST_ROWS else 0
    return {"url": links.canonical_url(reverse("results_csv"), asked), "most": most}


def _build_people_url(state: SearchParameters) -> str:
    """Return the members who know of the themes and techniques to which a list of cases is narrowed."""
    terms = {name: state.facets[name] for name in (THEME.name, TECHNIQUE.name) if name in state.facets}
    if state.listing != CASE.name or not terms:
        return ""
    return links.build_url(f"{home_url()}leden/", SearchParameters(facets=terms, listing=MEMBER.name))


def _build_filters(results: SearchResults, state: SearchParameters, path: str) -> dict[str, Any]:
    """Return the facets, and what is chosen in them."""
    return {
        "facets": _build_facets(results, state, path),
        "active": [*build_like_chips(state, path), *links.build_active(path, state, results.facets)],
        "clear_url": links.clear_url(path, state),
    }


def _build_nearby(results: SearchResults, state: SearchParameters, path: str) -> dict[str, Any]:
    """Return where a question without an answer, or with a short one, may lead to."""
    alternatives = [_build_alternative(item, results, path) for item in results.alternatives]
    nearby: dict[str, Any] = {"alternatives": alternatives, "maybe": results.maybe}
    nearby |= {"members": results.members, "seeking": _build_seeking(results), "own": results.own}
    is_narrowed = bool(state.facets or state.like)
    is_lost = state.query and not results.total and state.has_cases and not is_narrowed
    return nearby | {"wish": shorten(results.query), "themes": _build_themes(path) if is_lost else []}


def _build_seeking(results: SearchResults) -> dict[str, Any] | None:
    """Return how many members seek help with what is asked, and the address of their list."""
    if results.seeking is None:
        return None
    chosen = SearchParameters(facets={SEEKS.name: results.seeking.slugs}, listing=MEMBER.name)
    return {"total": results.seeking.total, "url": links.build_url(f"{home_url()}leden/", chosen)}


def _build_themes(path: str) -> list[dict[str, str]]:
    """Return the themes that have cases as `{label, url}`, each a list to go to."""
    themes: list[dict[str, str]] = []
    for theme in Theme.objects.filter(pk__in=PracticePage.objects.listed().values("themes")):
        chosen = SearchParameters(facets={THEME.name: (theme.slug,)})
        themes.append({"label": theme.label, "url": links.build_url(path, chosen)})
    return themes


def _build_alternative(item: Alternative, results: SearchResults, path: str) -> dict[str, Any]:
    """Return a question near this one as `{url, total, facet, values}`: what it leaves out, and its total."""
    url = links.build_url(path, replace(item.parameters, sought={}))
    alternative = {"url": url, "total": item.total, "facet": "", "values": ""}
    for facet in results.facets:
        if facet.name == item.facet:
            chosen = [bucket.label for bucket in facet.buckets if bucket.selected]
            alternative |= {"facet": facet.label, "values": ", ".join(chosen)}
    return alternative


def _build_correction(
    results: SearchResults, parameters: SearchParameters, path: str
) -> dict[str, Any] | None:
    """Return the corrected text, the query, and address and total of the question without correction."""
    if not results.corrected:
        return None
    return {
        "corrected": results.corrected,
        "query": results.query,
        "url": links.build_url(path, replace(parameters, is_literal=True, page=1)),
        "literal_total": results.literal_total,
    }


def _build_facets(results: SearchResults, parameters: SearchParameters, path: str) -> list[dict[str, Any]]:
    """Return the facets with something to choose, and those in which somebody looks, also in vain."""
    shown = [facet for facet in results.facets if facet.buckets or facet.sought]
    return [_build_facet(facet, place, parameters, path) for place, facet in enumerate(shown)]


def _build_facet(facet: FacetResult, place: int, parameters: SearchParameters, path: str) -> dict[str, Any]:
    """Return a facet for the form: names of its fields, and addresses that show more or fewer values."""
    is_used = any(bucket.selected for bucket in facet.buckets)
    is_changed = facet.is_expanded or bool(facet.sought)
    return {
        "name": facet.parameter,
        "label": facet.label,
        "buckets": facet.buckets,
        "has_more": facet.has_more,
        "is_expanded": facet.is_expanded,
        "is_long": facet.has_more or is_changed,
        "sought": facet.sought,
        "matches": facet.matches,
        "seek": links.SEEK + facet.parameter,
        "toggle_url": links.toggle_url(path, parameters, facet.name),
        "seek_url": path,
        "is_open": place < OPEN_FACETS or is_used or is_changed,
    }


def _build_sort_options(parameters: SearchParameters) -> list[dict[str, Any]]:
    """Return the orders that mean something for this list; none where there is only one."""
    if not parameters.has_cases:
        return []
    first = _("Relevantie") if parameters.query else _("Standaard")
    names = {RELEVANCE: first, NEWEST: _("Nieuwste eerst"), REUSED: _("Meest overgenomen")}
    return [
        {"value": sort, "label": label, "selected": sort == parameters.sort} for sort, label in names.items()
    ]


def _build_notice(results: SearchResults) -> str:
    """Return what a visitor must know about this answer."""
    if results.engine == database.NAME:
        return _(
            "Zoeken werkt nu eenvoudiger dan anders: we vinden alleen woorden die precies zo in een tekst "
            "staan. De filters werken gewoon."
        )
    return ""


def _build_paging(results: SearchResults, parameters: SearchParameters, path: str) -> dict[str, Any]:
    """Return the links to other pages, as far as there are any that can be reached."""
    last = min(results.pages, parameters.last_page)
    numbers = links.build_page_links(path, parameters, last) if not results.is_beyond else []
    paging = {"page_links": numbers, "previous_url": "", "next_url": ""}
    for name, page in _pages_beside(results.page, last).items():
        paging[name] = links.build_url(path, replace(parameters, page=page))
    return paging


def _pages_beside(page: int, last: int) -> dict[str, int]:
    """Return the pages before and after this one, and the first and the last, as far as they are there."""
    pages = {"first_url": 1, "last_url": last, "previous_url": page - 1, "next_url": page + 1}
    return {name: number for name, number in pages.items() if 1 <= number <= last}
