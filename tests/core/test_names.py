"""Names are one name however they are typed: also for who makes a new one."""

import pytest
from django.core.exceptions import ValidationError

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
