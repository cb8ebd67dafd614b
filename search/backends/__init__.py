"""Who answers: the engine, or the database when that is away."""

from typing import Protocol

from search.query.asked import Asked
from search.query.results import Answer, Found, Nearby
from search.query.similar import Similarity


class Backend(Protocol):
    """What answers questions: a module with these functions is one.

    They raise EngineUnavailable when it cannot.
    """

    NAME: str

    def search(self, asked: Asked, audiences: tuple[str, ...]) -> Answer:
        """Return the sure hits of a page, their total and the counts of the facets, and what may be meant."""

    def look_around(self, asked: Asked, literal: Asked | None, audiences: tuple[str, ...]) -> Nearby:
        """Return what is near a question without a sure hit.

        `literal` is that question without correction, when it was corrected.
        """

    def suggest(self, asked: Asked, audiences: tuple[str, ...]) -> tuple[Found, ...]:
        """Return a few objects of each kind of which a name begins like the query."""

    def similar(self, similarity: Similarity) -> tuple[Found, ...]:
        """Return cases like a case, best first."""
