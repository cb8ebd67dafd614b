"""Cases on pages of other apps."""

from typing import Any

from django import template

from core.layout import home_url
from organisations.models import Organisation
from practices.services import adopted_by, cases_of, taking_part

register = template.Library()


@register.inclusion_tag("practices/_practices_of.html")
def practices_of(organisation: Organisation) -> dict[str, Any]:
    """Show the public cases that an organisation takes part in, and what it does of what others made."""
    return {
        "hits": cases_of(organisation=organisation),
        "adopted": adopted_by(organisation),
        "organisation": organisation,
        "cases_url": f"{home_url()}praktijkvoorbeelden/",
    }


@register.inclusion_tag("practices/_taking_part.html")
def organisations_taking_part() -> dict[str, Any]:
    """Show the organisations that take part in most public cases, and in which."""
    return {"organisations": taking_part()}
