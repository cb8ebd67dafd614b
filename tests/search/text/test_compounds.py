"""Compounds are taken apart, and other words are left whole."""

import csv
from pathlib import Path

import pytest

from search.index.analysis import build_part_rules, build_query_rules, build_stem_rules
from search.text.compounds import get_splitter, parts_of
from search.text.stems import stem
from search.text.terms import fold

LISTS = sorted((Path(__file__).parent / "data").glob("compounds_*.tsv"))
LEAST_RECALL, MOST_FALSE = 0.93, 0.03


@pytest.mark.parametrize("path", LISTS, ids=[path.stem for path in LISTS])
def test_parts_are_found_and_other_words_are_left_whole(path: Path) -> None:
    """The gold lists do not come from the splitter; README.md beside them explains their columns."""
    rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines(), delimiter="\t"))
    compounds = [(fold(word), readings) for word, *readings in rows if readings[0] != "-"]
    whole = [fold(word) for word, *readings in rows if readings[0] == "-"]
    wanted, found = 0, 0
    for word, readings in compounds:
        there = {stem(part) for part in parts_of(word)}
        sought = [{stem(fold(part)) for part in reading.split()} for reading in readings if reading]
        best = max(sought, key=lambda parts: len(parts & there) / len(parts))
        wanted, found = wanted + len(best), found + len(best & there)
    split = [word for word in whole if parts_of(word)]
    assert found / wanted >= LEAST_RECALL
    assert len(split) / len(whole) <= MOST_FALSE, split


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("asfaltonderhoud", ("asfalt", "onderhoud")),
        ("veiligheidsinformatieknooppunt", ("veiligheid", "informatie", "knooppunt")),
        ("rioolgemalen", ("riool", "gemalen")),
        ("ondermijning", ()),
        ("gemeente", ()),
        ("ridderkerk", ()),  # a place
        ("driehonderd", ()),  # a number
        ("rangschikking", ()),  # of the verb
        ("herinrichting", ()),
        ("database", ()),  # English
        ("", ()),
        ("weg", ()),
        ("x" * 500, ()),
    ],
)
def test_a_word_is_split_in_as_few_and_as_common_parts_as_can_be(word: str, parts: tuple[str, ...]) -> None:
    assert get_splitter().split(word) == parts


def test_neighbours_that_are_a_word_together_are_a_part_too() -> None:
    assert {"grond", "water", "stand", "grondwater"} <= set(parts_of("grondwaterstand"))


def test_what_is_kept_by_hand_goes_first() -> None:
    assert get_splitter().split("slachtoffer") == ()
    assert get_splitter().split("wegdek") == ("weg", "dek")


def test_the_rules_of_an_index_name_a_compound_with_its_parts() -> None:
    assert build_part_rules(["rioolgemalen"]) == ["rioolgemalen => rioolgemalen, riool, gemalen"]
    assert (
        build_query_rules(["rioolgemalen"], ["avg, gdpr"])[0] == "rioolgemalen => rioolgemalen, riool gemalen"
    )
    assert "bouwplannen => bouwplan" in build_stem_rules(["bouwplannen"])
    assert "plannen => plan" in build_stem_rules([])
