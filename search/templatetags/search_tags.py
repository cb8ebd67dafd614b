"""Similar cases on the page of a case; facets with their choices, and hits as rows."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.safestring import SafeString

from search.answers.services import similar
from search.page import jinja
from search.query.results import Hit

register = template.Library()
register.filter(jinja.soft)


@register.inclusion_tag("search/similar_cases.html", takes_context=True)
def similar_cases(context: dict[str, Any], page: Any) -> dict[str, Any]:
    """Show at most three cases that resemble this one, each with the reason.

    A preview of what is not live has none.
    """
    request = context.get("request")
    if request is None or not page.live:
        return {"hits": ()}
    return {"hits": similar(page, viewer=request.user), "request": request}


@register.simple_tag
def facet_fields(facets: Iterable[dict[str, Any]]) -> SafeString:
    """Return the facets as fields of a form."""
    return jinja.render("search/facets.html", facets=facets)


@register.simple_tag
def hit_rows(hits: Iterable[Hit]) -> SafeString:
    """Return hits of any kind as rows that show why they were found."""
    return jinja.render("search/hits.html", hits=hits)


@register.simple_tag
def maybe_rows(hits: Iterable[Hit], listing: str | None = None) -> SafeString:
    """Return hits that are not sure as light rows, each with its reason; a list of one kind names none."""
    return jinja.render("search/maybe.html", hits=hits, listing=listing)
