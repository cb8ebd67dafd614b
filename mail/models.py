"""Who gets which letter, links that do one thing, and addresses that refuse mail."""

import datetime
import uuid
from typing import ClassVar

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import models
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

_SIGNER = Signer(salt="mail.SignedLink")


class DeliveryState(models.TextChoices):
    """What became of a letter."""

    WAITING = "waiting"
    SENT = "sent"
    DROPPED = "dropped"  # it was no longer right to send it
    REFUSED = "refused"  # the mail server will not take it, or did not for days


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Deliveries by what may be done with them."""

    def claim(self, pk: int) -> "Delivery | None":
        """Return the delivery if it waits and nobody else sends it now; for a while it is this caller's.

        A worker that is killed while it sends leaves the claim; it ends, and the letter goes again under the
        same Message-ID.
        """
        now = timezone.now()
        free = self.filter(pk=pk, state=DeliveryState.WAITING, next_at__lte=now)
        if not free.update(next_at=now + Delivery.CLAIM, tries=F("tries") + 1):
            return None
        return self.select_related("person").get(pk=pk)

    def waiting(self) -> "DeliveryQuerySet":
        """Return what is still to be sent."""
        return self.filter(state=DeliveryState.WAITING)


class Delivery(models.Model):
    """One letter to one person: its kind and what it is about, once for each; never its text.

    The text is written when it is sent, from what is true then.
    """

    # Longer than a conversation with a slow mail server takes: ten seconds for each of its steps.
    CLAIM = datetime.timedelta(minutes=5)

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="deliveries")
    kind = models.CharField(max_length=40)
    about = models.CharField(max_length=100)
    message_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    planned_at = models.DateTimeField(auto_now_add=True)
    next_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    problem = models.CharField(
        max_length=60, blank=True
    )  # a code of the mail server, or the name of an error

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        """Each letter once."""

        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "kind", "about"], name="delivery_once")
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["next_at"], condition=models.Q(state="waiting"), name="delivery_waiting")
        ]

    def __str__(self) -> str:
        """Return the kind; never whom it is for, since this text may end up in a log."""
        return f"{self.kind} {self.pk}"

    def end(self, state: DeliveryState, problem: str = "") -> None:
        """Keep what became of it."""
        self.state, self.problem, self.ended_at = state, problem[:60], timezone.now()
        self.save(update_fields=["state", "problem", "ended_at"])

    def postpone(self, wait: datetime.timedelta, problem: str) -> None:
        """Keep why it was not sent, and when to try again."""
        self.next_at, self.problem = timezone.now() + wait, problem[:60]
        self.save(update_fields=["next_at", "problem"])


class AddressRefusal(models.Model):
    """An address to which nothing can be delivered; no automatic mail goes there until it is mended."""

    address = models.EmailField(unique=True)
    problem = models.CharField(max_length=60)
    refused_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        """Return the code; never the address, since this text may end up in a log."""
        return self.problem


class SignedLink(models.Model):
    """A link in a mail: one purpose, one person, once, within thirty days."""

    LIFETIME = datetime.timedelta(days=30)

    purpose = models.CharField(max_length=40)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="signed_links")
    subject = models.CharField(max_length=100)
    made_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True)

    class Meta:
        """The last one first."""

        ordering: ClassVar[list[str]] = ["-pk"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["person", "purpose", "subject"])]

    def __str__(self) -> str:
        """Return the purpose."""
        return f"{self.purpose} {self.pk}"

    @property
    def expires_at(self) -> datetime.datetime:
        """Return until when it works."""
        return self.made_at + self.LIFETIME

    @property
    def is_expired(self) -> bool:
        """Tell whether it is too old."""
        return self.expires_at <= timezone.now()

    @property
    def path(self) -> str:
        """Return its address on the site, which nobody can guess."""
        return reverse("signed_link", args=(_SIGNER.sign(str(self.pk)),))

    @classmethod
    def find(cls, token: str) -> "SignedLink | None":
        """Return the link with this token, used or not; None when we never gave it out."""
        try:
            key = _SIGNER.unsign(token)
        except BadSignature:
            return None
        return cls.objects.select_related("person").filter(pk=int(key)).first()
