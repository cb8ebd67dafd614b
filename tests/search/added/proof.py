"""A class, a line and a template make a kind, and one object a facet, wherever they are shown or asked."""

from typing import Any

import pytest
from added.models import Event
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.test import Client

from core.searchable import searchable_models
from querylog import labels
from search.index.documents import build_index_body
from search.index.indexing import bring_in_line
from search.models import SearchEntry
from search.semantic.vectors import texts_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def events() -> None:
    """Have two events that can be found."""
    for slug, season in (("zomerdag", "summer"), ("winterdag", "winter")):
        Event.objects.create(slug=slug, title=slug.title(), season=season)
    bring_in_line("added.event", list(Event.objects.values_list("pk", flat=True)))


def shown(client: Client, address: str, **asked: str) -> Any:
    """Return a page with results."""
    return BeautifulSoup(client.get(address, asked).text, "html.parser")


def test_the_page_finds_it_shows_it_by_its_template_and_narrows_by_its_facet(client: Client) -> None:
    page = shown(client, "/zoeken/", q="koffie")
    assert {title.text for title in page.select(".hit h3")} == {"Winterdag", "Zomerdag"}
    assert {art.text for art in page.select(".hit .art")} == {"een agenda"}
    assert {kind.text for kind in page.select(".hit .kind span")} == {"Bijeenkomst"}
    assert [field["value"] for field in page.select("#facet-seizoen input")] == [
        "winter",
        "summer",
    ]  # by label
    assert page.select_one("#facet-soort input[value=event]")
    page = shown(client, "/zoeken/", q="koffie", seizoen="winter", soort="event")
    assert [title.text for title in page.select(".hit h3")] == ["Winterdag"]


def test_the_api_takes_the_filter_and_describes_it(client: Client) -> None:
    answer = client.get("/api/v1/search", {"season": "summer"}).json()
    assert [(hit["type"], hit["slug"]) for hit in answer["results"]] == [("event", "zomerdag")]
    assert {bucket["value"]: bucket["count"] for bucket in answer["facets"]["season"]} == {
        "summer": 1,
        "winter": 1,
    }
    assert client.get("/api/v1/search", {"season": "spring"}).status_code == 400
    operations = client.get("/api/v1/openapi.json").json()["paths"]
    described = {each["name"]: each for each in operations["/api/v1/search"]["get"]["parameters"]}
    assert described["season"]["description"] == "when it is held"
    assert described["season"]["schema"]["items"]["enum"] == ["summer", "winter"]
    assert "event" in described["type"]["schema"]["items"]["enum"]
    assert "season" not in {each["name"] for each in operations["/api/v1/cases"]["get"]["parameters"]}


def test_the_index_has_its_field_and_its_vectors() -> None:
    assert build_index_body([], [])["mappings"]["properties"]["facets"]["properties"]["season"] == {
        "type": "keyword"
    }
    document = SearchEntry.objects.get(
        object_id=Event.objects.get(slug="zomerdag").pk, label="added.event"
    ).document
    assert document["rank"] == len(searchable_models()) - 1
    assert texts_of(document) == ["Zomerdag. koffie en thee"]


def test_suggestions_and_the_report_of_questions_name_it(client: Client) -> None:
    assert [row["type"] for row in client.get("/api/v1/suggest", {"q": "zomer"}).json()["suggestions"]] == [
        "event"
    ]
    assert labels.FACETS["season"] == "Seizoen"


def test_nothing_is_wrong_with_it_for_the_checks_of_the_site() -> None:
    call_command("check")
