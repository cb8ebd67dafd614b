"""A case as a plain Wagtail site would have it."""

from django.db import models
from wagtail.fields import RichTextField
from wagtail.models import Page
from wagtail.search import index


class Theme(models.Model):
    """What a case is about."""

    name = models.CharField(max_length=100, unique=True)

    def __str__(self) -> str:
        """Return the name."""
        return self.name


class CasePage(Page):
    """A case."""

    summary = models.TextField(blank=True)
    body = RichTextField(blank=True)
    theme = models.ForeignKey(Theme, models.PROTECT, related_name="cases")

    search_fields = [*Page.search_fields, index.SearchField("summary"), index.SearchField("body")]
