"""Whom somebody can ask, and when: rooms register whom a thing of theirs leads to; editors come last."""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.translation import gettext as _

from contact.models import Block, Correspondent, Participation
from contact.topics import Topic
from members.models import Member, OrganisationContact
from members.services import card_for
from organisations.models import Organisation

EDITORS = "redactie"
MOST_COLLEAGUES = 6  # to choose from in the message box; the page of an organisation shows them all
FOREVER = datetime.date.max  # who takes no questions at all


@dataclass(frozen=True)
class Candidate:
    """A member whom a topic leads to, and why, in words."""

    member: Member
    why: str


@dataclass(frozen=True)
class Recipient:
    """Somebody who can be asked, as this viewer may see her; without a member it is the editors.

    `until` is the last day on which she takes no questions.
    """

    why: str
    member: Member | None = None
    card: dict[str, Any] | None = None
    until: datetime.date | None = None

    @property
    def value(self) -> str:
        """Return what the form sends."""
        return self.member.slug if self.member else EDITORS

    @property
    def name(self) -> str:
        """Return whom it is."""
        return str(self.card["name"]) if self.card else _("de redactie")


# By kind of topic: the members whom it leads to, the best first.
LEADS_TO: dict[str, Callable[[int], Iterable[Candidate]]] = {}


def leads_to(kind: str) -> Callable[[Callable[[int], Iterable[Candidate]]], Any]:
    """Register the decorated function: it returns whom the thing of this kind with this key leads to."""

    def register(find: Callable[[int], Iterable[Candidate]]) -> Callable[[int], Iterable[Candidate]]:
        LEADS_TO[kind] = find
        return find

    return register


@leads_to("member")
def find_member(key: int) -> list[Candidate]:
    """Return the member herself."""
    return [Candidate(member, "") for member in Member.objects.filter(pk=key)]


@leads_to("organisation")
def find_contact_of_organisation(key: int) -> list[Candidate]:
    """Return who answers for the organisation, then colleagues: those who said last that all is right."""
    contacts = contacts_of(Organisation.objects.filter(pk=key))
    answering = [item.member.pk for item in contacts]
    others = Member.objects.at(Organisation.objects.filter(pk=key)).exclude(pk__in=answering)
    latest = others.order_by("-user__confirmed_at", "pk")[:MOST_COLLEAGUES]
    return [*contacts, *(Candidate(member, "") for member in latest)]


def contacts_of(organisations: Iterable[Organisation]) -> list[Candidate]:
    """Return who answers for these organisations."""
    contacts = OrganisationContact.objects.valid().filter(organisation__in=organisations)
    return [
        Candidate(
            contact.member, _("contactpersoon van %(body)s") % {"body": contact.organisation.display_name}
        )
        for contact in contacts.select_related("member__user", "member__organisation", "organisation")
    ]


def find_recipients(topic: Topic, viewer: Any) -> list[Recipient]:
    """Return whom this member can ask about a topic, the best first, the editors last.

    Nobody is among them whose name she may not see, who is herself, or whom she blocked. Who takes no
    questions now is there with the day until when.
    """
    candidates = list(LEADS_TO[topic.kind](topic.key)) if topic.key and topic.kind in LEADS_TO else []
    seen = _visible(candidates, viewer)
    until = away_until([member.user_id for member in seen.values()])
    found = [
        Recipient(item.why, member, card_for(member, viewer), until.get(member.user_id))
        for item in candidates
        if (member := seen.get(item.member.pk))
    ]
    return [*found, Recipient(_("als je niet weet wie je kunt vragen") if found else "")]


def takes_questions(topic: Topic, body: Organisation) -> bool:
    """Tell whether a topic leads to somebody at an organisation whom members find and who takes questions."""
    candidates = LEADS_TO[topic.kind](topic.key) if topic.key and topic.kind in LEADS_TO else []
    keys = [item.member.pk for item in candidates]
    members = Member.objects.listed().filter(pk__in=keys, organisation=body)
    there = set(members.values_list("user", flat=True))
    return bool(there - away_until(list(there)).keys())


def _visible(candidates: list[Candidate], viewer: Any) -> dict[int, Member]:
    """Return the members whom this viewer may open and write to, by key."""
    if not candidates:
        return {}
    members = Member.objects.visible_to(viewer).filter(pk__in=[item.member.pk for item in candidates])
    blocked = Block.objects.filter(person=viewer).values("other")
    members = members.exclude(user=viewer).exclude(user__in=blocked)
    return members.select_related("organisation", "user").in_bulk()


def away_until(accounts: list[int]) -> dict[int, datetime.date]:
    """Return of these accounts who take no questions now: until which day, that day included."""
    today = timezone.localdate()
    return {account: day for account, day in last_days_away(accounts).items() if day >= today}


def last_days_away(accounts: list[int]) -> dict[int, datetime.date]:
    """Return of these accounts the last day on which each takes no questions, which may be over, or FOREVER.

    She pauses, or had as many questions in a month as she wants. What day it is makes no difference.
    """
    rows = Correspondent.objects.filter(account__in=accounts)
    limits = {row.account_id: row.most_per_month for row in rows if row.most_per_month is not None}
    full = _last_full_months(limits)
    away: dict[int, datetime.date] = {}
    for row in rows:
        days = [day for day in (row.paused_until, full.get(row.account_id)) if day]
        away |= {row.account_id: max(days)} if days else {}
    return away


def _last_full_months(limits: dict[int, int]) -> dict[int, datetime.date]:
    """Return by account the last day of the last month with as many questions as its limit."""
    never = {account: FOREVER for account, most in limits.items() if most == 0}
    if len(never) == len(limits):
        return never
    got = Participation.objects.filter(person__in=limits, is_asker=False, is_hidden=False)
    months = got.values("person", month=TruncMonth("conversation__started_at")).annotate(count=Count("pk"))
    full = {
        person: _last_of_month(timezone.localdate(month))
        for person, month, count in months.order_by("month").values_list("person", "month", "count")
        if count >= limits[person]
    }
    return full | never


def _last_of_month(day: datetime.date) -> datetime.date:
    """Return the last day of the month."""
    return (day.replace(day=28) + datetime.timedelta(days=4)).replace(day=1) - datetime.timedelta(days=1)
