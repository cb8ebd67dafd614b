"""How much of the directory an account is shown: enough to find people, too little to copy them.

Different people are counted, not requests, and oneself never. Who works in `/cms/` has the same limits on the
pages of the site. An address without a profile counts as one with a profile, so that a limit tells nothing.
"""

import datetime
import logging
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from mail.kinds import writes
from mail.letters import Button, Letter
from mail.models import Delivery
from mail.services import summary_plan
from members.choices import Seen
from members.models import Member, Sighting
from users.models import User

logger = logging.getLogger("knooppunt.members")

HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)


@dataclass(frozen=True)
class Limit:
    """The most people whom an account sees in a period."""

    most: int
    period: datetime.timedelta


# By what is shown. Who is seen again within the first period does not count again.
LIMITS = {
    Seen.PROFILE: (Limit(60, HOUR), Limit(300, DAY)),
    Seen.CARD: (Limit(1000, DAY),),
}
KEPT = DAY  # the longest period
SHARE = 10  # a tenth of the directory, seen by all accounts together in an hour, is told
# Profiles: in a directory of fewer than two hundred people a tenth is what a few readers open.
LEAST_TOLD = 20
NOTICE, IS_TOLD = "directory-notice", "directory-is-told"  # in the cache


def limit_reached(viewer: Any, kind: Seen, slugs: Iterable[str]) -> datetime.datetime | None:
    """Count these people as seen; when that would be too many, count nobody and return when there is room.

    Requests at the same moment can each pass with the last one: as many more as there are processes.
    """
    own, now = getattr(viewer, "member", None), timezone.now()
    people = {fingerprint(slug) for slug in slugs if own is None or slug != own.slug}
    if not people:
        return None
    seen = Sighting.objects.filter(account=viewer, kind=kind, seen_at__gt=now - KEPT)
    rows = list(seen.order_by("seen_at").values_list("person", "seen_at"))
    limits = LIMITS[kind]
    new = people - {person for person, seen_at in rows if seen_at > now - limits[0].period}
    moments = [seen_at for _person, seen_at in rows]
    ends = [end for limit in limits if (end := _room_at(limit, moments, len(new), now))] if new else []
    if not ends:
        # Read first, as a write waits for SQLite's lock: who comes back to a list writes nothing.
        Sighting.objects.bulk_create(
            Sighting(account=viewer, kind=kind, person=person, seen_at=now) for person in new
        )
    return max(ends, default=None)


def _room_at(
    limit: Limit, moments: list[datetime.datetime], new: int, now: datetime.datetime
) -> datetime.datetime | None:
    """Return when so many new people fit below the limit, or None if they do now; `moments` are sorted."""
    inside = [moment for moment in moments if moment > now - limit.period]
    too_many = len(inside) + new - limit.most
    if too_many <= 0:
        return None
    return (inside[:too_many] or [now])[-1] + limit.period


def fingerprint(slug: str) -> str:
    """Return what stands for a slug: always the same, and nobody reads the person in it."""
    return salted_hmac("members.limits", slug).hexdigest()[:32]


def refuse_greedy(request: HttpRequest, kind: Seen, slugs: Iterable[str]) -> HttpResponse | None:
    """Count these people as seen; return the page that says when to come back, or None lets the reader on."""
    until = limit_reached(request.user, kind, slugs)
    if until is None:
        return None
    context = {"kind": kind, "limits": LIMITS[kind], "until": until}
    headers = {"Retry-After": str(seconds_until(until))}
    return TemplateResponse(request, "members/limit_reached.html", context, status=429, headers=headers)


def seconds_until(moment: datetime.datetime) -> int:
    """Return the whole seconds until a moment, at least one."""
    return max(1, math.ceil((moment - timezone.now()).total_seconds()))


def directory_watch() -> None:
    """Tell when all accounts together opened much of the directory in an hour; at most once in that time."""
    opened = Sighting.objects.filter(kind=Seen.PROFILE, seen_at__gt=timezone.now() - HOUR)
    seen = opened.aggregate(people=Count("person", distinct=True), accounts=Count("account", distinct=True))
    if seen["people"] < LEAST_TOLD or seen["people"] * SHARE <= Member.objects.listed().count():
        return
    if cache.add(IS_TOLD, True, HOUR.total_seconds()):
        _tell(seen | {"at": timezone.now()})


def _tell(notice: dict[str, Any]) -> None:
    """Log that much of the directory was opened, and tell moderators: who hears of it hears it from here."""
    logger.warning(
        "more than a tenth of the directory was opened in an hour: "
        "%(people)s profiles by %(accounts)s accounts",
        notice,
    )
    cache.set(NOTICE, notice, DAY.total_seconds())
    for moderator in User.objects.deciders():
        summary_plan(person=moderator, kind="directory_opened", wait=datetime.timedelta())


@writes("directory_opened")
def write_directory_opened(delivery: Delivery) -> Letter | None:
    """Tell a moderator that much of the directory was opened, unless one has seen to it by now."""
    notice = find_notice()
    if notice is None or not User.objects.deciders().filter(pk=delivery.person_id).exists():
        return None
    text = _("In een uur zijn %(people)s profielen bekeken, door %(accounts)s accounts samen.")
    return Letter(
        _("Er wordt veel in de ledenlijst gekeken"),
        (text % notice, _("Dat is meer dan een tiende van alle leden. Kijk of iemand de lijst overneemt.")),
        button=Button(_("Naar het beheer"), reverse("wagtailadmin_home")),
        why=_("Je krijgt hem omdat je aanmeldingen mag beoordelen."),
        stop=_("We sturen er hoogstens één per uur."),
    )


def find_notice() -> dict[str, Any] | None:
    """Return what moderators must know as `{people, accounts, at}`, until one closes it or for a day."""
    return cache.get(NOTICE)


def notice_close() -> None:
    """Take the notice away, for all moderators."""
    cache.delete(NOTICE)


def sightings_forget() -> None:
    """Delete who saw whom as soon as no limit needs it.

    It looks before it deletes: on SQLite even a deletion of nothing waits for the writer.
    """
    old = Sighting.objects.filter(seen_at__lte=timezone.now() - KEPT)
    if old.exists():
        old.delete()
