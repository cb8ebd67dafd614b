"""From when members take questions, for who looks for one: it is no part of the profile."""

import datetime
from typing import Any

from django.db.models import Model, QuerySet

from contact.models import Correspondent, Participation
from contact.recipients import last_days_away
from core.searchable import ADDITIONS, Addition, Facets
from members.models import Member

NEVER_AWAY = datetime.date.min


def find_last_days(members: list[Any]) -> dict[int, Facets]:
    """Return by member the last day on which she takes no questions.

    A pause that ends and a month that turns need no new entry.
    """
    away = last_days_away([member.user_id for member in members])
    days = {member.pk: away.get(member.user_id, NEVER_AWAY) for member in members}
    return {pk: {"willing": (day.isoformat(),)} for pk, day in days.items()}


def touched_by(instance: Model) -> QuerySet[Member] | None:
    """Return who set how many questions she takes, or who got one."""
    match instance:
        case Correspondent():
            return Member.objects.filter(user=instance.account_id)
        case Participation(is_asker=False):
            return Member.objects.filter(user=instance.person_id)
    return None


ADDITIONS.append(Addition(Member, find_last_days, touched_by))
