"""How often the site changed, so that each process knows which of its pages are old."""

from django.db import models


class UncountedChange(models.Model):
    """A change that is in the database and not in the number of changes yet, or never if who made it was killed."""

    def __str__(self) -> str:
        """Return which."""
        return str(self.pk)


class SiteVersion(models.Model):
    """How many times anything changed that a page may show; one row."""

    number = models.PositiveBigIntegerField()

    def __str__(self) -> str:
        """Return the number."""
        return str(self.number)
