"""People on pages of other apps."""

from typing import Any

from django import template

from members.services import colleagues_of

register = template.Library()


@register.inclusion_tag("members/_members_of.html", takes_context=True)
def members_of(context: dict[str, Any], organisation: Any) -> dict[str, Any]:
    """Show who works for an organisation, to members of the network; nothing to anyone else."""
    request = context.get("request")
    cards = colleagues_of(organisation, request.user) if request else []
    return {"hits": [card | {"title": card["name"]} for card in cards]}
