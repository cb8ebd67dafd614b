"""What a visitor typed, made safe."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.text.terms import (
    MOST_CHARACTERS,
    MOST_TERMS,
    clean_query,
    fold,
    split_words,
    text_words,
    word_spans,
)
from search.text.vocabulary import Words, different_words, split_text


@given(st.text(max_size=3000))
def test_a_cleaned_query_is_short_printable_and_stays_the_same_when_cleaned_again(text: str) -> None:
    cleaned = clean_query(text)
    assert len(cleaned) <= MOST_CHARACTERS
    assert len(cleaned.split()) <= MOST_TERMS
    assert cleaned.isprintable() or not cleaned
    assert clean_query(cleaned) == cleaned
    cleaned.encode()


@given(st.text(max_size=300))
def test_folded_text_has_nothing_that_a_database_refuses(text: str) -> None:
    folded = fold(text)
    assert "\0" not in folded
    folded.encode()


def test_halves_of_characters_are_left_out() -> None:
    assert clean_query("weg\ud800dek\x00 brug") == "wegdek brug"


def test_accents_and_case_do_not_matter() -> None:
    assert split_words("Coördinatie COORDINATIE café") == ["coordinatie", "cafe"]


def test_words_keep_their_hyphens() -> None:
    assert split_words("‘open-data’ & e-mail!") == ["open-data", "e-mail"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a.v.g. en avg", ["avg", "en", "avg"]),
        ("iso27001, iso-27001, nen 2767", ["iso", "27001", "iso", "27001", "nen", "2767"]),
        ("co2 4g a2 h2o a12", ["co2", "4g", "a2", "h2o", "a12"]),
        ("j.w.janssen www.breda.nl", ["jw", "janssen", "www", "breda", "nl"]),
    ],
)
def test_abbreviations_and_codes_are_read_as_the_index_does(text: str, words: list[str]) -> None:
    assert text_words(text) == [word for word, _, _ in word_spans(text)] == words


def test_the_words_of_a_text_are_those_of_its_pieces() -> None:
    text = (
        "a.v.g. iso27001, (e-mail) open-data-beleid\nco2-uitstoot e-mail; "
        "'s avonds\u00a0gemeente's j.w.janssen -x- 100-200"
    )
    assert different_words(text) == set(split_text(text))


def test_a_text_has_what_is_written_with_a_hyphen_in_both_ways() -> None:
    assert split_text("e-mail over open-data-beleid") == [
        "e",
        "mail",
        "over",
        "open",
        "data",
        "beleid",
        "e-mail",
    ]
    assert Words({"e-mail": 1}).hyphenated == {"email": "e mail"}
