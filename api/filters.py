"""The filters of a request: the facets of search, of which some have a closed list of values and some what is on the site."""

from typing import Annotated, Any

from django.http import HttpRequest
from django.urls import reverse
from ninja import Field, Schema
from ninja.errors import HttpError
from pydantic import ValidationInfo, create_model, field_validator

from practices.queries import NARROWED_BY
from search.query.facet import Facet
from search.query.facet_results import unknown_values
from search.query.facets import FACETS

CLOSED = {facet.name: list(facet.labels()) for facet in FACETS if facet.is_fixed}
LISTS = {facet.name: facet.listed_at for facet in FACETS if facet.listed_at}  # the names of the addresses
MOST_CHOSEN = 20  # values of one filter; the server in front takes no address of more than 8,190 bytes


def _build_field(facet: Facet) -> Any:
    """Return type and field of a filter: the values of a closed list, or what the pattern of the facet says."""
    text = facet.description or (f"slugs of `/api/v1/{facet.listed_at}`" if facet.listed_at else "")
    items: Any = {"items": {"type": "string", "enum": CLOSED[facet.name]}} if facet.is_fixed else None
    value: Any = Annotated[str, Field(pattern=facet.pattern)] if facet.pattern else str
    return list[value], Field([], max_length=MOST_CHOSEN, description=text, json_schema_extra=items)


class Filters(Schema):
    """What a list is narrowed by: values of one facet are OR, facets are AND."""

    @field_validator(*CLOSED, check_fields=False)
    @classmethod
    def refuse_others(cls, values: list[str], info: ValidationInfo) -> list[str]:
        """Refuse what the closed list does not have."""
        possible = CLOSED[str(info.field_name)]
        if unknown := [value for value in values if value not in possible]:
            raise ValueError(f"there is no {_quote(unknown)}, expected one of {', '.join(possible)}")
        return values

    def chosen(self) -> dict[str, tuple[str, ...]]:
        """Return the chosen values by facet, each once, in one order."""
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
    """Return the chosen values by facet; raises HttpError for slugs that nothing has, and says where they are listed."""
    chosen = filters.chosen()
    faults = [
        f"{name}: there is no {_quote(values)}; all are at {request.build_absolute_uri(reverse(f'api-1:{LISTS[name]}'))}"
        for name, values in unknown_values(chosen).items()
    ]
    if faults:
        raise HttpError(400, "; ".join(faults))
    return chosen


def _quote(values: list[str]) -> str:
    """Return values as they were sent."""
    return ", ".join(f"“{value}”" for value in values)
