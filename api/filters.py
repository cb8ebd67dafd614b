"""The filters of a request: facets of search, with a closed list of values or with what is on the site."""

from typing import Annotated, Any

from django.http import HttpRequest
from django.urls import reverse
from ninja import Field, Schema
from ninja.errors import HttpError
from pydantic import ValidationInfo, create_model, field_validator

from practices.queries import NARROWED_BY
from search.query.facet import Facet
from search.query.facet_results import unknown_values
from search.query.facets import shared_facets

FACETS = shared_facets()  # what only one kind has is a filter of its list on the site alone
CLOSED = {facet.name: list(facet.labels()) for facet in FACETS if facet.is_fixed}
LISTS = {facet.name: facet.listed_at for facet in FACETS if facet.listed_at}  # names of the URLs
# Values of one filter: gunicorn and nginx refuse an address of more than 8,190 bytes (decision 0018), and
# every question that the description allows must fit.
MOST_CHOSEN = 20


def _build_field(facet: Facet) -> Any:
    """Return the type and the field of a filter: a closed list, or text that fits the facet's pattern."""
    text = facet.description or (f"slugs of `/api/v1/{facet.listed_at}`" if facet.listed_at else "")
    items: Any = {"items": {"type": "string", "enum": CLOSED[facet.name]}} if facet.is_fixed else None
    value: Any = Annotated[str, Field(pattern=facet.pattern)] if facet.pattern else str
    return list[value], Field([], max_length=MOST_CHOSEN, description=text, json_schema_extra=items)


class Filters(Schema):
    """The facets that narrow a list: values of one facet are OR, facets are AND."""

    @field_validator(*CLOSED, check_fields=False)
    @classmethod
    def refuse_others(cls, values: list[str], info: ValidationInfo) -> list[str]:
        """Refuse a value that is not in the closed list; raises ValueError."""
        possible = CLOSED[str(info.field_name)]
        if unknown := [value for value in values if value not in possible]:
            raise ValueError(f"there is no {_quote(unknown)}, expected one of {', '.join(possible)}")
        return values

    def chosen(self) -> dict[str, tuple[str, ...]]:
        """Return the chosen values by facet, sorted and without doubles."""
        return {name: tuple(sorted(set(values))) for name, values in self if values}


CaseFilters = create_model(
    "CaseFilters",
    __base__=Filters,
    __doc__="What a list of cases is narrowed by.",
    **{facet.name: _build_field(facet) for facet in FACETS if facet.name in NARROWED_BY},
)
SearchFilters = create_model(
    "SearchFilters",
    __base__=Filters,
    __doc__="What a search is narrowed by.",
    **{facet.name: _build_field(facet) for facet in FACETS},
)


def read_filters(request: HttpRequest, filters: Filters) -> dict[str, tuple[str, ...]]:
    """Return the chosen values by facet.

    Raises HttpError (400) for slugs that do not exist, and says where the existing ones are listed.
    """
    chosen = filters.chosen()
    faults = [_describe_unknown(request, name, values) for name, values in unknown_values(chosen).items()]
    if faults:
        raise HttpError(400, "; ".join(faults))
    return chosen


def _describe_unknown(request: HttpRequest, name: str, values: list[str]) -> str:
    """Return what is wrong with these values of a facet, with the address of the list of those that exist."""
    listed_at = request.build_absolute_uri(reverse(f"api-1:{LISTS[name]}"))
    return f"{name}: there is no {_quote(values)}; all are at {listed_at}"


def _quote(values: list[str]) -> str:
    """Return values in quotes, as they were sent."""
    return ", ".join(f"“{value}”" for value in values)
