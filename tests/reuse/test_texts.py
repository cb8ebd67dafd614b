"""Adopters hear of a case that says something else, not of a mended sentence."""

from typing import Any

import pytest

from reuse.models import Adoption
from reuse.texts import has_changed

LONG = " ".join(f"Zin nummer {number} over het gemaal." for number in range(14))


@pytest.fixture
def row(case: Any, record: Any) -> Adoption:
    """Return an adoption of a case with a long summary."""
    publish(case, LONG)
    return record(page=type(case).objects.get(pk=case.pk))


def publish(case: Any, summary: str) -> None:
    """Publish the case with this summary."""
    case.summary = summary
    case.save_revision().publish()


@pytest.mark.parametrize(
    ("summary", "expected"),
    [
        (LONG, False),
        (LONG.replace("nummer 3 ", "nummer drie "), False),
        ("Het gemaal is verkocht. We doen het nu met de hand.", True),
    ],
)
def test_a_mended_sentence_is_no_news(case: Any, row: Adoption, summary: str, expected: bool) -> None:
    publish(type(case).objects.get(pk=case.pk), summary)
    assert has_changed(Adoption.objects.get(pk=row.pk)) == expected


def test_without_the_text_of_that_time_nothing_is_said(case: Any, row: Adoption) -> None:
    publish(type(case).objects.get(pk=case.pk), "Iets heel anders.")
    Adoption.objects.update(revision=None)
    assert not has_changed(Adoption.objects.get(pk=row.pk))
