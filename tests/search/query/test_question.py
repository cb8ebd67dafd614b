"""A question is understood before it is asked."""

import pytest

from search.query.question import Question, understand
from search.text.spelling import Speller
from search.text.vocabulary import Words

KNOWN = (
    "asfaltonderhoud onderhoud asfalt weg wegen voorspellen sensoren gemeente water peil data breda schulden"
)
WORDS = Words(dict.fromkeys(KNOWN.split(), 3))


def ask(stripped: str, **options: bool) -> Question:
    """Return what is made of a question."""
    return understand(stripped, [WORDS], **options)


@pytest.mark.parametrize(
    ("stripped", "corrected"),
    [
        ("asfaltonderhuod", "asfaltonderhoud"),  # swapped
        ("asfaltonderhod", "asfaltonderhoud"),  # missing
        ("asfaltoonderhoudt", "asfaltonderhoud"),  # two too many
        ("sensroen in Breda", "sensoren in Breda"),
        ("hemeente Breda", "gemeente Breda"),  # the first letter
        ("schudlen", "schulden"),
    ],
)
def test_a_mistyped_word_is_replaced_by_the_nearest_one(stripped: str, corrected: str) -> None:
    question = ask(stripped)
    assert question.corrected == corrected
    assert question.is_corrected
    assert question.stripped == stripped


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("ergeling", "regeling"),  # nearer than `enkeling`, which begins alike
        ("regelinq", "regelint"),  # of two that are as near, the more common one
        ("orgelinx", "orgeling"),  # of two that are as near, the one that begins alike
        ("ehnkelung", "enkeling"),  # with two errors too
    ],
)
def test_the_nearest_word_wins_then_one_that_begins_alike_then_the_most_common_one(
    word: str, meant: str
) -> None:
    counts = {"enkeling": 9, "regeling": 2, "regelint": 3, "orgeling": 1, "borgelinx": 9}
    assert Speller(counts).correct(word) == meant


@pytest.mark.parametrize(
    "stripped",
    ["asfalt", "voorspelt", "voorspelde", "wegen", "Sensoren", "bakker", "2019", "A12", "AI", "ü", "kopen"],
)
def test_known_words_their_forms_and_other_words_of_the_language_are_left_alone(stripped: str) -> None:
    assert not ask(stripped).is_corrected


@pytest.mark.parametrize("stripped", ["learning", "gather data"])
def test_an_english_word_is_not_taken_for_an_error_in_another_one(stripped: str) -> None:
    words = Words(dict.fromkeys(["leaning", "father", "data"], 3))
    assert words.speller.correct("learning") == "leaning"
    assert not understand(stripped, [words]).is_corrected


def test_a_typing_error_can_be_left_as_it_is() -> None:
    assert ask("asfaltonderhuod", is_literal=True).corrected == "asfaltonderhuod"


def test_a_compound_that_nobody_wrote_is_also_asked_in_parts() -> None:
    question = ask("waterpeil data")
    assert question.corrected == "waterpeil data"
    assert question.decompounded == "water peil data"


@pytest.mark.parametrize(
    ("stripped", "respelled"),
    [
        ("big data", "bigdata"),
        ("wat is big-data?", "wat is bigdata?"),
        ("E-mail bewaren", "email bewaren"),
        ("opendata portaal", "open data portaal"),
        ("open data", ""),  # as it stands
        ("met een weg", ""),  # a word that tells nothing is not joined
        ("20 19", ""),
        ("big dataweg", ""),
    ],
)
def test_words_are_joined_or_parted_as_something_has_them(stripped: str, respelled: str) -> None:
    words = Words(
        dict.fromkeys(["bigdata", "email", "meteen", "weg", "2019", "open", "data", "open-data"], 1)
    )
    question = understand(stripped, [words])
    assert (question.corrected, question.respelled) == (stripped, respelled)


def test_a_word_that_something_has_in_another_spelling_is_not_corrected() -> None:
    question = understand("big data", [Words({"bigdata": 1, "bij": 5, "date": 5})])
    assert (question.corrected, question.unknown) == ("big data", ())


def test_a_question_of_unknown_words_is_nonsense() -> None:
    assert ask("xqzzy blorp").is_nonsense
    assert not ask("xqzzy weg").is_nonsense
    assert not ask("").is_nonsense


@pytest.mark.parametrize(
    "stripped", ["wat is xqzzy blorp", "what is xqzzy", "waarom 0x7f3a9c", "0x7f3a9c", "q7w8 xqzzy"]
)
def test_words_that_tell_nothing_and_odd_codes_make_no_question_of_nonsense(stripped: str) -> None:
    assert ask(stripped).is_nonsense


def test_a_number_or_a_known_code_is_no_nonsense() -> None:
    assert not ask("2019").is_nonsense
    assert not understand("wat is A12", [Words({"a12": 1})]).is_nonsense


def test_a_question_of_words_that_tell_nothing_is_judged_by_those() -> None:
    question = ask("hoe kan dat")
    assert (question.corrected, question.words, question.is_nonsense) == ("hoe kan dat", 3, False)


def test_without_words_to_know_nothing_is_judged() -> None:
    assert understand("xqzzy", [Words()]) == Question("xqzzy", "xqzzy")


def test_odd_signs_stay_where_they_are() -> None:
    assert ask("«asfaltonderhuod» & weg!").corrected == "«asfaltonderhoud» & weg!"
