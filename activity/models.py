"""What happened, so that the home page, and later mails and feeds, can tell it."""

from typing import ClassVar

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.models import Organisation
from taxonomy.models import Theme


class Verb(models.TextChoices):
    """What happened to the subject."""

    ADOPTED = "adopted", _("overgenomen")


class Activity(models.Model):
    """A fact; rows are only added, and go with their subject. `key` makes it unique.

    Who may hear of it is asked of its subject, when it is told.
    """

    verb = models.CharField(max_length=20, choices=Verb)
    subject_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
    subject_key = models.PositiveBigIntegerField()
    subject = GenericForeignKey("subject_type", "subject_key")
    organisations = models.ManyToManyField(Organisation, related_name="+")
    themes = models.ManyToManyField(Theme, related_name="+")
    key = models.CharField(max_length=100, unique=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        """The latest first."""

        ordering: ClassVar[list[str]] = ["-at", "-pk"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["subject_type", "subject_key"], name="activity_subject")
        ]

    def __str__(self) -> str:
        """Return the key."""
        return self.key
