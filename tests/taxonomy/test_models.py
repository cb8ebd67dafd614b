"""Terms: their names, their slugs, and how they are found."""

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from taxonomy.models import Technique, Theme

pytestmark = pytest.mark.django_db


def test_a_label_follows_the_active_language() -> None:
    theme = Theme(name="Armoede", name_en="Poverty")
    with override("en"):
        assert theme.label == "Poverty"
    with override("nl"):
        assert theme.label == "Armoede"


def test_a_label_without_english_name_is_dutch() -> None:
    with override("en"):
        assert Theme(name="Armoede").label == "Armoede"


def test_a_slug_is_made_of_the_name_and_stays() -> None:
    theme = Theme.objects.create(name="Armoede & schulden")
    assert theme.slug == "armoede-schulden"
    theme.name = "Schulden"
    theme.save()
    assert theme.slug == "armoede-schulden"


def test_names_that_give_one_slug_get_two() -> None:
    assert [Technique.objects.create(name=name).slug for name in ("C", "C++", "C#", "数据")] == [
        "c",
        "c-2",
        "c-3",
        "term",
    ]


def test_a_slug_with_capitals_is_refused() -> None:
    with pytest.raises(ValidationError, match="kleine letters"):
        Theme(name="Mest", slug="Mest").full_clean()


def test_terms_are_found_by_slug_and_by_both_names() -> None:
    technique = Technique.objects.create(name="Tekstanalyse", name_en="Text analysis")
    found = Technique.objects.by_words()
    assert found["tekstanalyse"] == found["text analysis"] == technique


def test_themes_keep_the_order_that_editors_gave_them() -> None:
    Theme.objects.create(name="A", order=2)
    Theme.objects.create(name="B", order=1)
    assert [theme.name for theme in Theme.objects.all()] == ["B", "A"]
