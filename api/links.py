"""Links in the answers of the API, all with absolute addresses."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from core.layout import home_url
from practices.models import PracticePage
from search.query.links import build_url
from search.query.parameters import SearchParameters

Link = dict[str, str]


def term_link(request: HttpRequest, facet: str, slug: str, name: str) -> Link:
    """Return a theme or technique (`facet` says which), with the address of its cases."""
    cases = build_url(f"{home_url()}praktijkvoorbeelden/", SearchParameters(facets={facet: (slug,)}))
    return {"slug": slug, "name": name, "url": request.build_absolute_uri(cases)}


def organisation_link(request: HttpRequest, slug: str, name: str) -> Link:
    """Return an organisation, with the address of its page."""
    return {
        "slug": slug,
        "name": name,
        "url": request.build_absolute_uri(reverse("organisation", args=(slug,))),
    }


def case_links(request: HttpRequest, case: PracticePage) -> dict[str, list[Link]]:
    """Return links to the terms and organisations that a case names."""
    return {
        "themes": [term_link(request, "theme", term.slug, term.label) for term in case.themes.all()],
        "techniques": [
            term_link(request, "technique", term.slug, term.label) for term in case.techniques.all()
        ],
        "organisations": [organisation_link(request, body.slug, body.name) for body in case.organisations()],
        "reused_by": [organisation_link(request, body.slug, body.name) for body in case.users],
    }


def hit_links(request: HttpRequest, hit: Any) -> dict[str, Any]:
    """Return the organisations, place and theme of a hit."""
    return {
        "organisations": [organisation_link(request, slug, name) for slug, name in hit.bodies],
        "place": hit.place,
        "theme": term_link(request, "theme", hit.theme, hit.theme_label) if hit.theme else None,
    }
