"""Cases like a case, and bodies like a body, on their pages; facets with their choices, and hits as rows."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.safestring import SafeString

from core.layout import home_url
from members.services import has_member_at
from organisations.likeness import Alike
from organisations.models import Organisation
from search.answers.services import similar
from search.page import jinja
from search.page.likeness import build_rows, explain
from search.query.links import build_url
from search.query.parameters import SearchParameters
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


@register.inclusion_tag("search/bodies_like.html", takes_context=True)
def bodies_like(context: dict[str, Any], organisation: Organisation) -> dict[str, Any]:
    """Show at most six bodies like this one, each with the reason, and where there is more of such bodies.

    A list in which they have nothing is left out.
    """
    like, home = Alike(organisation), home_url()
    lists = {"bodies_url": "organisaties"}
    if like.has_case:
        lists["cases_url"] = "praktijkvoorbeelden"
    if getattr(context["request"].user, "is_approved", False) and has_member_at(like.bodies):
        lists["members_url"] = "leden"
    asked = SearchParameters(like=like)
    urls = {name: build_url(f"{home}{slug}/", asked) for name, slug in lists.items()}
    return {"rows": build_rows(like), "like": explain(like), "total": len(like.bodies), **urls}


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
