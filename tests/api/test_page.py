"""The page for people about the API: what there is, with answers of this moment, the same for everybody."""

import json
import re
import time
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.cache import caches
from django.test import Client
from django.utils import timezone

from api.operations import api
from search.query.facets import shared_facets
from users.models import User

pytestmark = pytest.mark.django_db


def examples(page: BeautifulSoup) -> dict[str, Any]:
    """Return the answers that the page shows, by the address without the site."""
    answers = page.select("pre")
    addresses = [
        re.sub(r"^http://[^/]+", "", answer.find_previous("p").get_text(strip=True)) for answer in answers
    ]
    return {
        address: json.loads(answer.get_text()) for address, answer in zip(addresses, answers, strict=True)
    }


@pytest.mark.parametrize(("address", "language"), [("/api/", "nl"), ("/en/api/", "en")])
def test_it_names_every_address_and_filter(
    network: dict[str, Any], client: Client, address: str, language: str
) -> None:
    answer = client.get(address)
    page = BeautifulSoup(answer.text, "html.parser")
    assert page.html["lang"] == language
    terms = [term.select_one("code").get_text() for term in page.select("dl.terms dt")]
    assert set(api.get_openapi_schema()["paths"]) == {term for term in terms if term.startswith("/api/v1/")}
    assert {facet.name for facet in shared_facets()} <= set(terms)
    assert page.select_one('a[href="/api/v1/openapi.json"]')
    assert page.select_one('a[rel~="license"]')["href"].startswith(
        "https://creativecommons.org/licenses/by/4.0/"
    )


def test_its_examples_are_what_the_api_answers(network: dict[str, Any], client: Client) -> None:
    shown = examples(BeautifulSoup(client.get("/api/").text, "html.parser"))
    assert len(shown) == 5
    for address, answer in shown.items():
        real = client.get(address).json()
        assert answer.keys() == real.keys()
        short = {
            key for key, value in real.items() if not isinstance(value, list | dict | str) or len(value) < 2
        }
        assert {key: answer[key] for key in short} == {key: real[key] for key in short}
    assert shown["/api/v1/cases?phase=klaar"]["status"] == 400
    assert "gemaal" in next(address for address in shown if address.startswith("/api/v1/cases/"))


def test_a_site_without_cases_has_a_page_too(site_frame: Any, client: Client) -> None:
    assert len(examples(BeautifulSoup(client.get("/api/").text, "html.parser"))) == 3


def test_it_is_the_same_for_members_and_for_readers_of_any_language(
    network: dict[str, Any], client: Client
) -> None:
    everybody = examples(
        BeautifulSoup(client.get("/api/", headers={"Accept-Language": "en"}).text, "html.parser")
    )
    client.force_login(User.objects.create_user("noor@gemeente.example", approved_at=timezone.now()))
    assert examples(BeautifulSoup(client.get("/api/").text, "html.parser")) == everybody
    assert everybody["/api/v1/themes?page_size=1"]["results"][0]["name"] == "Verkeer"
    english = examples(BeautifulSoup(client.get("/en/api/").text, "html.parser"))
    assert english["/api/v1/themes?page_size=1"]["results"][0]["name"] == "Traffic"


@pytest.mark.usefixtures("no_time_passes")
def test_who_may_ask_no_more_still_reads_answers(network: dict[str, Any], client: Client) -> None:
    caches["counters"].set("api-127.0.0.1", [time.time()] * 600)
    assert client.get("/api/v1/themes").status_code == 429
    assert {
        answer.get("status")
        for answer in examples(BeautifulSoup(client.get("/api/").text, "html.parser")).values()
    } == {
        None,
        400,
    }


def test_it_is_linked_at_the_foot_of_every_page(site_frame: Any, client: Client) -> None:
    for address, link in (("/", "/api/"), ("/en/", "/en/api/")):
        page = BeautifulSoup(client.get(address).text, "html.parser")
        assert page.select_one(f'.site-footer a[href="{link}"]')


def test_it_costs_the_same_number_of_queries_however_much_there_is(
    network: dict[str, Any], client: Client, django_assert_max_num_queries: Any
) -> None:
    client.get("/api/")
    with django_assert_max_num_queries(20):
        client.get("/api/")
