"""Organisations: what they are called, and which of them are found."""

import datetime

import pytest
from django.utils import timezone

from organisations.models import Organisation

pytestmark = pytest.mark.django_db

BREDA = {
    "name": "Gemeente Breda",
    "short_name": "Breda",
    "uri": "https://identifier.overheid.nl/tooi/id/gemeente/gm0758",
    "aliases": "Breda (Noord-Brabant)\n  \nStad Breda",
    "kind": "gemeente",
    "province": "noord-brabant",
}


@pytest.mark.parametrize(
    "word", ["gemeente breda", "BREDA", "Stad Breda", " Breda ", BREDA["uri"], BREDA["uri"].upper()]
)
def test_any_of_its_names_finds_an_organisation_whatever_the_case(word: str) -> None:
    breda = Organisation.objects.create(**BREDA)
    assert Organisation.objects.resolve(word) == breda


def test_a_short_name_that_two_bodies_share_finds_neither() -> None:
    Organisation.objects.create(name="Gemeente Utrecht", short_name="Utrecht")
    Organisation.objects.create(name="Provincie Utrecht", short_name="Utrecht")
    assert Organisation.objects.resolve("Utrecht") is None
    assert Organisation.objects.resolve("Provincie Utrecht") is not None


def test_a_full_name_wins_over_a_short_name_of_another() -> None:
    Organisation.objects.create(name="Aardig", short_name="Zeker")
    other = Organisation.objects.create(name="Zeker")
    assert Organisation.objects.resolve("zeker") == other


def test_a_body_that_exists_wins_over_one_that_ended() -> None:
    Organisation.objects.create(name="Oud", short_name="Dienst", ended_date=datetime.date(2001, 1, 1))
    new = Organisation.objects.create(name="Zuster", short_name="Dienst")
    assert Organisation.objects.resolve("dienst") == new


def test_names_that_give_one_slug_get_two() -> None:
    assert [Organisation.objects.create(name=name).slug for name in ("CAK", "CAK!", "!")] == [
        "cak",
        "cak-2",
        "organisatie",
    ]


def test_a_slug_stays_when_the_name_changes() -> None:
    body = Organisation.objects.create(name="Agentschap Telecom")
    body.name = "Rijksinspectie Digitale Infrastructuur"
    body.save()
    assert body.slug == "agentschap-telecom"


def test_two_bodies_may_lack_an_identifier() -> None:
    for name in ("VNG", "IPO"):
        Organisation.objects.create(name=name, uri="")
    assert Organisation.objects.filter(uri=None).count() == 2


def test_a_body_that_ended_is_not_found_but_one_that_will_end_is() -> None:
    today = timezone.localdate()
    Organisation.objects.create(name="Weg", ended_date=today)
    Organisation.objects.create(name="Nog even", ended_date=today + datetime.timedelta(days=1))
    assert [body.name for body in Organisation.findable()] == ["Nog even"]


def test_search_knows_its_names_kind_and_province_and_not_its_identifier() -> None:
    content = Organisation.objects.create(**BREDA).search_content()
    assert content.title == "Gemeente Breda"
    assert content.other_names == ("Breda", "Breda (Noord-Brabant)", "Stad Breda")
    assert content.facets["organisation_kind"] == ("gemeente",)
    assert content.facets["province"] == ("noord-brabant",)


def test_a_card_shows_the_short_name_where_one_is_in_use() -> None:
    ministry = Organisation(name="Ministerie van Binnenlandse Zaken", abbreviation="BZK", kind="ministerie")
    assert ministry.display_name == "BZK"
    assert Organisation(**BREDA).display_name == "Gemeente Breda"
