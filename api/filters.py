"""The filters of a request: the facets of search, of which some have a closed list of values and some what is on the site."""

from typing import Annotated, Any

from django.http import HttpRequest
from django.urls import reverse
from ninja import Field, Schema
from ninja.errors import HttpError
from pydantic import ValidationInfo, field_validator

from search.query.facets import FACETS, unknown_values

CLOSED = {facet.name: list(facet.labels()) for facet in FACETS if facet.is_fixed}
LISTS = {"theme": "themes", "technique": "techniques", "organisation": "organisations"}  # the names of the addresses
MOST_CHOSEN = 20  # values of one filter; the server in front takes no address of more than 8,190 bytes
Year = Annotated[str, Field(pattern="^[0-9]{4}$")]


def _open(description: str) -> Any:
    """Return the field of a facet with values that grow with the site."""
    return Field([], max_length=MOST_CHOSEN, description=description)


def _closed(name: str, description: str = "") -> Any:
    """Return the field of a facet with values of a closed list."""
    items: Any = {"items": {"type": "string", "enum": CLOSED[name]}}
    return Field([], max_length=MOST_CHOSEN, description=description, json_schema_extra=items)


class CaseFilters(Schema):
    """What a list of cases is narrowed by: values of one facet are OR, facets are AND."""

    theme: list[str] = _open("slugs of `/api/v1/themes`")
    technique: list[str] = _open("slugs of `/api/v1/techniques`")
    organisation: list[str] = _open("slugs of `/api/v1/organisations`")
    organisation_kind: list[str] = _closed("organisation_kind")
    province: list[str] = _closed("province", "`landelijk`: of the whole country")
    phase: list[str] = _closed("phase")
    year: list[Year] = _open("the years in which it was started")
    reuse: list[str] = _closed("reuse", "how many organisations took it over")
    language: list[str] = _closed("language", "the language that it is written in")

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


class SearchFilters(CaseFilters):
    """What a search is narrowed by."""

    type: list[str] = _closed("type", "the kinds of results; `member` finds something for members only")


def read_filters(request: HttpRequest, filters: CaseFilters) -> dict[str, tuple[str, ...]]:
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
