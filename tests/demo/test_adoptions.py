"""Reuse in the demonstration: every state, said of bodies that do not exist, and counted nowhere."""

import json
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from demo.adoptions import DATA
from demo.members import MADE_UP, build_specialists
from organisations.likeness import like
from organisations.models import Organisation
from practices.models import PracticePage
from reuse.choices import Standing, Status
from reuse.models import Adoption

pytestmark = pytest.mark.usefixtures("demonstration", "db")
CASE = "/praktijkvoorbeelden/rioolgemalen-rijnland/"


def made_up() -> Any:
    return Organisation.objects.filter(name__endswith=MADE_UP)


def test_no_real_body_is_said_to_do_something() -> None:
    assert Adoption.objects.count() == len(json.loads(DATA.read_text(encoding="utf-8"))["adoptions"])
    assert not Adoption.objects.exclude(is_demo=True, organisation__in=made_up()).exists()
    assert not Adoption.objects.proposed().exists()  # the document says of nobody that it took something over


def test_every_state_is_there() -> None:
    assert set(Adoption.objects.values_list("status", flat=True)) == set(Status.values)
    assert set(Adoption.objects.values_list("standing", flat=True)) == {Standing.CONFIRMED, Standing.AGED}
    assert not Adoption.objects.filter(status=Status.STOPPED, stop_reason="").exists()
    assert Adoption.objects.filter(contact__is_demo=True, has_contact_agreed=True).exists()


def test_none_counts_and_each_is_labelled(client: Client) -> None:
    assert not Adoption.objects.counted().exists()
    assert {card.reuse for card in PracticePage.cards()} == {0}
    page = BeautifulSoup(client.get(f"{CASE}hergebruik/").content, "html.parser")
    rows = page.select(".takers li")
    assert len(rows) == 4
    for row in rows:
        assert "verzonnen voorbeeld" in row.get_text()
        assert MADE_UP in row.select_one("a").get_text()
    assert page.select(".totals") == []
    assert len(page.select(".tree a")) == 5
    assert [item.get_text(" ", strip=True) for item in page.select(".years li") if "Gestopt:" in item.text]
    assert "via Nergenssluis (verzonnen) en Fabelveen (verzonnen) naar Gemeente Fabelstad" in page.get_text()


def test_a_made_up_body_is_compared_with_none_and_no_specialist_is_drawn_there() -> None:
    bodies = set(made_up())
    assert len(bodies) == 5
    for body in bodies:
        assert not like(body)
    kinds = {body.kind: body for body in Organisation.objects.current().exclude(pk__in=made_up())}
    assert not bodies & {found for body in kinds.values() for found in like(body)}
    assert not bodies & {person.organisation for person in build_specialists()}


@pytest.mark.parametrize("slug", ["betalingsachterstand-amsterdam", "vik-breda"])
def test_a_plan_of_others_in_the_document_is_no_adoption(client: Client, slug: str) -> None:
    """Eighty municipalities go on with a pilot, and the VNG looks into another: text and figures say that."""
    page = client.get(f"/praktijkvoorbeelden/{slug}/hergebruik/").content.decode()
    assert "Nog geen andere organisatie liet weten" in page
