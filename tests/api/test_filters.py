"""Filters of cases and of search: the same names and values, and what is none is told."""

from collections import defaultdict
from typing import Any

import pytest
from django.test import Client

from api.filters import CLOSED, CaseFilters, SearchFilters
from practices.models import PracticePage
from search.query.facets import shared_facets

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def slugs(client: Client, **filters: Any) -> set[str]:
    """Return the cases with these filters."""
    return {case["slug"] for case in client.get("/api/v1/cases", filters).json()["results"]}


def test_the_filters_are_the_facets_of_search() -> None:
    assert set(SearchFilters.model_fields) == {facet.name for facet in shared_facets()}
    assert set(SearchFilters.model_fields) - set(CaseFilters.model_fields) == {"type"}


def test_cases_have_the_values_by_which_search_finds_them(
    network: dict[str, PracticePage], client: Client
) -> None:
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for case in PracticePage.findable():
        for name, values in case.search_content().facets.items():
            for value in values:
                found[name, value].add(case.slug)
    assert {name for name, _value in found} == set(CaseFilters.model_fields)
    assert found == {(name, value): slugs(client, **{name: value}) for name, value in found}
    searched = {
        key: client.get("/api/v1/search", {"type": "case", key[0]: key[1]}).json()["total"] for key in found
    }
    assert {key: len(cases) for key, cases in found.items()} == searched


def test_values_of_one_filter_are_or_and_filters_are_and(
    network: dict[str, PracticePage], client: Client
) -> None:
    assert slugs(client, organisation=["breda", "rijnland"]) == {"asfalt", "fiets", "gemaal"}
    assert slugs(client, organisation="breda", theme="water") == {"fiets"}
    assert slugs(client, theme="water", reuse=["in-use", "pilot"]) == {"fiets"}
    answer = client.get("/api/v1/cases", {"theme": ["verkeer", "water"], "page_size": 1, "page": 2}).json()
    assert (answer["total"], len(answer["results"])) == (3, 1)


@pytest.mark.parametrize("address", ["/api/v1/cases", "/api/v1/search"])
@pytest.mark.parametrize("name", [name for name in CLOSED if name != "type"])
def test_a_value_that_a_closed_list_does_not_have_is_told_with_those_it_has(
    client: Client, address: str, name: str
) -> None:
    answer = client.get(address, {name: ["paars", CLOSED[name][0]]})
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert (
        answer.json()["detail"] == f"{name}: there is no “paars”, expected one of {', '.join(CLOSED[name])}"
    )
    assert "“paars”" in answer.text


@pytest.mark.parametrize(
    ("name", "place"), [("theme", "themes"), ("technique", "techniques"), ("organisation", "organisations")]
)
@pytest.mark.parametrize("value", ["paars", "", "a\0b", "é" * 300, "breda "])
def test_a_slug_that_never_was_is_told_with_the_address_of_the_list(
    network: dict[str, PracticePage], client: Client, name: str, place: str, value: str
) -> None:
    for address in ("/api/v1/cases", "/api/v1/search"):
        answer = client.get(address, {name: value})
        assert answer.status_code == 400
        assert answer.json()["detail"].startswith(f"{name}: there is no “{value}”")
        assert answer.json()["detail"].endswith(f"http://testserver/api/v1/{place}")
        assert client.get(f"/api/v1/{place}").status_code == 200


def test_more_values_than_an_address_can_have_are_refused(client: Client) -> None:
    answer = client.get("/api/v1/cases", {"phase": ["idea"] * 21})
    assert (answer.status_code, answer.json()["detail"].split(":")[0]) == (400, "phase")


def test_an_organisation_that_ended_is_none_that_never_was(
    network: dict[str, PracticePage], client: Client
) -> None:
    from organisations.models import Organisation

    Organisation.objects.create(name="Gemeente Weg", slug="weg", ended_date="2019-01-01")
    assert slugs(client, organisation="weg") == set()


@pytest.mark.parametrize("year", ["paars", "19", "20190", "2019 ", "²⁰¹⁹"])
def test_a_year_has_four_digits(client: Client, year: str) -> None:
    answer = client.get("/api/v1/cases", {"year": year})
    assert (answer.status_code, answer.json()["detail"].split(":")[0]) == (400, "year")


def test_filters_cost_the_same_number_of_queries_however_many_there_are(
    network: dict[str, PracticePage], client: Client, django_assert_num_queries: Any
) -> None:
    client.get("/api/v1/cases")
    with django_assert_num_queries(3):
        client.get("/api/v1/cases", {"theme": "water", "organisation": "breda", "reuse": "in-use"})
    with django_assert_num_queries(2):
        client.get("/api/v1/cases", {"phase": "pilot"})
