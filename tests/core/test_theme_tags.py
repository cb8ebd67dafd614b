"""What templates ask of the theme."""

from django.template import Context, Template
from django.utils.translation import override

ICONS = Template('{% load theme %}{% icon "search" %}{% icon "search" "s" %}{% icon "menu" %}')
CARD = Template('{% include "components/card_case.html" %}')


def show(language: str) -> str:
    return CARD.render(Context({"hit": {"title": "Roads", "summary": "About roads", "language": language}}))


def test_a_text_in_another_language_says_so() -> None:
    with override("nl"):
        assert show("en").count('lang="en"') == 2
        assert "lang=" not in show("nl")
        assert "lang=" not in show("")


def test_a_drawing_is_of_its_name_and_size() -> None:
    search, small, menu = filter(None, map(str.strip, ICONS.render(Context()).split("</svg>")))
    assert 'class="icon"' in search
    assert search.replace('class="icon"', 'class="icon icon--s"') == small
    assert search != menu
