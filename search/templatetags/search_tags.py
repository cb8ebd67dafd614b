"""Similar cases on the page of a case, and the choices of a facet."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import gettext as _

from search.results import Bucket
from search.services import similar

register = template.Library()


@register.inclusion_tag("search/similar_cases.html", takes_context=True)
def similar_cases(context: dict[str, Any], page: Any) -> dict[str, Any]:
    """Show at most three cases that resemble this one, each with the reason; nothing in a preview of what is not live."""
    request = context.get("request")
    if request is None or not page.live:
        return {"hits": ()}
    return {"hits": similar(page, viewer=request.user), "request": request}


@register.simple_tag
def facet_choice(parameter: str, bucket: Bucket) -> SafeString:
    """Return one choice of a facet; a page has a hundred, and as a template they took a quarter of its time."""
    return format_html(
        '<label class="check{}" for="{id}"><input class="utrecht-checkbox utrecht-checkbox--html-input" type="checkbox"'
        ' id="{id}" name="{}" value="{}"{}><span>{}</span><span class="n">{}<span class="vh"> {}</span></span></label>\n',
        "" if bucket.count else " check--none",
        parameter,
        bucket.value,
        SafeString(" checked" if bucket.selected else ""),
        bucket.label,
        bucket.count,
        _("resultaat") if bucket.count == 1 else _("resultaten"),
        id=f"{parameter}-{slugify(bucket.value)}",
    )
