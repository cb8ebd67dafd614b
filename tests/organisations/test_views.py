"""The page of an organisation."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from organisations.models import Organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def breda() -> Organisation:
    """Return an organisation."""
    facts = {"province": "noord-brabant", "inhabitants": 180937, "inhabitants_year": 2016}
    return Organisation.objects.create(name="Gemeente Breda", kind="gemeente", **facts)


@pytest.mark.parametrize("path", ["/organisaties/gemeente-breda/", "/en/organisaties/gemeente-breda/"])
def test_an_organisation_has_a_page_in_both_languages(client: Client, breda: Organisation, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200
    assert "Noord-Brabant" in response.content.decode()


def test_an_organisation_that_does_not_exist_is_not_found(client: Client) -> None:
    assert client.get("/organisaties/nergens/").status_code == 404


def test_a_body_that_ended_keeps_its_page_and_says_so(client: Client, breda: Organisation) -> None:
    breda.ended_date = "2001-01-01"
    breda.save()
    assert "opgeheven op 1 januari 2001" in client.get("/organisaties/gemeente-breda/").content.decode()


def test_a_name_cannot_bring_markup_onto_the_page(client: Client) -> None:
    Organisation.objects.create(name="<script>alert(1)</script>", slug="x", aliases="<b>vet</b>")
    page = client.get("/organisaties/x/").content.decode()
    assert "<script>alert" not in page
    assert "<b>vet" not in page


def test_the_year_of_a_number_of_inhabitants_is_that_of_the_number(
    client: Client, breda: Organisation
) -> None:
    assert "peiljaar 2016, bron: CBS" in client.get("/organisaties/gemeente-breda/").text
    breda.inhabitants_year = 2031
    breda.save()
    page = client.get("/organisaties/gemeente-breda/").text
    assert "180.937" in page
    assert "peiljaar 2031" in page
    assert "2016" not in page


def test_an_editor_says_of_which_year_a_number_is(breda: Organisation) -> None:
    breda.full_clean()
    breda.inhabitants_year = None
    with pytest.raises(ValidationError) as error:
        breda.full_clean()
    assert error.value.message_dict == {"inhabitants_year": ["Vul in van welk jaar het aantal inwoners is."]}


def test_more_bodies_like_it_cost_a_page_no_more_queries(
    client: Client, breda: Organisation, django_assert_max_num_queries: Any
) -> None:
    for number in range(10):
        Organisation.objects.create(name=f"Gemeente {number}", kind="gemeente", inhabitants=200_000)
    client.get("/organisaties/gemeente-breda/")
    with django_assert_max_num_queries(6):
        assert "Gemeente 5" in client.get("/organisaties/gemeente-breda/?nieuw").text
