"""What is done to adoptions. Each change adds an event; nothing that was said before is lost.

A row belongs to an organisation: who speaks for it says what it does, whoever of them wrote it first.
Somebody else can only propose.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import Page

from activity.models import Verb
from activity.services import activity_forget, activity_record
from mail.services import delivery_plan, summary_plan
from members.models import Member, OrganisationContact
from organisations.models import Organisation, OrganisationKind
from reuse.cases import facts_of
from reuse.choices import Change, Source, Standing, Via, Words
from reuse.models import STATEMENT, UNDO, WORDS, Adoption, AdoptionEvent
from reuse.wording import needs_a_look
from users.models import User

REVIEW = "reuse.review_adoption"
TRIED_ROWS = 3  # of a member, whose words an editor reads before others do
MOST_ASKED = 2  # how often an organisation is asked the same
WEEK = datetime.timedelta(days=7)
COLLECTED_FOR = datetime.timedelta(minutes=10)  # proposals that come together are asked about in one letter
KEPT_FOR_UNDO = (*STATEMENT, "standing", "words", "source", "is_demo")


@dataclass(frozen=True)
class Actor:
    """Who makes a change, how, and why where she says so; nobody when time does."""

    user: User | None
    via: Via
    reason: str = ""


@dataclass(frozen=True)
class Statement:
    """What somebody says of an adoption; `values` has fields of `STATEMENT`; what is not there is empty."""

    values: dict[str, Any]
    contact: Member | None = None
    started_from: Adoption | None = None
    on_behalf_of: tuple[Organisation, ...] = field(default=())


UNDOABLE = (Change.RECORDED, Change.CHANGED, Change.DECLINED)
WRITTEN = (Change.PROPOSED, Change.RECORDED, Change.CHANGED)  # events in which somebody wrote words
NOTHING_SAID: dict[str, Any] = dict.fromkeys(STATEMENT, "") | {"since": None, "effects": []}
TIME = Actor(None, Via.CLOCK)


class ChangedMeanwhile(Exception):
    """Something happened to a row since the page was opened from which somebody changes it."""


def stamp_of(adoption: Adoption | None) -> str:
    """Return what a page keeps of a row to tell later whether something happened to it: its last event."""
    latest = adoption.events.first() if adoption and adoption.pk else None
    return str(latest.pk) if latest else ""


def was_withdrawn_by(adoption: Adoption, user: User) -> bool:
    """Tell whether all that a row says is a proposal that this person took back herself."""
    latest = adoption.events.first()
    return latest is not None and latest.change == Change.WITHDRAWN and latest.by_id == user.pk


def can_adopt(organisation: Organisation, page: Page) -> bool:
    """Tell whether a body can have an adoption of a case: companies cannot, nor who made it."""
    return organisation.kind != OrganisationKind.BEDRIJF and organisation.pk not in facts_of(page).makers


@transaction.atomic
def adoption_record(
    *, page: Page, organisation: Organisation, user: User, statement: Statement, seen: str | None = None
) -> Adoption:
    """Say what an organisation does; `user` speaks for it. Goes on in the row that is there.

    The same once more is no change, but a confirmation once it is due. With the stamp that was seen it raises
    ChangedMeanwhile when something happened since.
    """
    adoption = _lock(page, organisation)
    if _says(adoption, statement, user):
        if adoption.is_due:
            _confirm(adoption, Change.RECONFIRMED, Actor(user, Via.SITE), _snapshot(adoption))
        return adoption
    _check_seen(adoption, seen)
    is_new = not adoption.is_said
    before = {} if adoption.pk is None else _snapshot(adoption)
    words_before = _words(adoption)
    for name, value in (NOTHING_SAID | statement.values).items():
        setattr(adoption, name, value)
    adoption.started_from = _without_circle(adoption, statement.started_from)
    _set_contact(adoption, statement.contact, user)
    if _words(adoption) != words_before:
        adoption.words = _words_for(adoption, user)
    if is_new:
        adoption.recorded_by, adoption.recorded_at = user, timezone.now()
        adoption.revision = page.live_revision
    adoption.source = Source.OWN
    change = Change.RECORDED if is_new else Change.CHANGED
    _confirm(adoption, change, Actor(user, Via.SITE), before, statement.on_behalf_of)
    return adoption


@transaction.atomic
def adoption_propose(  # noqa: PLR0913  who proposes what of whom
    *,
    page: Page,
    organisation: Organisation,
    user: User | None,
    source: Source,
    values: dict[str, Any],
    via: Via = Via.SITE,
) -> Adoption | None:
    """Propose that an organisation does what the case describes, and ask its contact.

    Returns None when it said something itself, declined, or was asked twice.
    """
    adoption = _lock(page, organisation)
    is_there = adoption.pk is not None and adoption.standing != Standing.ENDED
    if is_there or not can_adopt(organisation, page) or not _may_ask(adoption):
        return None
    before = {} if adoption.pk is None else _snapshot(adoption)
    for name, value in (NOTHING_SAID | values).items():
        setattr(adoption, name, value)
    adoption.standing, adoption.source = Standing.PROPOSED, source
    is_read = not adoption.has_words or (user and user.has_perm(REVIEW))
    adoption.words = Words.SHOWN if is_read else Words.WAITING
    adoption.contact, adoption.has_contact_agreed, adoption.started_from = None, False, None
    adoption.recorded_by, adoption.recorded_at, adoption.asked_at = user, timezone.now(), timezone.now()
    _write(adoption, Change.PROPOSED, Actor(user, via), before, bodies=[])
    if contact := OrganisationContact.objects.valid().filter(organisation=organisation).first():
        summary_plan(person=contact.member.user, kind="adoptions_proposed", wait=COLLECTED_FOR)
    return adoption


@transaction.atomic
def adoption_confirm(*, adoption: Adoption, user: User, via: Via) -> bool:
    """Confirm a proposal, or that a row is still so; tell whether there was something to confirm."""
    adoption = Adoption.objects.select_for_update().get(pk=adoption.pk)
    if adoption.standing == Standing.ENDED or not can_adopt(adoption.organisation, adoption.page):
        return False
    is_proposal = adoption.standing == Standing.PROPOSED
    if is_proposal:
        adoption.source = Source.OWN
        adoption.revision = adoption.page.live_revision
    change = Change.CONFIRMED if is_proposal else Change.RECONFIRMED
    _confirm(adoption, change, Actor(user, via), _snapshot(adoption))
    return True


@transaction.atomic
def adoption_decline(*, adoption: Adoption, user: User, via: Via) -> bool:
    """Say for an organisation that a row is not so; tell whether it still said something."""
    adoption = Adoption.objects.select_for_update().get(pk=adoption.pk)
    if adoption.standing == Standing.ENDED:
        return False
    _end(adoption, Change.DECLINED, Actor(user, via))
    return True


@transaction.atomic
def adoption_refuse(*, adoption: Adoption, user: User) -> bool:
    """Refuse a proposal for the editors; tell whether it still was one."""
    adoption = Adoption.objects.select_for_update().get(pk=adoption.pk)
    if adoption.standing != Standing.PROPOSED:
        return False
    _end(adoption, Change.REFUSED, Actor(user, Via.SITE))
    log(adoption, "reuse.refused", user=user)
    if adoption.recorded_by and adoption.recorded_by != user:
        delivery_plan(person=adoption.recorded_by, kind="adoption_refused", about=_latest(adoption).pk)
    return True


@transaction.atomic
def adoption_withdraw(*, adoption: Adoption, user: User) -> bool:
    """Take back what somebody proposed herself; tell whether it still waited."""
    adoption = Adoption.objects.select_for_update().get(pk=adoption.pk)
    if not adoption.is_proposal_of(user):
        return False
    _end(adoption, Change.WITHDRAWN, Actor(user, Via.SITE))
    return True


@transaction.atomic
def adoption_undo(*, adoption: Adoption, user: User) -> bool:
    """Undo the last change of a row that its organisation made less than a day ago; tell whether it did."""
    adoption = Adoption.objects.select_for_update().get(pk=adoption.pk)
    event = find_undoable(adoption)
    if event is None:
        return False
    before = _snapshot(adoption)
    for name in event.before.keys() & set(KEPT_FOR_UNDO):
        setattr(adoption, name, event.before[name])
    at = event.before["confirmed_at"]
    adoption.confirmed_at = datetime.datetime.fromisoformat(at) if at else None
    _write(adoption, Change.UNDONE, Actor(user, Via.SITE), before, _bodies(event.before))
    return True


def find_undoable(adoption: Adoption) -> AdoptionEvent | None:
    """Return the last change of a row, if its organisation made it and it can be undone still.

    Before the first of all there was nothing: who wants that takes the row off.
    """
    event = adoption.events.first()
    if event is None or not event.before or event.change not in UNDOABLE:
        return None
    return event if event.at > timezone.now() - UNDO else None


@transaction.atomic
def adoption_set_words(
    *, adoption: Adoption, user: User, is_shown: bool, reason: str = "", seen: str | None = None
) -> bool:
    """Show or hide the words of a row for an editor, tell who wrote them, and whether that changed anything.

    With the stamp that was seen it raises ChangedMeanwhile when something happened since: an editor decides
    about the words that she read. The reason stands in the event, not in the log of the site, which outlives
    the row. The status of a row is never hidden: only its organisation can change that.
    """
    adoption = Adoption.objects.select_for_update().get(pk=adoption.pk)
    _check_seen(adoption, seen)
    words = Words.SHOWN if is_shown else Words.HIDDEN
    if adoption.words == words:
        return False
    before = _snapshot(adoption)
    adoption.words = words
    change = Change.WORDS_SHOWN if is_shown else Change.WORDS_HIDDEN
    _write(adoption, change, Actor(user, Via.SITE, reason), before)
    log(adoption, f"reuse.{change.replace('-', '_')}", user=user)
    writer = writer_of(adoption)
    if writer and writer != user:
        delivery_plan(person=writer, kind="adoption_words", about=_latest(adoption).pk)
    return True


def writer_of(adoption: Adoption) -> User | None:
    """Return who wrote what a row says now."""
    event = adoption.events.filter(change__in=WRITTEN).select_related("by").first()
    return event.by if event else None


@transaction.atomic
def adoption_agree(*, adoption: Adoption, user: User) -> bool:
    """Let somebody agree that she is named as who knows of an adoption; tell whether she still could."""
    adoption = Adoption.objects.select_for_update(of=("self",)).select_related("contact").get(pk=adoption.pk)
    if adoption.contact is None or adoption.contact.user_id != user.pk or adoption.has_contact_agreed:
        return False
    adoption.has_contact_agreed = True
    adoption.save(update_fields=["has_contact_agreed"])
    return True


@transaction.atomic
def adoption_expire(*, adoption: Adoption, change: Change) -> None:
    """Let a proposal lapse, or a row that nobody confirmed age; `change` says which.

    A row that somebody changed since it was read stays as it became.
    """
    same = Adoption.objects.filter(pk=adoption.pk, standing=adoption.standing, asked_at=adoption.asked_at)
    found = same.filter(confirmed_at=adoption.confirmed_at).select_for_update().first()
    if found is None:
        return
    adoption = found
    if change == Change.LAPSED:
        _end(adoption, change, TIME)
        return
    before = _snapshot(adoption)
    adoption.standing = Standing.AGED
    _write(adoption, change, TIME, before)


def _lock(page: Page, organisation: Organisation) -> Adoption:
    """Return the row of this case and organisation, or a new one, with its organisation locked meanwhile."""
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    row = Adoption.objects.of_case(page).filter(organisation=organisation).first()
    return row or Adoption(page=page, case_key=page.translation_key, organisation=organisation)


def _check_seen(adoption: Adoption, seen: str | None) -> None:
    """Raise ChangedMeanwhile unless the row is as it was when somebody saw it."""
    if seen is not None and seen != stamp_of(adoption):
        raise ChangedMeanwhile


def _says(adoption: Adoption, statement: Statement, user: User) -> bool:
    """Tell whether somebody real said just this of a row already, and `user` agrees with it no more by it."""
    contact = statement.contact
    is_asked = contact is not None and contact.user_id == user.pk and not adoption.has_contact_agreed
    if not adoption.is_said or adoption.is_demo or is_asked:
        return False
    same = (contact, statement.started_from) == (adoption.contact, adoption.started_from)
    same = same and set(statement.on_behalf_of) == set(adoption.on_behalf_of.all())
    return same and NOTHING_SAID | statement.values == adoption.statement


def _may_ask(adoption: Adoption) -> bool:
    """Tell whether an organisation may be asked: not after it declined, and at most twice."""
    events = list(AdoptionEvent.objects.filter(adoption=adoption.pk).values_list("change", flat=True))
    return Change.DECLINED not in events and events.count(Change.PROPOSED) < MOST_ASKED


def _snapshot(adoption: Adoption) -> dict[str, Any]:
    """Return what an undo puts back."""
    bodies, at = list(adoption.on_behalf_of.values_list("pk", flat=True)), adoption.confirmed_at
    apart = {"on_behalf_of": bodies, "confirmed_at": at.isoformat() if at else ""}
    return {name: getattr(adoption, name) for name in KEPT_FOR_UNDO} | apart


def _bodies(before: dict[str, Any]) -> list[Organisation]:
    """Return the bodies on behalf of which a row was, as far as they are still there."""
    return list(Organisation.objects.filter(pk__in=before.get("on_behalf_of", [])))


def _words(adoption: Adoption) -> list[Any]:
    """Return the words of a row."""
    return [getattr(adoption, name) for name in WORDS]


def _words_for(adoption: Adoption, user: User) -> Words:
    """Return whether others may read the words of a row at once; not once an editor hid words of it."""
    if not adoption.has_words or user.has_perm(REVIEW):
        return Words.SHOWN
    others = Adoption.objects.filter(recorded_by=user, words=Words.SHOWN).exclude(pk=adoption.pk)
    is_tried = sum(other.has_words for other in others) >= TRIED_ROWS
    was_hidden = AdoptionEvent.objects.filter(adoption=adoption.pk, change=Change.WORDS_HIDDEN).exists()
    waits = was_hidden or not is_tried or needs_a_look(_words(adoption))
    return Words.WAITING if waits else Words.SHOWN


def _set_contact(adoption: Adoption, contact: Member | None, user: User) -> None:
    """Name who knows of it; somebody else than the writer is asked first."""
    is_writer = contact is not None and contact.user_id == user.pk
    if is_writer or contact is None or contact.pk != adoption.contact_id:
        adoption.has_contact_agreed = is_writer
    adoption.contact = contact


def _without_circle(adoption: Adoption, origin: Adoption | None) -> Adoption | None:
    """Return what a row started from, unless that started from this row itself."""
    line: set[int] = set()
    above = origin
    while above and above.pk not in line:
        line.add(above.pk)
        above = above.started_from
    return None if adoption.pk in line else origin


def _confirm(
    adoption: Adoption,
    change: Change,
    actor: Actor,
    before: dict[str, Any],
    bodies: Iterable[Organisation] | None = None,
) -> None:
    """Write a row as said by its organisation, and tell who is to hear of it; made-up people make it up."""
    adoption.standing, adoption.confirmed_at = Standing.CONFIRMED, timezone.now()
    adoption.is_demo = Member.objects.filter(user=actor.user, is_demo=True).exists()
    _write(adoption, change, actor, before, bodies)
    contact = adoption.contact
    if contact and not adoption.has_contact_agreed:
        delivery_plan(person=contact.user, kind="adoption_contact", about=f"{adoption.pk}-{contact.pk}")
    if change in {Change.RECORDED, Change.CONFIRMED}:
        _announce(adoption)


def _announce(adoption: Adoption) -> None:
    """Record that it happened, and let the contact of the case hear of it within a week.

    What was recorded of a row that ended since is forgotten: this is the news.
    """
    facts = facts_of(adoption.page)
    activity_forget(adoption)
    activity_record(
        verb=Verb.ADOPTED,
        subject=adoption,
        organisations=[adoption.organisation],
        themes=facts.themes,
    )
    if facts.contact:
        summary_plan(person=facts.contact, kind="adoptions_of_case", wait=WEEK)


def _end(adoption: Adoption, change: Change, actor: Actor) -> None:
    """Let a row say nothing any more."""
    before = _snapshot(adoption)
    adoption.standing = Standing.ENDED
    _write(adoption, change, actor, before)


def _write(
    adoption: Adoption,
    change: Change,
    actor: Actor,
    before: dict[str, Any],
    bodies: Iterable[Organisation] | None = None,
) -> None:
    """Save a row, and the event that made it so; `bodies` replace those on behalf of which it is."""
    adoption.save()
    if bodies is not None:
        adoption.on_behalf_of.set(bodies)
    AdoptionEvent.objects.create(
        adoption=adoption,
        change=change,
        by=actor.user,
        via=actor.via,
        reason=actor.reason,
        values=adoption.statement,
        before=before,
    )


def _latest(adoption: Adoption) -> AdoptionEvent:
    """Return the last event of a row."""
    return adoption.events.all()[0]
