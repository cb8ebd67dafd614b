"""Understand a question before it is asked: which words are known, which are mistyped, which are compounds nobody wrote yet."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise

from search.semantic import embedding
from search.text.compounds import get_splitter, parts_of, read_lines
from search.text.stems import stem_rules
from search.text.terms import stop_words, word_spans
from search.text.vocabulary import Words

SHORTEST_WORD, SHORTEST_HALF = 2, 3
FEW_WORDS = 3
Span = tuple[str, int, int]  # a word, and where it begins and ends
Change = tuple[int, int, str]  # where another word comes, and which


@dataclass(frozen=True)
class Question:
    """What is asked: `text` goes to the engine, `typed` is what the visitor wrote.

    `unknown` are words that are nowhere, nor Dutch or English, nor near a known one, of `words` that tell something; `apart` is
    the text with compounds that no document has in parts, when there are any; `respelled` is the text with two words as one or
    one as two, where something has it so: `email` for `e-mail`, `bigdata` for `big data`.
    """

    typed: str
    text: str
    apart: str = ""
    respelled: str = ""
    unknown: tuple[str, ...] = ()
    words: int = 0
    vector: tuple[int, ...] = ()
    threshold: float = 1.0

    @property
    def texts(self) -> tuple[str, ...]:
        """Return what is asked, each way of writing it once."""
        return tuple(dict.fromkeys(filter(None, (self.text, self.apart, self.respelled))))

    @property
    def is_corrected(self) -> bool:
        """Tell whether another spelling is searched with than the one that was typed."""
        return self.text != self.typed

    @property
    def is_nonsense(self) -> bool:
        """Tell whether not one of the words is known: nothing that is found by meaning would be more than chance."""
        return self.words > 0 and len(self.unknown) == self.words


def understand(query: str, vocabularies: Sequence[Words], *, is_literal: bool = False) -> Question:
    """Return the question for what is known of the words; `is_literal` leaves them as they were typed."""
    if not any(words.counts for words in vocabularies):
        return Question(query, query)
    spans = word_spans(query)
    telling = [span for span in spans if span[0] not in stop_words()] or spans
    respelled = _respell(query, spans, vocabularies)
    asked = [(word, start, end) for word, start, end in telling if not _is_within(start, end, respelled)]
    judged = _judge(asked, vocabularies, is_literal=is_literal)
    is_sure = len(spans) <= FEW_WORDS and not judged.unknown and not judged.elsewhere
    return Question(
        typed=query,
        text=_replace(query, judged.corrected),
        apart=_replace(query, sorted([*judged.corrected, *judged.apart])) if judged.apart else "",
        respelled=_replace(query, sorted([*judged.corrected, *respelled])) if respelled else "",
        unknown=tuple(judged.unknown),
        words=len(telling),
        threshold=_threshold(vocabularies, is_sure=is_sure),
    )


@dataclass
class _Judged:
    """What the words of a question that nothing has turned out to be."""

    corrected: list[Change] = field(default_factory=list)
    apart: list[Change] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)


def _judge(spans: list[Span], vocabularies: Sequence[Words], *, is_literal: bool) -> _Judged:
    """Return what each word is that nothing has: known parts, a word of the language, a typing error, or none of these."""
    judged = _Judged()
    for word, start, end in spans:
        if _is_known(word, vocabularies):
            continue
        if parts := _known_parts(word, vocabularies):
            judged.apart.append((start, end, " ".join(parts)))
        elif _is_language(word):
            judged.elsewhere.append(word)
        elif better := "" if is_literal else _correct(word, vocabularies):
            judged.corrected.append((start, end, better))
        else:
            judged.unknown.append(word)
    return _take_back(judged, {(start, end): word for word, start, end in spans}, vocabularies)


def _take_back(
    judged: "_Judged", words: dict[tuple[int, int], str], vocabularies: Sequence[Words]
) -> "_Judged":
    """Leave as typed what would become a word that nothing has any more."""
    wanted = {better for _, _, better in judged.corrected}
    there = set().union(*(vocabulary.still_there(wanted) for vocabulary in vocabularies)) if wanted else set()
    gone = [change for change in judged.corrected if change[2] not in there]
    judged.corrected = [change for change in judged.corrected if change[2] in there]
    judged.unknown += [words[start, end] for start, end, _ in gone]
    return judged


def _is_within(start: int, end: int, places: list[Change]) -> bool:
    """Tell whether a word is in one of these places."""
    return any(first <= start and end <= last for first, last, _ in places)


def _threshold(vocabularies: Sequence[Words], *, is_sure: bool) -> float:
    """Return how near a passage must come to be a hit by its meaning alone.

    Nearer for a question of a few words that are all written somewhere: then what has the words is the answer. A longer one is
    a sentence, of which the words say less than the whole.
    """
    return min((words.sure_threshold if is_sure else words.threshold for words in vocabularies), default=1.0)


def read_lists() -> None:
    """Read word lists and model before somebody asks: together they take half a second, once per process."""
    understand("asfaltonderhoud", [Words({"weg": 1})])
    if embedding.is_available():
        embedding.embed_query("asfaltonderhoud")


def with_vector(question: Question) -> Question:
    """Return the question with its vector, where there is a model and the words mean something."""
    if not question.text or question.is_nonsense or not embedding.is_available():
        return question
    return replace(question, vector=embedding.embed_query(question.text))


def _is_known(word: str, vocabularies: Sequence[Words]) -> bool:
    """Tell whether something has this word, in any form; numbers and single letters are not judged."""
    return (
        len(word) < SHORTEST_WORD
        or word.isnumeric()
        or any(words.speller.has_form(word) for words in vocabularies)
    )


def _respell(query: str, spans: list[Span], vocabularies: Sequence[Words]) -> list[Change]:
    """Return where two words may as well be one, or one two, because something has it so; no word is in two such places."""
    joined = [
        (start, end, left + right)
        for (left, start, middle), (right, after, end) in pairwise(spans)
        if _may_join(left, query[middle:after], right)
        and any(left + right in words.counts for words in vocabularies)
    ]
    parted = [
        (start, end, words.hyphenated[word])
        for word, start, end in spans
        for words in vocabularies
        if word in words.hyphenated
    ]
    places: list[Change] = []
    for place in sorted([*joined, *parted]):
        if not places or place[0] >= places[-1][1]:
            places.append(place)
    return places


def _may_join(left: str, between: str, right: str) -> bool:
    """Tell whether two words may be one; `met een` is not `meteen`, and digits are no part of a number."""
    is_loose = between == " " and not stop_words() & {left, right}
    return (is_loose or between == "-") and not (left + right).isnumeric()


def _known_parts(word: str, vocabularies: Sequence[Words]) -> tuple[str, ...]:
    """Return the known words that a word is made of: the parts of a compound, or two words written as one (`bigdata`)."""
    pairs = [(word[:place], word[place:]) for place in range(SHORTEST_HALF, len(word) - SHORTEST_HALF + 1)]
    ways = [get_splitter().split(word), *pairs]
    return next((way for way in ways if way and all(_is_known(part, vocabularies) for part in way)), ())


def _is_language(word: str) -> bool:
    """Tell whether a word is Dutch, a compound of such words, or English: it may mean what has another name here."""
    return word in get_splitter().parts or word in stem_rules() or bool(parts_of(word)) or word in _english()


@cache
def _english() -> frozenset[str]:
    """Return the common English words."""
    return frozenset(read_lines("english.txt"))


def _correct(word: str, vocabularies: Sequence[Words]) -> str:
    """Return what a word was probably meant to be, or nothing."""
    return next(filter(None, (words.speller.correct(word) for words in vocabularies)), "")


def _replace(query: str, changes: list[Change]) -> str:
    """Return the query with other words at these places."""
    for start, end, text in reversed(changes):
        query = f"{query[:start]}{text}{query[end:]}"
    return query
