"""Asking and answering; blocking and reporting; and what moderators decide."""

import datetime
import uuid
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from contact.choices import Decision
from contact.limits import refusal_to_answer, refusal_to_begin
from contact.models import Block, Conversation, Correspondent, Draft, Message, Participation, Report
from contact.topics import Topic
from mail.services import delivery_plan, summary_plan
from users.models import User
from users.services import account_approve, account_withdraw

PAUSE = datetime.timedelta(days=30)
REPEATED = datetime.timedelta(hours=1)  # in which the same words again are a second click, not a reminder
REST = datetime.timedelta(hours=1)  # so that questions to the editors come in one mail


@dataclass(frozen=True)
class Question:
    """What somebody asks; `key` comes from the form, so that the same form sent twice asks once."""

    subject: str
    text: str
    topic: Topic
    key: uuid.UUID
    shares_address: bool = False


@transaction.atomic
def conversation_begin(*, sender: User, other: User | None, question: Question) -> tuple[Conversation, bool]:
    """Ask somebody, or the editors when `other` is None; return the conversation, and whether it is new.

    Raises ValidationError when the sender may not.
    """
    _lock(sender)
    if same := _find_same(sender, other, question):
        return same, False
    if Conversation.objects.filter(key=question.key).exists():
        raise ValidationError(_("Dit formulier is niet van jou. Open het opnieuw."))
    if refusal := refusal_to_begin(sender, other):
        raise ValidationError(refusal)
    conversation = Conversation.objects.create(
        subject=question.subject, key=question.key, **question.topic.kept
    )
    Participation.objects.create(conversation=conversation, person=sender, is_asker=True)
    side = Participation.objects.create(
        conversation=conversation, person=other, is_hidden=_is_blocked(sender, other)
    )
    _add_message(side, sender, question.text, shares_address=question.shares_address)
    return conversation, True


def _find_same(sender: User, other: User | None, question: Question) -> Conversation | None:
    """Return the conversation that this form began, or the same question in another one that waits.

    The back button brings a new form, in which the browser puts what was typed before.
    """
    hers = Conversation.objects.filter(participations__person=sender)
    said = Message.objects.filter(conversation=OuterRef("pk"))
    same = hers.filter(participations__is_asker=True, subject=question.subject, **question.topic.kept)
    asked = Participation.objects.filter(person=other, is_asker=False).values("conversation")
    same = same.filter(pk__in=asked).exclude(Exists(said.exclude(sender=sender, text=question.text)))
    return hers.filter(key=question.key).first() or same.first()


@transaction.atomic
def message_send(
    *,
    conversation: Conversation,
    sender: User,
    text: str,
    for_editors: bool = False,
    shares_address: bool = False,
) -> tuple[Message, bool]:
    """Write in a conversation that there is; return the message, and whether it is new.

    Raises ValidationError when the sender may not.
    """
    _lock(sender)
    last = conversation.messages.last()
    since = timezone.now() - REPEATED
    if (
        last
        and (last.sender, last.is_of_editors, last.text) == (sender, for_editors, text)
        and last.sent_at > since
    ):
        return last, False
    others = conversation.participations.exclude(person=None if for_editors else sender)
    side = others.select_related("person", "conversation").first()
    if side is None:
        raise ValidationError(_("De ander is geen lid meer. Antwoorden kan niet."))
    refusal = "" if for_editors else refusal_to_answer(sender, side.person)
    if refusal:
        raise ValidationError(refusal)
    return _add_message(side, sender, text, for_editors=for_editors, shares_address=shares_address), True


def _lock(account: User) -> None:
    """Let one message of an account be counted at a time, so that nobody passes a limit with two windows."""
    User.objects.select_for_update().get(pk=account.pk)


def _is_blocked(sender: User, other: User | None) -> bool:
    """Tell whether the other wants nothing of the sender."""
    return other is not None and Block.objects.filter(person=other, other=sender).exists()


def _add_message(
    side: Participation, sender: User, text: str, *, for_editors: bool = False, shares_address: bool = False
) -> Message:
    """Write to the other side, and have it told; what somebody blocked is kept from her without a word.

    A block is of a person: what she writes for the editors comes from the editors.
    """
    is_withheld = not for_editors and (side.is_hidden or _is_blocked(sender, side.person))
    message = Message.objects.create(
        conversation=side.conversation,
        sender=sender,
        text=text,
        is_of_editors=for_editors,
        is_withheld=is_withheld,
        shares_address=shares_address,
    )
    Conversation.objects.filter(pk=side.conversation_id).update(last_at=message.sent_at)
    if not is_withheld:
        _tell(side, message)
    return message


def _tell(side: Participation, message: Message) -> None:
    """Count a message as unread, take the conversation out of the archive, and plan the mail."""
    Participation.objects.filter(pk=side.pk).update(unread=F("unread") + 1, archived_at=None)
    if side.person:
        delivery_plan(person=side.person, kind="message", about=message.pk)
    else:
        for editor in User.objects.with_right("contact", "answer_for_editors"):
            summary_plan(person=editor, kind="editors_waiting", wait=REST)


