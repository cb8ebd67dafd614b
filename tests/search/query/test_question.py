"""A question is understood before it is asked."""

import pytest

from search.query.question import Question, understand
from search.text.spelling import Speller
from search.text.vocabulary import Words

WORDS = Words(
    dict.fromkeys(
        "asfaltonderhoud onderhoud asfalt weg wegen voorspellen sensoren gemeente water peil data breda schulden".split(),
        3,
    )
)


def ask(query: str, **options: bool) -> Question:
    """Return what is made of a question."""
    return understand(query, [WORDS], **options)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("asfaltonderhuod", "asfaltonderhoud"),  # swapped
        ("asfaltonderhod", "asfaltonderhoud"),  # missing
        ("asfaltoonderhoudt", "asfaltonderhoud"),  # two too many
        ("sensroen in Breda", "sensoren in Breda"),
        ("hemeente Breda", "gemeente Breda"),  # the first letter
        ("schudlen", "schulden"),
    ],
)
def test_a_mistyped_word_is_replaced_by_the_nearest_one(typed: str, meant: str) -> None:
    question = ask(typed)
    assert question.text == meant
    assert question.is_corrected
    assert question.typed == typed


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ergeling", "regeling"),  # nearer than `enkeling`, which begins alike
        ("regelinq", "regelint"),  # of two that are as near, the more common one
        ("orgelinx", "orgeling"),  # of two that are as near, the one that begins alike
        ("ehnkelung", "enkeling"),  # with two errors too
    ],
)
def test_the_nearest_word_wins_then_one_that_begins_alike_then_the_most_common_one(
    typed: str, meant: str
) -> None:
    counts = {"enkeling": 9, "regeling": 2, "regelint": 3, "orgeling": 1, "borgelinx": 9}
    assert Speller(counts).correct(typed) == meant


@pytest.mark.parametrize(
    "query", ["asfalt", "voorspelt", "voorspelde", "wegen", "Sensoren", "bakker", "2019", "A12", "AI", "ü"]
)
def test_known_words_their_forms_and_other_words_of_the_language_are_left_alone(query: str) -> None:
    assert not ask(query).is_corrected


@pytest.mark.parametrize("query", ["learning", "gather data"])
def test_an_english_word_is_not_taken_for_an_error_in_another_one(query: str) -> None:
    words = Words(dict.fromkeys(["leaning", "father", "data"], 3))
    assert words.speller.correct("learning") == "leaning"
    assert not understand(query, [words]).is_corrected


def test_what_was_typed_can_be_kept() -> None:
    assert ask("asfaltonderhuod", is_literal=True).text == "asfaltonderhuod"


def test_a_compound_that_nobody_wrote_is_also_asked_in_parts() -> None:
    question = ask("waterpeil data")
    assert question.text == "waterpeil data"
    assert question.apart == "water peil data"


@pytest.mark.parametrize(
    ("query", "respelled"),
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
def test_words_are_joined_or_parted_as_something_has_them(query: str, respelled: str) -> None:
    words = Words(
        dict.fromkeys(["bigdata", "email", "meteen", "weg", "2019", "open", "data", "open-data"], 1)
    )
    question = understand(query, [words])
    assert (question.text, question.respelled) == (query, respelled)


def test_a_word_that_something_has_in_another_spelling_is_not_corrected() -> None:
    question = understand("big data", [Words({"bigdata": 1, "bij": 5, "date": 5})])
    assert (question.text, question.unknown) == ("big data", ())


def test_a_question_of_unknown_words_is_nonsense() -> None:
    assert ask("xqzzy blorp").is_nonsense
    assert not ask("xqzzy weg").is_nonsense
    assert not ask("").is_nonsense


@pytest.mark.parametrize(
    "query", ["wat is xqzzy blorp", "what is xqzzy", "waarom 0x7f3a9c", "0x7f3a9c", "q7w8 xqzzy"]
)
def test_words_that_tell_nothing_and_odd_codes_make_no_question_of_nonsense(query: str) -> None:
    assert ask(query).is_nonsense


def test_a_number_or_a_known_code_is_no_nonsense() -> None:
    assert not ask("2019").is_nonsense
    assert not understand("wat is A12", [Words({"a12": 1})]).is_nonsense


def test_a_question_of_words_that_tell_nothing_is_judged_by_those() -> None:
    question = ask("hoe kan dat")
    assert (question.text, question.words, question.is_nonsense) == ("hoe kan dat", 3, False)


def test_without_words_to_know_nothing_is_judged() -> None:
    assert understand("xqzzy", [Words()]) == Question("xqzzy", "xqzzy")


def test_odd_signs_stay_where_they_are() -> None:
    assert ask("«asfaltonderhuod» & weg!").text == "«asfaltonderhoud» & weg!"
