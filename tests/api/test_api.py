"""The API as others use it: its description, its names, its errors."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client

from organisations.models import Organisation
from pages.models import ContentPage, HomePage

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
        "/api/v1/cases/{slug}/adoptions",
        "/api/v1/cases/{slug}/similar",
        "/api/v1/organisations/{slug}/adoptions",
        "/api/v1/themes",
        "/api/v1/techniques",
        "/api/v1/organisations",
    }
    names = {parameter["name"] for parameter in description["paths"]["/api/v1/search"]["get"]["parameters"]}
    facets = {
        "type",
        "theme",
        "technique",
        "organisation",
        "organisation_kind",
        "size",
        "province",
        "phase",
        "year",
        "language",
        "reuse",
        "outcome",
    }
    assert names == {"q", "page", "page_size", "sort", "literal"} | facets
    names = {parameter["name"] for parameter in description["paths"]["/api/v1/cases"]["get"]["parameters"]}
    assert names == {"page", "page_size"} | facets - {"type"}


def test_the_description_says_that_errors_are_problems(client: Client, db: None) -> None:
    description = client.get("/api/v1/openapi.json").json()
    answers = [path["get"]["responses"] for path in description["paths"].values()]
    kinds = {
        (status < "400", *answer.get("content", {})) for each in answers for status, answer in each.items()
    }
    # The server in front says by itself that an address is too long.
    assert kinds == {(True,), (True, "application/json"), (False, "application/problem+json"), (False,)}
    assert all({"200", "304", "400", "414", "429", "503"} <= each.keys() for each in answers)
    assert description["servers"] == [{"url": settings.WAGTAILADMIN_BASE_URL}]


def test_a_search_has_the_names_of_the_contract(client: Client, cases: None) -> None:
    answer = client.get("/api/v1/search", {"q": "eerste", "type": "case"}).json()
    assert set(answer) == {"total", "page", "page_size", "engine", "suggestion", "results", "maybe", "facets"}
    (hit,) = answer["results"]
    assert {
        "type",
        "slug",
        "title",
        "url",
        "summary",
        "highlights",
        "score",
        "organisations",
        "place",
        "theme",
    } <= set(hit)
    assert hit["url"] == "http://testserver/praktijkvoorbeelden/eerste/"
    assert set(answer["facets"]["type"][0]) == {"value", "label", "count", "selected"}


def test_a_question_is_asked_as_it_was_typed_when_that_is_meant(client: Client, cases: None) -> None:
    from search.text import vocabulary

    vocabulary.add("everyone", {"tweede": 3})
    vocabulary._KEPT.clear()
    corrected = client.get("/api/v1/search", {"q": "twede", "type": "case"}).json()
    assert (corrected["suggestion"], corrected["total"]) == ("tweede", 1)
    literal = client.get("/api/v1/search", {"q": "twede", "type": "case", "literal": "1"}).json()
    assert (literal["suggestion"], literal["total"]) == (None, 0)
    assert (
        client.get("/api/v1/search", {"q": "twede", "type": "case", "literal": "misschien"}).status_code
        == 400
    )


def test_cases_come_in_pages(client: Client, cases: None) -> None:
    first = client.get("/api/v1/cases", {"page_size": 1}).json()
    second = client.get("/api/v1/cases", {"page_size": 1, "page": 2}).json()
    assert (first["total"], len(first["results"])) == (2, 1)
    assert first["results"] != second["results"]
    assert client.get("/api/v1/cases", {"page": 99}).json()["results"] == []


def test_a_case_has_the_fields_of_the_exchange_format_without_the_contact(
    client: Client, cases: None
) -> None:
    from practices.exchange.fields import FIELDS

    case = client.get("/api/v1/cases/eerste").json()
    assert set(case) == {name for name in FIELDS if name not in {"contact", "adoptions"}} | {
        "url",
        "updated",
        "links",
    }


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


@pytest.mark.parametrize(
    ("parameters", "reader", "path"),
    [
        ({}, "nl", "/over-proef/"),
        ({}, "en", "/en/about-proef/"),
        ({"language": "en"}, "nl", "/en/about-proef/"),
        ({"language": "nl"}, "en", "/over-proef/"),
        ({"language": ["nl", "en"]}, "nl", "/over-proef/ /en/about-proef/"),
    ],
)
def test_texts_of_the_site_come_in_the_language_of_the_reader_or_in_the_one_asked_for(
    site_frame: Any, run_tasks: Any, client: Client, parameters: dict[str, Any], reader: str, path: str
) -> None:
    english = HomePage.objects.get(locale__language_code="en")
    for parent, slug in ((site_frame, "over-proef"), (english, "about-proef")):
        page = parent.add_child(instance=ContentPage(title="Kwartel", slug=slug, locale=parent.locale))
        page.save_revision().publish()
    run_tasks()
    asked = {"q": "kwartel", "type": "page"} | parameters
    answer = client.get("/api/v1/search", asked, headers={"Accept-Language": reader}).json()
    found = {urlsplit(hit["url"]).path for hit in answer["results"]}
    assert found == set(path.split())
    assert answer["total"] == len(found)


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
    with django_assert_max_num_queries(2):
        client.get("/api/v1/cases")


def test_slugs_stand_beside_the_names_in_a_case_and_in_the_list(
    network: dict[str, Any], client: Client
) -> None:
    case = client.get("/api/v1/cases/asfalt").json()
    assert (case["themes"], case["techniques"], case["organisations"]) == (
        ["verkeer"],
        ["Voorspellend model"],
        ["Gemeente Breda"],
    )
    assert case["links"] == {
        "themes": [
            {
                "slug": "verkeer",
                "name": "Verkeer",
                "url": "http://testserver/praktijkvoorbeelden/?thema=verkeer",
            },
        ],
        "techniques": [
            {
                "slug": "voorspellend-model",
                "name": "Voorspellend model",
                "url": "http://testserver/praktijkvoorbeelden/?techniek=voorspellend-model",
            }
        ],
        "organisations": [
            {"slug": "breda", "name": "Gemeente Breda", "url": "http://testserver/organisaties/breda/"}
        ],
        "reused_by": [
            {
                "slug": "gemeente-proef-0",
                "name": "Gemeente Proef 0",
                "url": "http://testserver/organisaties/gemeente-proef-0/",
            }
        ],
    }
    listed = {row["slug"]: row for row in client.get("/api/v1/cases").json()["results"]}
    assert listed["asfalt"] == {name: case[name] for name in listed["asfalt"]}
    english = client.get("/api/v1/cases/asfalt", headers={"Accept-Language": "en"}).json()["links"]["themes"]
    assert english == [
        {
            "slug": "verkeer",
            "name": "Traffic",
            "url": "http://testserver/en/praktijkvoorbeelden/?thema=verkeer",
        }
    ]


def test_a_case_says_when_it_went_live_last(network: dict[str, Any], client: Client) -> None:
    network["asfalt"].save_revision().publish()
    later = datetime.fromisoformat(client.get("/api/v1/cases/asfalt").json()["updated"])
    assert later > datetime.fromisoformat(client.get("/api/v1/cases/fiets").json()["updated"])
    network["asfalt"].refresh_from_db()
    assert abs(later - network["asfalt"].last_published_at) < timedelta(seconds=1)


def test_a_hit_has_organisation_place_and_theme(network: dict[str, Any], client: Client) -> None:
    (hit,) = client.get("/api/v1/search", {"q": "asfalt", "type": "case"}).json()["results"]
    assert hit["organisations"] == [
        {"slug": "breda", "name": "Gemeente Breda", "url": "http://testserver/organisaties/breda/"}
    ]
    assert hit["theme"]["slug"] == "verkeer"
    assert hit["place"] == "Breda"
    (body,) = client.get("/api/v1/search", {"q": "breda", "type": "organisation"}).json()["results"]
    assert (body["organisations"], body["place"], body["theme"]) == ([], "Noord-Brabant", None)


def test_what_may_be_meant_stands_apart_with_the_reason_in_the_language_of_the_reader(
    network: dict[str, Any], client: Client
) -> None:
    answer = client.get("/api/v1/search", {"q": "asfalt pilot", "theme": "verkeer"}).json()
    assert (answer["total"], answer["results"]) == (0, [])
    (hit,) = answer["maybe"]
    assert (hit["slug"], hit["reason"]) == ("asfalt", "Over asfalt, niet over pilot")
    assert hit["url"] == "http://testserver/praktijkvoorbeelden/asfalt/"
    assert hit["theme"]["slug"] == "verkeer"
    english = client.get(
        "/api/v1/search", {"q": "asfalt pilot", "theme": "verkeer"}, headers={"Accept-Language": "en"}
    ).json()
    assert [row["reason"] for row in english["maybe"]] == ["About asfalt, not about pilot"]
    sure = client.get("/api/v1/search", {"q": "asfalt", "type": "case"}).json()
    assert [row["reason"] for row in sure["results"]] == [None]
    assert sure["maybe"] == []


def test_what_may_be_meant_is_on_the_first_page_only(network: dict[str, Any], client: Client) -> None:
    asked = {"q": "breda asfalt", "type": "case", "page_size": 1}
    first = client.get("/api/v1/search", asked).json()
    second = client.get("/api/v1/search", asked | {"page": 2}).json()
    assert (first["total"], [hit["slug"] for hit in first["maybe"]]) == (1, ["fiets"])
    assert (second["total"], second["results"], second["maybe"]) == (1, [], [])


def test_every_address_in_an_answer_is_whole(network: dict[str, Any], client: Client) -> None:
    for address in (
        "search",
        "suggest?q=gem",
        "cases",
        "cases/fiets",
        "cases/asfalt/similar",
        "themes",
        "organisations",
    ):
        found = re.findall(r'"url": ?"([^"]*)"', client.get(f"/api/v1/{address}").text)
        assert found
        assert all(url.startswith("http://testserver/") for url in found)


def test_terms_come_with_their_cases_in_the_language_of_the_reader(
    network: dict[str, Any], client: Client
) -> None:
    network["asfalt"].unpublish()
    answer = client.get("/api/v1/themes", {"page_size": 1}).json()
    assert {name: answer[name] for name in ("total", "page", "page_size")} == {
        "total": 2,
        "page": 1,
        "page_size": 1,
    }
    assert answer["results"] == [
        {
            "slug": "verkeer",
            "name": "Verkeer",
            "url": "http://testserver/praktijkvoorbeelden/?thema=verkeer",
            "description": "Alles wat rijdt.",
            "cases": 1,
        }
    ]
    assert client.get("/api/v1/themes", {"page": 9}).json()["results"] == []
    (english, _water) = client.get("/api/v1/themes", headers={"Accept-Language": "en"}).json()["results"]
    assert (english["name"], english["description"]) == ("Traffic", "Alles wat rijdt.")
    assert [row["slug"] for row in client.get("/api/v1/techniques").json()["results"]] == [
        "voorspellend-model"
    ]


def test_only_organisations_that_anybody_may_find_are_listed(network: dict[str, Any], client: Client) -> None:
    Organisation.objects.create(name="Gemeente Aalweg", ended_date="2019-01-01")
    Organisation.objects.filter(slug="rijnland").update(
        ended_date="2020-01-01", uri="https://example.org/rijnland"
    )
    answer = client.get("/api/v1/organisations", {"page_size": 100}).json()
    assert answer["total"] == len(answer["results"])
    rows = {row["slug"]: row for row in answer["results"]}
    assert "gemeente-aalweg" not in rows
    assert (rows["breda"]["cases"], rows["breda"]["ended"], rows["breda"]["provinces"]) == (
        2,
        None,
        ["noord-brabant"],
    )
    assert rows["rijnland"] == {
        "slug": "rijnland",
        "name": "Hoogheemraadschap van Rijnland",
        "url": "http://testserver/organisaties/rijnland/",
        "kind": "waterschap",
        "provinces": [],
        "identifier": "https://example.org/rijnland",
        "ended": "2020-01-01",
        "cases": 2,
    }


@pytest.mark.parametrize("place", ["themes", "techniques", "organisations"])
def test_a_list_costs_two_queries(
    network: dict[str, Any], client: Client, django_assert_num_queries: Any, place: str
) -> None:
    with django_assert_num_queries(2):
        client.get(f"/api/v1/{place}")
