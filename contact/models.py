"""Conversations between two accounts, or one and the editors; blocks, reports, questions that wait."""

import datetime
import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contact.choices import Decision, Reason
from organisations.models import Organisation

MOST_SUBJECT, MOST_TEXT = 150, 5000  # characters


class AboutSomething(models.Model):
    """What a question is about: anything that can be found, by kind, key and title at the time; or a search.

    Of a member no title is kept, so that her name goes with her.
    """

    about_kind = models.CharField(max_length=20, blank=True)
    about_key = models.PositiveBigIntegerField(null=True)
    about_title = models.CharField(max_length=255, blank=True)

    class Meta:
        """Only fields of the subclasses make tables."""

        abstract = True


class ConversationQuerySet(models.QuerySet["Conversation"]):
    """Conversations by who takes part."""

    def of(self, account: Any) -> "ConversationQuerySet":
        """Return those that this account may read, with how much is new and whether she archived them."""
        mine = Participation.objects.filter(conversation=OuterRef("pk"), person=account, is_hidden=False)
        return self._with(mine)

    def of_editors(self) -> "ConversationQuerySet":
        """Return the conversations with the editors, likewise."""
        return self._with(Participation.objects.filter(conversation=OuterRef("pk"), person=None))

    def unread(self) -> "ConversationQuerySet":
        """Return of these the ones with something new."""
        return self.filter(unread__gt=0)  # type: ignore[misc]  # of `_with`

    def archived(self, is_archived: bool) -> "ConversationQuerySet":
        """Return of these the ones in the archive, or the others."""
        return self.filter(is_archived=is_archived)  # type: ignore[misc]  # of `_with`

    def _with(self, mine: models.QuerySet["Participation"]) -> "ConversationQuerySet":
        """Return the conversations that have one of these participations."""
        return self.filter(Exists(mine)).annotate(
            unread=models.Subquery(mine.values("unread")[:1]),
            is_archived=Exists(mine.filter(archived_at__isnull=False)),
        )


class Conversation(AboutSomething):
    """Messages between two sides about one thing."""

    KEPT = datetime.timedelta(days=730)  # after the last message; the page says so

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    subject = models.CharField(max_length=MOST_SUBJECT)
    started_at = models.DateTimeField(default=timezone.now)
    last_at = models.DateTimeField(default=timezone.now, db_index=True)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        """The last one first."""

        ordering: ClassVar[list[str]] = ["-last_at", "-pk"]

    def __str__(self) -> str:
        """Return the number; never the subject, since this text ends up in logs."""
        return f"{self.pk}"

    def get_absolute_url(self) -> str:
        """Return the address of the thread, which nobody can guess."""
        return reverse("conversation", args=(self.key,))


class Participation(models.Model):
    """A side of a conversation: an account, or the editors where there is none.

    A side that had blocked the other before the conversation began never sees it: it is hidden.
    """

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="participations")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="participations"
    )
    is_asker = models.BooleanField(default=False)
    is_hidden = models.BooleanField(default=False)
    unread = models.PositiveIntegerField(default=0)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        """Each side once."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["conversation", "person"], name="participation_once"),
            models.UniqueConstraint(
                fields=["conversation"], condition=Q(person=None), name="participation_editors_once"
            ),
        ]

    def __str__(self) -> str:
        """Return the number."""
        return f"{self.pk}"

    @property
    def is_of_editors(self) -> bool:
        """Tell whether the editors are this side."""
        return self.person_id is None


class MessageQuerySet(models.QuerySet["Message"]):
    """Messages by who may read them."""

    def read_by(self, account: Any) -> "MessageQuerySet":
        """Return the messages that this account may read: what was withheld is its sender's alone."""
        return self.filter(Q(is_withheld=False) | Q(sender=account))

    def with_senders(self) -> "MessageQuerySet":
        """Return the same messages, with all that names their senders."""
        return self.select_related("sender__member__organisation")


