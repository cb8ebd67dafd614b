"""The way to ask somebody, on pages of other rooms."""

import datetime
from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _

from contact.models import Draft
from contact.recipients import FOREVER, away_until
from contact.topics import SEARCH

register = template.Library()


@register.simple_tag
def ask_url(kind: str = "", key: object = "") -> str:
    """Return the address of the message box about something, or about nothing in particular."""
    query = f"?{urlencode({'over': f'{kind}:{key}'}, safe=':')}" if kind else ""
    return f"{reverse('new_message')}{query}"


@register.simple_tag
def ask_about_search(query: str) -> str:
    """Return the address of the message box about a search."""
    return ask_url(SEARCH, query)


@register.inclusion_tag("contact/_drafts.html")
def waiting_questions(account: Any) -> dict[str, Any]:
    """Show what somebody asked before she was let in, each question with until when it is kept."""
    return {"drafts": Draft.objects.filter(account=account)}


@register.inclusion_tag("contact/_ask_member.html")
def ask_member(member: Any) -> dict[str, Any]:
    """Show the button with which to ask a member, or when she takes questions again."""
    away = away_until([member.user_id])
    return {"url": ask_url("member", member.slug), "until": away.get(member.user_id)}


@register.simple_tag
def say_away(until: datetime.date, name: str = "") -> str:
    """Return that somebody takes no questions, and up to and including which day."""
    if until == FOREVER:
        text = _("%(name)s neemt geen vragen aan.") if name else _("Neemt geen vragen aan.")
    elif name:
        text = _("%(name)s neemt tot en met %(day)s geen vragen aan.")
    else:
        text = _("Neemt tot en met %(day)s geen vragen aan.")
    return text % {"name": name, "day": format_date(until, "j F Y")}


@register.filter
def with_pauses(cards: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return cards of members with the last day on which she takes no questions, where there is one."""
    away = away_until([card["account"] for card in cards])
    return [card | {"away_until": away.get(card["account"])} for card in cards]
