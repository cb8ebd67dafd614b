"""The list of organisations begins with those that take part in something, and says in what."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.test import Client

from organisations.models import Organisation
from practices.models import PracticeIndexPage, PracticeOrganisation, PracticePage

pytestmark = pytest.mark.both_databases


@pytest.fixture
def add_case(site_frame: Any) -> Any:
    """Return a maker of public cases of these organisations."""
    index = PracticeIndexPage.objects.get(locale__language_code="nl")

    def add(title: str, *bodies: Organisation) -> PracticePage:
        page = index.add_child(instance=PracticePage(title=title))
        page.organisation_links = [PracticeOrganisation(organisation=body) for body in bodies]
        page.save_revision().publish()
        return page

    return add


def rows(path: str = "/organisaties/") -> list[str]:
    """Return the rows of those that take part."""
    soup = BeautifulSoup(Client().get(path).content, "html.parser")
    return [row.get_text(" ", strip=True).replace("\u00ad", "") for row in soup.select(".taking-part li")]


def test_who_takes_part_in_most_comes_first_with_the_newest_case(add_case: Any) -> None:
    breda, venlo, _idle = (
        Organisation.objects.create(name=f"Gemeente {name}") for name in ("Breda", "Venlo", "Aalten")
    )
    add_case("Oud", venlo)
    add_case("Nieuw", venlo, breda)
    assert rows() == ["Gemeente Venlo Nieuw en nog 1 praktijkvoorbeeld", "Gemeente Breda Nieuw"]


def test_what_is_not_public_is_not_named(add_case: Any) -> None:
    breda = Organisation.objects.create(name="Gemeente Breda")
    add_case("Weg", breda).unpublish()
    add_case("Besloten", breda).view_restrictions.create(restriction_type="login")
    assert rows() == []


def test_who_looks_for_something_gets_just_that(add_case: Any) -> None:
    add_case("Nieuw", Organisation.objects.create(name="Gemeente Breda"))
    for query in ("q=venlo", "soort=gemeente", "organisatiesoort=gemeente", "pagina=2"):
        assert bool(rows(f"/organisaties/?{query}")) == (query == "soort=gemeente")  # which is no filter here


@pytest.mark.django_db
def test_a_water_board_is_found_in_each_of_its_provinces() -> None:
    body = Organisation(
        name="Waterschap", kind="waterschap", province="overijssel", other_provinces=" Drenthe,Fryslân "
    )
    body.full_clean()
    assert body.other_provinces == "Drenthe, Fryslân"
    assert body.search_content().facets["province"] == ("overijssel", "drenthe", "fryslan")
    body.other_provinces = "Drente"
    with pytest.raises(ValidationError) as error:
        body.full_clean()
    assert "Dit is geen provincie: Drente." in error.value.message_dict["other_provinces"]
