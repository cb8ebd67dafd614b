"""Long Dutch words break where Dutch breaks them, and nothing else does."""

import pytest
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import override

from search.page.jinja import soft
from search.text.hyphenation import SOFT_HYPHEN, hyphenate
from search.text.terms import clean_query


@pytest.mark.parametrize(
    "word",
    [
        "Betalings-achterstand",
        "ziekte-kosten-verzekering",
        "Veiligheids-informatie-knoop-punt",
        "Praktijk-voorbeelden",
        "rioolgemalen",  # it fits
        "verantwoordelijkheden",  # no compound
        "Hoogheemraadschap",
    ],
)
def test_a_long_compound_breaks_between_its_parts(word: str) -> None:
    assert hyphenate(word.replace("-", "")).replace(SOFT_HYPHEN, "-") == word


def test_markup_stays_as_it_is() -> None:
    html = '<mark class="betalingsachterstand">betalingsachterstand</mark> &amp; &betalingsachterstand;'
    broken = hyphenate(html)
    assert broken.count(SOFT_HYPHEN) == 1
    assert f">betalings{SOFT_HYPHEN}achterstand<" in broken


def test_what_is_no_markup_yet_is_still_escaped() -> None:
    with override("nl"):
        assert not isinstance(soft("<b>betalingsachterstand"), SafeString)
        assert isinstance(soft(mark_safe("<b>betalingsachterstand</b>")), SafeString)


def test_only_dutch_is_broken() -> None:
    with override("nl"):
        assert soft("betalingsachterstand", "en") == "betalingsachterstand"
    with override("en"):
        assert soft("betalingsachterstand") == "betalingsachterstand"
        assert SOFT_HYPHEN in soft("betalingsachterstand", "nl")


def test_a_word_that_is_copied_from_a_heading_is_the_same_question() -> None:
    assert clean_query(hyphenate("de betalingsachterstand")) == "de betalingsachterstand"
