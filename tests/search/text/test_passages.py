"""Long texts are cut into passages of whole sentences."""

import random

import pytest

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


@pytest.mark.parametrize(
    "sentence",
    [
        "Wat het kostte, staat niet in de bron.",
        "De kosten staan niet in het artikel.",
        "Hoeveel het opleverde vertelt de bron niet.",
        "De bron is openbaar, maar een jaar noemt het rapport niet.",
        "De uitkomst is nog niet bekend.",
        "De uitkomst is niet bekend.",
        "The source does not say what it costs.",
        "The result is not yet known.",
        "The result is not known.",
    ],
)
def test_a_sentence_that_says_what_is_not_known_answers_no_question(sentence: str) -> None:
    assert cut(f"Zij meet zout. {sentence} Dat scheelt geld.") == ["Zij meet zout. Dat scheelt geld."]
    assert cut(sentence) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "De bron is open data: iedereen mag die gebruiken.",
        "Je deelt dus de uitkomst, niet de bron.",
        "De put staat niet in de weg van het verkeer.",
        "De pomp staat niet in de kelder maar op het dak.",
        "De gemeente geeft de sleutel niet zomaar weg.",
        "Dat is niet bekend bij inwoners.",
        "The sensor does not need power.",
        "The method is not known to many.",
    ],
)
def test_a_sentence_that_only_looks_like_that_stays(sentence: str) -> None:
    assert cut(f"Begin. {sentence}") == [f"Begin. {sentence}"]
