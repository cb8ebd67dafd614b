"""What a new kind costs: a model that says what search may know of it."""

from typing import Any, ClassVar

from django.db import models

from core.searchable import Passage, Searchable, SearchContent
from search.query import facets
from search.query.facet import Facet

SEASONS = {"summer": "Zomer", "winter": "Winter"}
facets.FACETS = (
    *facets.FACETS,
    Facet("season", "seizoen", "Seizoen", lambda: SEASONS, description="when it is held"),
)


class Event(Searchable):
    """Something to go to."""

    search_kind = "event"
    search_kind_label = "Bijeenkomst"
    objects: ClassVar[models.Manager] = models.Manager()
    slug = models.SlugField()
    title = models.CharField(max_length=100)
    season = models.CharField(max_length=10)

    @classmethod
    def findable(cls) -> models.QuerySet:
        """Return all of them."""
        return cls.objects.all()

    @classmethod
    def findable_by(cls, user: Any) -> models.QuerySet:
        """Return all of them."""
        return cls.objects.all()

    def hit_url(self) -> str:
        """Return its address."""
        return f"/bijeenkomsten/{self.slug}/"

    def hit_card(self, viewer: Any) -> dict[str, object]:
        """Return its title."""
        return {"title": self.title}

    def search_content(self) -> SearchContent:
        """Return its title and season."""
        facets = {"season": (self.season,)}
        return SearchContent(
            title=self.title, summary="", passages=(Passage("", "koffie en thee"),), facets=facets
        )
