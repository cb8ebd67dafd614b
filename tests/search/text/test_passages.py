"""Long texts are cut into passages of whole sentences."""

import random

from core.searchable import Passage
from search.text.passages import MOST_CHARACTERS, build_passages, cut


def test_sentences_stay_whole() -> None:
    sentence = "De gemeente meet waar het water staat. "
    portions = cut(sentence * 60)
    assert all(len(portion) <= MOST_CHARACTERS and portion.endswith("staat.") for portion in portions)
    assert " ".join(portions) == (sentence * 60).strip()


def test_no_passage_is_longer_and_no_word_is_lost() -> None:
    draw = random.Random(7)
    for _ in range(200):
        words = [
            "w" * draw.choice([1, 5, 9, 800]) + draw.choice(["", ".", "!", "\n", ";\n\n"])
            for _ in range(draw.randint(0, 120))
        ]
        portions = cut(" ".join(words))
        assert all(0 < len(portion) <= MOST_CHARACTERS for portion in portions)
        assert "".join("".join(portions).split()) == "".join(" ".join(words).split())


def test_every_passage_knows_its_section() -> None:
    sections = [
        Passage("Aanpak", "Een zin. " * 200, "aanpak"),
        Passage("Resultaat", "Kort.", "resultaat"),
        Passage("Leeg", " ", "x"),
    ]
    passages = build_passages(sections)
    assert {(part.label, part.anchor) for part in passages} == {
        ("Aanpak", "aanpak"),
        ("Resultaat", "resultaat"),
    }
    assert len(passages) == 4