class Message(models.Model):
    """One message; its sender is empty when she left."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="messages")
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="sent_messages"
    )
    is_of_editors = models.BooleanField(default=False)
    is_withheld = models.BooleanField(default=False)  # the other side had blocked the sender
    shares_address = models.BooleanField(default=False)
    text = models.TextField(max_length=MOST_TEXT)
    sent_at = models.DateTimeField(default=timezone.now)

    objects = MessageQuerySet.as_manager()

    class Meta:
        """In the order in which they were sent; counted per sender."""

        ordering: ClassVar[list[str]] = ["pk"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["sender", "sent_at"])]

    def __str__(self) -> str:
        """Return the number; never the text, since this text ends up in logs."""
        return f"{self.pk}"


class Block(models.Model):
    """Somebody who wants nothing of somebody else; the other is told nothing."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="blocks")
    other = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """Each pair once."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "other"], name="block_once")
        ]

    def __str__(self) -> str:
        """Return the number."""
        return f"{self.pk}"


class CorrespondentQuerySet(models.QuerySet["Correspondent"]):
    """How accounts correspond."""

    def of(self, account: Any) -> "Correspondent":
        """Return what an account chose; who chose nothing has the defaults, and no row."""
        return self.filter(account=account).first() or Correspondent(account=account)


class Correspondent(models.Model):
    """How an account corresponds: how many questions she takes, and until when she pauses.

    `stopped_until` is a moderator's: until then she sends nothing.
    """

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="correspondent"
    )
    most_per_month = models.PositiveSmallIntegerField(
        _("Hoeveel vragen per maand wil je hoogstens?"), null=True, blank=True
    )
    paused_until = models.DateField(_("Geen vragen tot en met"), null=True, blank=True)
    stopped_until = models.DateTimeField(null=True, editable=False)

    objects = CorrespondentQuerySet.as_manager()

    def __str__(self) -> str:
        """Return the number of the account."""
        return f"{self.account_id}"

    @property
    def is_stopped(self) -> bool:
        """Tell whether a moderator stopped her messages."""
        return self.stopped_until is not None and self.stopped_until > timezone.now()


class Draft(AboutSomething):
    """A question of somebody who has no account yet, or is not a member: she sends it herself once she is.

    `organisation` is whom she asks, when the link that she followed named it.
    """

    KEPT = datetime.timedelta(days=14)  # the page says so before anything is typed

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="question_drafts"
    )
    organisation = models.ForeignKey(Organisation, models.SET_NULL, null=True, related_name="+")
    subject = models.CharField(max_length=MOST_SUBJECT)
    text = models.TextField(max_length=MOST_TEXT)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """The last one first."""

        ordering: ClassVar[list[str]] = ["-pk"]

    def __str__(self) -> str:
        """Return the number."""
        return f"{self.pk}"

    @property
    def kept_until(self) -> datetime.datetime:
        """Return when it is forgotten."""
        return self.made_at + self.KEPT


class ReportQuerySet(models.QuerySet["Report"]):
    """Reports by what may be done with them."""

    def waiting(self) -> "ReportQuerySet":
        """Return the reports without a decision, and those that were answered after it, the oldest first."""
        is_new = Q(decided_at__isnull=True)
        is_answered = Q(answered_at__gt=F("decided_at"))
        return self.filter(is_new | is_answered).order_by("reported_at")

    def for_moderator(self, moderator: Any) -> "ReportQuerySet":
        """Return the reports that this person may decide: not about herself or people of her own body.

        Who reported counts as much as who is reported.
        """
        mine = Q(reporter=moderator) | Q(message__sender=moderator)
        body = getattr(getattr(moderator, "member", None), "organisation_id", None)
        if body:
            mine |= Q(reporter__member__organisation=body) | Q(message__sender__member__organisation=body)
        return self.exclude(pk__in=self.model.objects.filter(mine).values("pk"))


class Report(models.Model):
    """A message that was reported, what a moderator decided, and the one answer to that."""

    KEPT = datetime.timedelta(days=365)  # after the decision

    message = models.ForeignKey(Message, models.CASCADE, related_name="reports")
    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="reports")
    reason = models.CharField(_("reden"), max_length=10, choices=Reason)
    note = models.TextField(_("toelichting"), max_length=1000, blank=True)
    reported_at = models.DateTimeField(_("gemeld op"), default=timezone.now)
    decision = models.CharField(_("besluit"), max_length=10, choices=Decision, blank=True)
    decision_reason = models.TextField(_("reden van het besluit"), max_length=1000, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="decided_reports"
    )
    decided_at = models.DateTimeField(null=True)
    answer = models.TextField(_("antwoord"), max_length=2000, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="answered_reports"
    )
    answered_at = models.DateTimeField(null=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        """Names; a message once for each reporter; and the right to decide."""

        verbose_name = _("melding")
        verbose_name_plural = _("meldingen")
        default_permissions = ()
        permissions: ClassVar[list[Any]] = [
            ("decide_report", "Kan meldingen van berichten beoordelen"),
            ("answer_for_editors", "Kan vragen aan de redactie beantwoorden"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["message", "reporter"], name="report_once")
        ]

    def __str__(self) -> str:
        """Return the number; never a name or a text, since this text ends up in the log."""
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def is_final(self) -> bool:
        """Tell whether the one answer was given, so that the next decision is the last."""
        return self.answered_at is not None
