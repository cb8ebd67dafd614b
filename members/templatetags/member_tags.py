"""People on pages of other apps."""

from collections.abc import Iterable
from typing import Any

from django import template

from core.layout import home_url
from members.choices import Seen
from members.limits import limit_reached
from members.services import colleague_count, colleagues_of, member_count, profiles_for_moderator

register = template.Library()


@register.inclusion_tag("members/_members_of.html", takes_context=True)
def members_of(context: dict[str, Any], organisation: Any) -> dict[str, Any]:
    """Show members of the network who works for an organisation; anyone else how many do, and the door.

    The page is for everybody, so who was shown too many people reads that in their place.
    """
    request = context.get("request")
    if request is None:
        return {}
    if not getattr(request.user, "is_approved", False):
        return {"count": colleague_count(organisation), "request": request}
    cards = colleagues_of(organisation, request.user)
    if until := limit_reached(request.user, Seen.CARD, [card["slug"] for card in cards]):
        return {"until": until}
    return {"hits": [card | {"title": card["name"]} for card in cards]}


@register.inclusion_tag("members/_behind_login.html")
def behind_login(address: str | None) -> dict[str, Any]:
    """Show on the login page what is behind it, to somebody who came from the list of members or a profile.

    It is the same for every profile, so that it does not tell which ones exist.
    """
    is_of_members = (address or "").startswith(f"{home_url()}leden/")
    return {"count": member_count() if is_of_members else 0, "is_of_members": is_of_members}


@register.simple_tag
def with_profiles(accounts: Iterable[Any]) -> list[tuple[Any, list[tuple[str, str]]]]:
    """Return each account with what a moderator sees of its profile, as pairs of a name and a text."""
    accounts = list(accounts)
    profiles = profiles_for_moderator(accounts)
    return [(account, profiles.get(account.pk, [])) for account in accounts]


@register.simple_tag
def with_profile(account: Any) -> list[tuple[str, str]]:
    """Return what a moderator sees of the profile of one account."""
    return profiles_for_moderator([account]).get(account.pk, [])
