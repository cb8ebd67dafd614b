"""How often the site changed, so that each process knows which of its cached pages are old."""

from django.db import models


class UncountedChange(models.Model):
    """A change in the database that is not counted yet, or never will be as its process was killed."""

    def __str__(self) -> str:
        """Return its number."""
        return str(self.pk)


class SiteVersion(models.Model):
    """How many times anything that a page may show changed; one row."""

    number = models.PositiveBigIntegerField()

    def __str__(self) -> str:
        """Return the number."""
        return str(self.number)
