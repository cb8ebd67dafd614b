"""The API as others use it: its description, its names, its errors."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def cases(site_frame: Any, run_tasks: Callable[[], int]) -> None:
    """Load two cases."""
    from practices.models import PracticeIndexPage, PracticePage

    index = PracticeIndexPage.objects.get(locale__language_code="nl")
    for slug in ("eerste", "tweede"):
        page = PracticePage(slug=slug, title=f"De {slug}", summary="Kort", live=False)
        index.add_child(instance=page)
        page.save_revision().publish()
    run_tasks()


def test_the_description_names_every_address_and_parameter(client: Client, db: None) -> None:
    description = client.get("/api/v1/openapi.json").json()
    assert set(description["paths"]) == {
        "/api/v1/search",
        "/api/v1/suggest",
        "/api/v1/cases",
        "/api/v1/cases/{slug}",
        "/api/v1/cases/{slug}/similar",
    }
    names = {parameter["name"] for parameter in description["paths"]["/api/v1/search"]["get"]["parameters"]}
    facets = {
        "type",
        "theme",
        "technique",
        "organisation",
        "organisation_kind",
        "province",
        "phase",
        "year",
        "language",
        "reuse",
    }
    assert names == {"q", "page", "page_size", "sort", "literal"} | facets


def test_a_search_has_the_names_of_the_contract(client: Client, cases: None) -> None:
    answer = client.get("/api/v1/search", {"q": "eerste", "type": "case"}).json()
    assert set(answer) == {"total", "page", "page_size", "engine", "suggestion", "results", "facets"}
    (hit,) = answer["results"]
    assert {"type", "slug", "title", "url", "summary", "highlights", "score"} <= set(hit)
    assert hit["url"] == "http://testserver/praktijkvoorbeelden/eerste/"
    assert set(answer["facets"]["type"][0]) == {"value", "label", "count", "selected"}


def test_a_question_is_asked_as_it_was_typed_when_that_is_meant(client: Client, cases: None) -> None:
    from search import vocabulary

    vocabulary.write("everyone", {"tweede": 3})
    vocabulary._KEPT.clear()
    corrected = client.get("/api/v1/search", {"q": "twede", "type": "case"}).json()
    assert (corrected["suggestion"], corrected["total"]) == ("tweede", 1)
    literal = client.get("/api/v1/search", {"q": "twede", "type": "case", "literal": "1"}).json()
    assert (literal["suggestion"], literal["total"]) == (None, 0)
    assert client.get("/api/v1/search", {"q": "twede", "type": "case", "literal": "misschien"}).status_code == 400


def test_cases_come_in_pages(client: Client, cases: None) -> None:
    first = client.get("/api/v1/cases", {"page_size": 1}).json()
    second = client.get("/api/v1/cases", {"page_size": 1, "page": 2}).json()
    assert (first["total"], len(first["results"])) == (2, 1)
    assert first["results"] != second["results"]
    assert client.get("/api/v1/cases", {"page": 99}).json()["results"] == []


def test_a_case_has_the_fields_of_the_exchange_format_without_the_contact(client: Client, cases: None) -> None:
    from practices.exchange.fields import FIELDS

    case = client.get("/api/v1/cases/eerste").json()
    assert set(case) == {name for name in FIELDS if name != "contact"} | {"url"}


@pytest.mark.parametrize("address", ["/api/v1/cases/geen", "/api/v1/cases/geen/similar", "/api/v1/wat"])
def test_what_is_not_there_is_a_problem_of_404(client: Client, cases: None, address: str) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert set(answer.json()) == {"type", "title", "status", "detail"}


def test_a_draft_is_not_there(client: Client, cases: None) -> None:
    from practices.models import PracticePage

    PracticePage.objects.get(slug="eerste").unpublish()
    assert client.get("/api/v1/cases/eerste").status_code == 404
    assert client.get("/api/v1/cases").json()["total"] == 1


def test_labels_come_in_the_language_of_the_reader(client: Client, cases: None) -> None:
    dutch = client.get("/api/v1/search").json()["facets"]["province"][0]["label"]
    english = client.get("/api/v1/search", headers={"Accept-Language": "en"})
    assert dutch == "Landelijk"
    assert english.json()["facets"]["province"][0]["label"] != dutch
    assert "Accept-Language" in english["Vary"]


@pytest.mark.usefixtures("no_time_passes")
def test_who_asks_too_often_hears_how_long_to_wait(client: Client, cases: None) -> None:
    for _ in range(600):
        assert client.get("/api/v1/suggest").status_code == 200
    answer = client.get("/api/v1/suggest")
    assert (answer.status_code, answer["Content-Type"]) == (429, "application/problem+json")
    assert int(answer["Retry-After"]) > 0
    assert client.get("/api/v1/suggest", REMOTE_ADDR="10.1.1.1").status_code == 200


def test_one_case_costs_few_queries(client: Client, cases: None, django_assert_max_num_queries: Any) -> None:
    client.get("/api/v1/cases/eerste")
    with django_assert_max_num_queries(8):
        client.get("/api/v1/cases/eerste")
    with django_assert_max_num_queries(4):
        client.get("/api/v1/cases")
