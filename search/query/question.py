"""Understand a question before it is asked.

Which words are known, which are mistyped, and which are compounds that nobody wrote yet.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from itertools import pairwise

from search.kinds import MEMBER
from search.query.notions import Notion, find_notions
from search.semantic import embedding
from search.text.compounds import get_splitter, parts_of, read_lines
from search.text.stems import stem_rules
from search.text.terms import fold, stop_words, word_spans
from search.text.vocabulary import Words

SHORTEST_WORD = 2  # a letter by itself is not judged
SHORTEST_HALF = 3  # letters of each of two words that were written as one
# At most so many words, all known, ask for a nearer passage: measured in relevance/results.md.
FEW_WORDS = 3
Span = tuple[str, int, int]  # a word, and where it begins and ends
Change = tuple[int, int, str]  # where another word comes, and which


@dataclass(frozen=True)
class Question:
    """What is asked. Its text has a name for each state, in this order.

    - `typed`: what somebody wrote in the field.
    - `query`: that, made safe by `clean_query`. `SearchParameters` has it.
    - `stripped`: without stop phrases.
    - `corrected`: with typing errors mended. This goes to the engine, and so do the next two.
    - `decompounded`: with the compounds that no document has in parts. Empty when there are none.
    - `respelled`: with two words as one or one as two, where something has it so: `email` for `e-mail`,
      `bigdata` for `big data`. Empty when nothing has.

    `words` is how many words tell something. Of those, `unknown` are the ones that are nowhere, neither Dutch
    nor English, and not near a known word. `has_members` says that members may be among the hits.
    """

    stripped: str
    corrected: str
    decompounded: str = ""
    respelled: str = ""
    unknown: tuple[str, ...] = ()
    words: int = 0
    vector: tuple[int, ...] = ()
    threshold: float = 1.0
    has_members: bool = False

    @property
    def spellings(self) -> tuple[str, ...]:
        """Return the different texts that go to the engine."""
        asked = (self.corrected, self.decompounded, self.respelled)
        return tuple(dict.fromkeys(text for text in asked if text))

    def notions_of(self, kind: str) -> tuple[Notion, ...]:
        """Return what a hit of this kind must have; a question of nothing but signs has no notions."""
        return find_notions(self.corrected, of_members=self.has_members and kind == MEMBER.name)

    @cached_property
    def notions(self) -> tuple[Notion, ...]:
        """Return the notions of all kinds."""
        return tuple(dict.fromkeys([*self.notions_of(""), *self.notions_of(MEMBER.name)]))

    @property
    def is_corrected(self) -> bool:
        """Tell whether a typing error was mended."""
        return self.corrected != self.stripped

    @property
    def is_nonsense(self) -> bool:
        """Tell whether no word is known: anything found by its meaning would be chance."""
        return self.words > 0 and len(self.unknown) == self.words


def understand(stripped: str, vocabularies: Sequence[Words], *, is_literal: bool = False) -> Question:
    """Return the question, as far as its words are known; `is_literal` corrects none of them."""
    if not any(words.counts for words in vocabularies):
        return Question(stripped, stripped)
    spans = word_spans(stripped)
    telling = [span for span in spans if span[0] not in stop_words()] or spans
    respelled = _respell(stripped, spans, vocabularies)
    others = [span for span in telling if not _is_within(span, respelled)]
    judged = _judge(others, vocabularies, is_literal=is_literal)
    corrected = judged.corrected
    is_sure = len(spans) <= FEW_WORDS and not judged.unknown and not judged.elsewhere
    return Question(
        stripped=stripped,
        corrected=_replace(stripped, corrected),
        decompounded=_replace(stripped, corrected + judged.decompounded) if judged.decompounded else "",
        respelled=_replace(stripped, corrected + respelled) if respelled else "",
        unknown=tuple(judged.unknown),
        words=len(telling),
        threshold=_threshold(vocabularies, is_sure=is_sure),
    )


@dataclass
class _Judged:
    """What the words of a question that nothing has turned out to be."""

    corrected: list[Change] = field(default_factory=list)
    decompounded: list[Change] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)


def _judge(spans: list[Span], vocabularies: Sequence[Words], *, is_literal: bool) -> _Judged:
    """Return what each word is that nothing has.

    It has known parts, is a word of the language, is a typing error, or none of these.
    """
    judged = _Judged()
    for word, start, end in spans:
        if _is_known(word, vocabularies):
            continue
        if parts := _known_parts(word, vocabularies):
            judged.decompounded.append((start, end, " ".join(parts)))
        elif _is_language(word):
            judged.elsewhere.append(word)
        elif better := "" if is_literal else _correct(word, vocabularies):
            judged.corrected.append((start, end, better))
        else:
            judged.unknown.append(word)
    if judged.corrected:
        _take_back(judged, spans, vocabularies)
    return judged


def _take_back(judged: _Judged, spans: list[Span], vocabularies: Sequence[Words]) -> None:
    """Leave a word as it is when nothing has its correction any more."""
    wanted = {better for _, _, better in judged.corrected}
    there: set[str] = set().union(*(words.still_there(wanted) for words in vocabularies))
    gone = {(start, end) for start, end, better in judged.corrected if better not in there}
    judged.corrected = [change for change in judged.corrected if change[2] in there]
    judged.unknown += [word for word, start, end in spans if (start, end) in gone]


def _is_within(span: Span, places: list[Change]) -> bool:
    """Tell whether a word is in one of these places."""
    _, start, end = span
    return any(first <= start and end <= last for first, last, _ in places)


def _threshold(vocabularies: Sequence[Words], *, is_sure: bool) -> float:
    """Return how near a passage must come to be a hit by its meaning alone.

    Nearer for a question of a few words that are all written somewhere: then what has the words is the
    answer. A longer one is a sentence, of which the words say less than the whole.
    """
    thresholds = [words.sure_threshold if is_sure else words.threshold for words in vocabularies]
    return min(thresholds, default=1.0)


def read_lists() -> None:
    """Read word lists and model before somebody asks: together they take half a second, once per process."""
    understand("asfaltonderhoud", [Words({"weg": 1})])
    if embedding.is_available():
        embedding.embed_query("asfaltonderhoud")


def with_vector(question: Question) -> Question:
    """Return the question with its vector, where there is a model and the words mean something."""
    if not question.corrected or question.is_nonsense or not embedding.is_available():
        return question
    return replace(question, vector=embedding.embed_query(question.corrected))


def _is_known(word: str, vocabularies: Sequence[Words]) -> bool:
    """Tell whether something has this word, in any form; numbers and single letters are not judged."""
    if len(word) < SHORTEST_WORD or word.isnumeric():
        return True
    return any(words.speller.has_form(word) for words in vocabularies)


def _respell(stripped: str, spans: list[Span], vocabularies: Sequence[Words]) -> list[Change]:
    """Return where two words may as well be one, or one two; no word is in two such places."""
    found = [*_find_joined(stripped, spans, vocabularies), *_find_parted(spans, vocabularies)]
    places: list[Change] = []
    for place in sorted(found):
        if not places or place[0] >= places[-1][1]:
            places.append(place)
    return places


def _find_joined(stripped: str, spans: list[Span], vocabularies: Sequence[Words]) -> Iterator[Change]:
    """Yield where something has two words as one."""
    for (left, start, middle), (right, after, end) in pairwise(spans):
        joined = left + right
        if not _may_join(left, stripped[middle:after], right):
            continue
        if any(joined in words.counts for words in vocabularies):
            yield start, end, joined


def _find_parted(spans: list[Span], vocabularies: Sequence[Words]) -> Iterator[Change]:
    """Yield where something has a word with a hyphen."""
    for word, start, end in spans:
        for words in vocabularies:
            if word in words.hyphenated:
                yield start, end, words.hyphenated[word]


def _may_join(left: str, between: str, right: str) -> bool:
    """Tell whether two words may be one; `met een` is not `meteen`, and digits are no part of a number."""
    if (left + right).isnumeric():
        return False
    return between == "-" or (between == " " and stop_words().isdisjoint({left, right}))


def _known_parts(word: str, vocabularies: Sequence[Words]) -> tuple[str, ...]:
    """Return the known words that a word is made of.

    They are the parts of a compound, or two words written as one (`bigdata`).
    """
    places = range(SHORTEST_HALF, len(word) - SHORTEST_HALF + 1)
    splitter = get_splitter()
    halves = [(word[:place], word[place:]) for place in places] if word not in splitter.by_hand else []
    for parts in (splitter.split(word), *halves):
        if parts and all(_is_known(part, vocabularies) for part in parts):
            return parts
    return ()


def _is_language(word: str) -> bool:
    """Tell whether a word is Dutch, a compound of such words, or English.

    Then it is no typing error: it may mean what has another name here.
    """
    return _is_in_dutch_lists(word) or word in _dutch() or word in _english()


def is_foreign(word: str, language: str) -> bool:
    """Tell whether a folded word is of the other language than this one: a text may have its own word for it.

    The list of common Dutch words has English ones, such as `traffic`.
    """
    if language == "en":
        return word not in _english() and (_is_in_dutch_lists(word) or word in _dutch())
    return word in _english() and not _is_in_dutch_lists(word)


def _is_in_dutch_lists(word: str) -> bool:
    """Tell whether a word is of the lists of parts and stems, or a compound of these."""
    return word in get_splitter().parts or word in stem_rules() or bool(parts_of(word))


@cache
def _dutch() -> frozenset[str]:
    """Return the common Dutch words, folded as those of a question are."""
    return frozenset(map(fold, read_lines("dutch.txt")))


@cache
def _english() -> frozenset[str]:
    """Return the common English words."""
    return frozenset(read_lines("english.txt"))


def _correct(word: str, vocabularies: Sequence[Words]) -> str:
    """Return what a word was probably meant to be, or nothing."""
    corrections = (words.speller.correct(word) for words in vocabularies)
    return next(filter(None, corrections), "")


def _replace(text: str, changes: list[Change]) -> str:
    """Return the text with other words at these places."""
    for start, end, word in sorted(changes, reverse=True):  # from the end, so that the places stay right
        text = f"{text[:start]}{word}{text[end:]}"
    return text
