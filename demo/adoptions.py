"""Made-up adoptions by bodies that do not exist, which their names say; none of a real body.

No real body is said to do what it never told. The made-up ones are of the kind "overig", of which nobody is
alike, so they stand in no comparison with real ones.
"""

import datetime
import json
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from activity.models import Verb
from activity.services import activity_record
from demo.members import Specialist, read_terms, specialist_make
from members.models import Member
from organisations.models import Organisation
from practices.models import PracticePage
from reuse.cases import facts_of
from reuse.choices import Change, Source, Standing, Status, Via
from reuse.clock import AGES_AFTER
from reuse.models import STATEMENT, Adoption, AdoptionEvent
from reuse.services import NOTHING_SAID, adoption_expire

DATA = Path(__file__).parent / "data" / "adoptions.json"


@transaction.atomic
def load_adoptions() -> int:
    """Create the missing bodies, their members and their adoptions, and return how many adoptions."""
    data = json.loads(DATA.read_text(encoding="utf-8"))
    for row in data["organisations"]:
        Organisation.objects.get_or_create(name=row["name"], defaults=row)
    people = [_load_member(row) for row in data["members"]]
    contacts = {member.organisation_id: member for member in people}
    return sum(_load_adoption(row, contacts) for row in data["adoptions"])


def _load_member(row: dict[str, Any]) -> Member:
    """Return somebody at a made-up body; creates the account and the profile when they are missing."""
    body = Organisation.objects.get(name=row["organisation"])
    person = Specialist(**row | {"organisation": body})
    found = Member.objects.filter(user__email=person.email).first()
    return found or specialist_make(person, read_terms())


def _load_adoption(row: dict[str, Any], contacts: dict[int | None, Member]) -> bool:
    """Create an adoption with its history, and tell whether it was missing.

    `contacts` are by the key of their organisation.
    """
    page = PracticePage.objects.get(slug=row["case"])
    body = Organisation.objects.get(name=row["organisation"])
    there = Adoption.objects.of_case(page)
    if there.filter(organisation=body).exists():
        return False
    contact = contacts.get(body.pk) if row.get("has_contact") else None
    at = timezone.now() - datetime.timedelta(days=row["days_ago"])
    adoption = Adoption.objects.create(
        page=page,
        case_key=page.translation_key,
        revision=page.live_revision,
        organisation=body,
        started_from=there.filter(organisation__name=row.get("started_from")).first(),
        contact=contact,
        has_contact_agreed=contact is not None,
        standing=Standing.CONFIRMED,
        source=Source.OWN,
        is_demo=True,
        recorded_at=at,
        confirmed_at=at,
        **NOTHING_SAID | {name: row[name] for name in STATEMENT if name in row},
    )
    _tell_history(adoption, row.get("in_use_days_ago"), at)
    _pass_time(adoption, at)
    return True


def _tell_history(adoption: Adoption, in_use_days_ago: int | None, at: datetime.datetime) -> None:
    """Add the event that made a row what it is, and before it, of who stopped, that it was in use."""
    events = AdoptionEvent.objects
    if in_use_days_ago:
        before = timezone.now() - datetime.timedelta(days=in_use_days_ago)
        values = adoption.statement | {"status": Status.IN_USE, "stop_reason": "", "stop_words": ""}
        events.create(adoption=adoption, change=Change.RECORDED, via=Via.SITE, at=before, values=values)
    change = Change.CHANGED if in_use_days_ago else Change.RECORDED
    events.create(adoption=adoption, change=change, via=Via.SITE, at=at, values=adoption.statement)


def _pass_time(adoption: Adoption, at: datetime.datetime) -> None:
    """Let what nobody confirmed for long age, and what is fresh be news."""
    if at < timezone.now() - AGES_AFTER:
        adoption_expire(adoption=adoption, change=Change.AGED)
    elif adoption.status != Status.STOPPED:
        themes = facts_of(adoption.page).themes
        organisations = [adoption.organisation]
        activity_record(verb=Verb.ADOPTED, subject=adoption, organisations=organisations, themes=themes)
