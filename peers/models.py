"""Whom somebody does not want to be suggested again."""

import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone


class Dismissal(models.Model):
    """Somebody whom a member does not want to be suggested again; the other is told nothing."""

    wagtail_reference_index_ignore = True

    JUST = datetime.timedelta(minutes=10)  # so long the page shows it unfolded, to take it back

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    other = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """Each pair once, the last one first; nobody can get a right to them."""

        default_permissions = ()
        ordering: ClassVar[list[str]] = ["-made_at", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "other"], name="dismissal_once")
        ]

    def __str__(self) -> str:
        """Return the number; never a name, since this text ends up in logs."""
        return f"{self.pk}"

    @property
    def is_recent(self) -> bool:
        """Tell whether she did it just now."""
        return timezone.now() - self.made_at < self.JUST
