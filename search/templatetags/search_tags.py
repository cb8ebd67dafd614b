"""Similar cases on the page of a case."""

from typing import Any

from django import template

from search.services import similar

register = template.Library()


@register.inclusion_tag("search/similar_cases.html", takes_context=True)
def similar_cases(context: dict[str, Any], page: Any) -> dict[str, Any]:
    """Show at most three cases that resemble this one, each with the reason; nothing in a preview of what is not live."""
    request = context.get("request")
    if request is None or not page.live:
        return {"hits": ()}
    return {"hits": similar(page, viewer=request.user), "request": request}
