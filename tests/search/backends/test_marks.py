"""The database marks in a part of a text the word that was asked for, and not a letter more."""

import random

import pytest

from core.folding import fold
from search.backends.database import mark


@pytest.mark.parametrize(
    ("text", "word", "marked"),
    [
        ("Wat er gebeurt… daarna: Waterpeil", "waterpeil", "Waterpeil"),
        ("½ uur na het peil", "peil", "peil"),
        ("Straße met ﬁets en peil", "peil", "peil"),
        ("Het cafe\u0301 is open", "cafe", "cafe\u0301"),
        ("Het cafe\u0301, re\u0301ge\u0301 en … peil", "peil", "peil"),
        ("Het café is open", "cafe", "café"),
        ("Een ½ dag", "2", "½"),
        ("Een ﬁets", "fiets", "ﬁets"),
        ("Aan het eind: Waterpeil", "waterpeil", "Waterpeil"),
        ("Aan het eind: cafe\u0301", "cafe", "cafe\u0301"),
        ("Drie & <vier> …", "vier", "vier"),
    ],
)
def test_the_word_is_marked_whatever_stands_before_it(text: str, word: str, marked: str) -> None:
    assert f"<mark>{marked}</mark>" in mark(text, [word])


def test_what_is_marked_is_always_what_was_asked_for() -> None:
    draw = random.Random(3)
    pieces = ["peil", "…", "½", "e\u0301", "ß", "ﬁ", " ", "a", "é", "가", "\0", "İ", "ﷺ"]
    for _ in range(500):
        text = "".join(draw.choices(pieces, k=12)) + "peil" + "".join(draw.choices(pieces, k=6))
        hit = mark(text, ["peil"]).partition("<mark>")[2].partition("</mark>")[0]
        assert fold(hit) == "peil", text


def test_nothing_is_marked_in_a_text_without_the_word() -> None:
    assert mark("Waterpeil…", ["dijk"]) == ""
