"""Cases on pages of other apps."""

from typing import Any

from django import template

from core.layout import home_url
from organisations.models import Organisation
from practices.services import cases_of

register = template.Library()


@register.inclusion_tag("practices/_practices_of.html")
def practices_of(organisation: Organisation) -> dict[str, Any]:
    """Show the public cases that an organisation takes part in or took over."""
    return {
        "hits": cases_of(organisation=organisation),
        "organisation": organisation,
        "cases_url": f"{home_url()}praktijkvoorbeelden/",
    }
