"""The names of lists and filters in the report of questions; search registers them when the site starts."""

from typing import Any

LISTINGS: dict[str, Any] = {}  # by the kind that is listed
FACETS: dict[str, Any] = {}
OF_PEOPLE: set[str] = set()  # the lists in which people look for people


def register(*, listings: dict[str, Any], facets: dict[str, Any], of_people: set[str]) -> None:
    """Register the names of the lists and filters, as lazy texts."""
    LISTINGS.update(listings)
    FACETS.update(facets)
    OF_PEOPLE.update(of_people)
