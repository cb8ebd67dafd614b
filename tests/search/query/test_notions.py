"""What a question asks for: the words that must all be there before a hit is sure."""

import pytest

from search.query.notions import MOST_NAME_WORDS, Notion, describe, find_notions


def words(text: str) -> list[str]:
    """Return the words of the notions of a text."""
    return [notion.word for notion in find_notions(text)]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("voorbeelden van asfaltonderhoud", ["asfaltonderhoud"]),
        ("Welke gemeenten hebben ervaring met drones?", ["drones"]),
        ("hoe doet de overheid dat met zout en pekel", ["zout", "pekel"]),
        ("examples of how municipalities use drones", ["drones"]),
        ("leuke dingen met drones", ["drones"]),
        ("what do you store without my knowing", ["store", "knowing"]),
        ("warmtenet", ["warmtenet"]),
    ],
)
def test_words_that_tell_nothing_beside_others_need_not_be_there(text: str, left: list[str]) -> None:
    assert words(text) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("gemeente", ["gemeente"]),
        ("voorbeelden van projecten", ["voorbeelden", "projecten"]),
        ("de het van", ["de", "het", "van"]),
    ],
)
def test_a_question_of_nothing_else_asks_for_them(text: str, left: list[str]) -> None:
    assert words(text) == left


@pytest.mark.parametrize("text", ["", " ", "?!", "- ( )", "…"])
def test_signs_ask_for_nothing(text: str) -> None:
    assert find_notions(text) == ()


@pytest.mark.parametrize(
    ("text", "of_members", "of_others"),
    [
        ("een expert in sluizen bij een gemeente", ["sluizen", "gemeente"], ["expert", "sluizen"]),
        ("collega's met ervaring in sluizen", ["sluizen"], ["collega", "sluizen"]),
        ("adviseur sluizen", ["adviseur", "sluizen"], ["adviseur", "sluizen"]),
        ("wie is expert?", ["expert"], ["expert"]),
    ],
)
def test_of_members_other_words_tell_something(
    text: str, of_members: list[str], of_others: list[str]
) -> None:
    assert [notion.word for notion in find_notions(text, of_members=True)] == of_members
    assert words(text) == of_others


def test_a_notion_is_folded_once_and_keeps_how_it_was_written_first() -> None:
    (road, cafe) = find_notions("Weg WEG één Café weg")
    assert (road.word, road.label) == ("weg", "Weg")
    assert (cafe.word, cafe.label) == ("cafe", "Café")


def test_a_compound_has_its_parts_and_another_word_none() -> None:
    (compound, word) = find_notions("asfaltonderhoud fiets")
    assert compound.parts == ("asfalt", "onderhoud")
    assert word.parts == ()


def test_every_run_of_words_with_a_notion_in_it_may_be_a_name() -> None:
    (alphen, rijn) = find_notions("Alphen aan den Rijn")
    whole = "alphen aan den rijn"
    assert alphen.names == ("alphen", "alphen aan", "alphen aan den", whole)
    assert rijn.names == (whole, "aan den rijn", "den rijn", "rijn")
    assert [notion.word for notion in find_notions("den")] == ["den"], "a tree, when nothing else is asked"


def test_what_tells_nothing_by_itself_may_be_in_a_name() -> None:
    (breda,) = find_notions("voorbeelden van de gemeente Breda")
    assert "gemeente breda" in breda.names


def test_a_name_has_no_more_words_than_names_have() -> None:
    for notion in find_notions(" ".join(f"woord{letter}" for letter in "abcdefghijklmnop")):
        assert all(notion.word in name.split() for name in notion.names)
        assert max(len(name.split()) for name in notion.names) == MOST_NAME_WORDS
        assert len(notion.names) <= MOST_NAME_WORDS * (MOST_NAME_WORDS + 1) / 2


ROAD, REPAIR = Notion("weg", "Weg"), Notion("asfaltonderhoud", "Asfaltonderhoud", ("asfalt", "onderhoud"))


@pytest.mark.parametrize(
    ("notions", "met", "there", "absent"),
    [
        ([ROAD, REPAIR], {"weg", "asfaltonderhoud"}, ["Weg", "Asfaltonderhoud"], []),
        ([ROAD, REPAIR], {"weg"}, ["Weg"], ["Asfaltonderhoud"]),
        ([ROAD, REPAIR], {"asfalt"}, ["asfalt"], ["Weg", "Asfaltonderhoud"]),
        ([REPAIR], {"asfalt", "onderhoud"}, ["asfalt", "onderhoud"], []),
        ([REPAIR], {"asfaltonderhoud", "asfalt"}, ["Asfaltonderhoud"], []),
        ([ROAD, REPAIR], set(), [], ["Weg", "Asfaltonderhoud"]),
        ([ROAD], {"riool"}, [], ["Weg"]),
    ],
)
def test_what_a_hit_has_of_a_question_is_told_apart_from_what_it_has_not(
    notions: list[Notion], met: set[str], there: list[str], absent: list[str]
) -> None:
    assert describe(notions, frozenset(met)) == (there, absent)


def test_no_word_is_told_twice() -> None:
    drains = Notion("rioolonderhoud", "rioolonderhoud", ("riool", "onderhoud"))
    notions = [Notion("asfalt", "Asfalt"), REPAIR, drains]
    assert describe(notions, frozenset({"asfalt"})) == (["Asfalt"], ["Asfaltonderhoud", "rioolonderhoud"])
    assert describe(notions, frozenset({"asfalt", "onderhoud"})) == (
        ["Asfalt", "onderhoud"],
        ["rioolonderhoud"],
    )
