"""The page of an organisation."""

import pytest
from django.test import Client

from organisations.models import Organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def breda() -> Organisation:
    """Return an organisation."""
    return Organisation.objects.create(
        name="Gemeente Breda", kind="gemeente", province="noord-brabant", inhabitants=180937
    )


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
