"""Names are one name however they are typed: also for who makes a new one."""

import pytest
from django.core.exceptions import ValidationError

from core.names import PersonNameField
from organisations.models import Organisation
from taxonomy.models import Technique, Theme

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("model", [Organisation, Theme, Technique])
@pytest.mark.parametrize(
    "again", ["'S-HERTOGENBOSCH", "’s\u2011Hertogenbosch", "'s-Hertogenbo\u0301sch", " 's-Hertogenbosch"]
)
def test_a_name_that_is_there_is_refused_however_it_is_typed(model: type, again: str) -> None:
    first = model.objects.create(name="'s-Hertogenbosch")
    with pytest.raises(ValidationError, match="is er al") as refused:
        model(name=again).full_clean()
    assert list(refused.value.message_dict) == ["name"]
    first.name = again
    first.full_clean()


def test_a_double_of_long_ago_can_still_be_saved() -> None:
    Organisation.objects.create(name="Curriculumcommissie")
    double = Organisation.objects.create(name="curriculumcommissie")
    double.website = "https://example.org"
    double.full_clean()


@pytest.mark.parametrize(
    "text", ["<b>Koop</b>", "Koop www.spam.example", "http://spam.example", "noor@adres.example"]
)
def test_a_person_is_not_called_markup_or_an_address(text: str) -> None:
    with pytest.raises(ValidationError):
        PersonNameField().clean(text)


@pytest.mark.parametrize("name", ["Noor", "d’Arc-van ’t Hof", "J.R. de Vries (MSc)", "Ünal", "李"])
def test_names_of_people_are_taken_as_they_are(name: str) -> None:
    assert PersonNameField().clean(name) == name
