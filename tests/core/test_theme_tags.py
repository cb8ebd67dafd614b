"""What templates ask of the theme."""

from django.template import Context, Template
from django.utils.translation import override

CARD = Template('{% include "components/card_case.html" %}')


def show(language: str) -> str:
    return CARD.render(Context({"hit": {"title": "Roads", "summary": "About roads", "language": language}}))


def test_a_text_in_another_language_says_so() -> None:
    with override("nl"):
        assert show("en").count('lang="en"') == 2
        assert "lang=" not in show("nl")
        assert "lang=" not in show("")