@transaction.atomic
def draft_send(
    *, draft: Draft, sender: User, other: User | None, question: Question
) -> tuple[Conversation, bool]:
    """Send a question that waited for its account, and forget it as such."""
    sent = conversation_begin(sender=sender, other=other, question=question)
    draft.delete()
    return sent


def drafts_bind(*, account: User, keys: list[str]) -> None:
    """Bind the questions that were typed in this browser to the account that was made or opened in it."""
    Draft.objects.filter(key__in=keys, account=None).update(account=account)


def drafts_announce(*, account: User) -> None:
    """Tell somebody who was let in that her question waits for her."""
    for draft in Draft.objects.filter(account=account):
        delivery_plan(person=account, kind="draft", about=draft.pk)


@transaction.atomic
def person_block(*, person: User, other: User) -> None:
    """Keep what somebody sends from this person, from now on."""
    Block.objects.get_or_create(person=person, other=other)


def person_unblock(*, person: User, other: User) -> None:
    """Take that back; what was withheld meanwhile stays withheld."""
    Block.objects.filter(person=person, other=other).delete()


@transaction.atomic
def message_report(*, message: Message, reporter: User, reason: str, note: str) -> Report:
    """Report a message to the moderators, once."""
    values = {"reason": reason, "note": note}
    report, is_new = Report.objects.get_or_create(message=message, reporter=reporter, defaults=values)
    if is_new:
        for moderator in User.objects.with_right("contact", "decide_report"):
            delivery_plan(person=moderator, kind="report", about=report.pk)
    return report


def decisions_about(report: Report, moderator: User) -> list[Decision]:
    """Return what she may decide: only an administrator closes an account that works on the site."""
    sender = report.message.sender
    is_staff = sender is not None and sender.has_perm("wagtailadmin.access_admin")
    return [item for item in Decision if item != Decision.WITHDRAW or not is_staff or moderator.is_superuser]


@transaction.atomic
def report_decide(*, report: Report, moderator: User, decision: Decision, reason: str) -> bool:
    """Decide about a report, do what follows, and tell both; false when it was decided meanwhile.

    Who is reported hears nothing of a report that led to nothing: it would tell her who reported.
    """
    waiting = Report.objects.waiting().for_moderator(moderator).select_for_update(of=("self",))
    found = waiting.filter(pk=report.pk).first()
    if found is None:
        return False
    if decision not in decisions_about(found, moderator):
        raise PermissionDenied
    before = found.decision
    found.decision, found.decision_reason = decision, reason
    found.decided_by, found.decided_at = moderator, timezone.now()
    found.save(update_fields=["decision", "decision_reason", "decided_by", "decided_at"])
    log(found, "contact.decide", user=moderator, data={"decision": decision.value})
    sender = found.message.sender
    if sender:
        _follow(found, sender, moderator, before)
        if decision != Decision.DISMISS or before:
            delivery_plan(person=sender, kind="decision_for_sender", about=f"{found.pk} {found.is_final}")
    if found.reporter:
        delivery_plan(
            person=found.reporter, kind="decision_for_reporter", about=f"{found.pk} {found.is_final}"
        )
    return True


def _follow(report: Report, sender: User, moderator: User, before: str) -> None:
    """Do what a decision says, and take back what the one before it did."""
    until = timezone.now() + PAUSE if report.decision == Decision.PAUSE else None
    Correspondent.objects.update_or_create(account=sender, defaults={"stopped_until": until})
    if report.decision == Decision.WITHDRAW:
        account_withdraw(user=sender, moderator=moderator, reason=report.decision_reason)
    elif before == Decision.WITHDRAW:
        account_approve(user=sender, moderator=moderator)


@transaction.atomic
def report_answer(*, report: Report, person: User, text: str) -> bool:
    """Answer a decision, so that a moderator looks once more; false when an answer was given already."""
    may_answer = Report.objects.filter(pk=report.pk, answered_at=None, decided_at__isnull=False)
    now = timezone.now()
    return bool(may_answer.update(answer=text, answered_by=person, answered_at=now))


def old_forget() -> None:
    """Delete what was kept long enough: conversations, questions that waited, and reports with their log."""
    now = timezone.now()
    Draft.objects.filter(made_at__lt=now - Draft.KEPT).delete()
    for report in Report.objects.filter(decided_at__lt=now - Report.KEPT).exclude(
        pk__in=Report.objects.waiting().values("pk")
    ):
        ModelLogEntry.objects.for_instance(report).delete()
        report.delete()
    reported = Report.objects.values("message__conversation")
    Conversation.objects.filter(last_at__lt=now - Conversation.KEPT).exclude(pk__in=reported).delete()


def conversations_let_go(account: User) -> None:
    """Delete the conversations of somebody who leaves that nobody else can read."""
    hers = Conversation.objects.filter(participations__person=account)
    others = Participation.objects.exclude(person=account).filter(person__isnull=False)
    hers.exclude(pk__in=others.values("conversation")).delete()
