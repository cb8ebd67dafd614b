"""The notions of a question: what must all be there before a hit is sure."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from search.text.compounds import get_splitter, read_lines
from search.text.terms import stop_words, word_spans

MOST_NAME_WORDS = 6  # the longest name that is looked up as a whole: `Alphen aan den Rijn` has four


@dataclass(frozen=True)
class Notion:
    """A word of a question that tells something.

    `word` is folded, `label` as it stands in the question. `parts` are those of a compound. `names` are all
    runs of words of the question with this one in them: a body or place may be called so.
    """

    word: str
    label: str
    parts: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


def find_notions(text: str, *, of_members: bool = False) -> tuple[Notion, ...]:
    """Return the notions of a text, each once.

    Words that tell nothing beside others are none, unless the question has nothing else. Of a member other
    words tell nothing than of a case: see `fillers_of`.
    """
    spans = word_spans(text)
    words = [word for word, _, _ in spans]
    notions: dict[str, Notion] = {}
    for word in _telling(words, fillers_of(members=of_members)):
        place = words.index(word)
        _, start, end = spans[place]
        notions[word] = Notion(word, text[start:end], get_splitter().split(word), _names_with(words, place))
    return tuple(notions.values())


def _telling(words: list[str], fillers: frozenset[str]) -> list[str]:
    """Return the words that tell most: without stop words and fillers, as far as others are left."""
    for silent in (stop_words() | fillers, stop_words()):
        telling = [word for word in words if word not in silent and (len(word) > 1 or word.isdigit())]
        if telling:
            return telling
    return words


@cache
def fillers_of(*, members: bool) -> frozenset[str]:
    """Return the words that tell nothing beside other words: of members, or of everything else.

    `collega` and `expert` only ask for a person, but a case may be about experts. `gemeente` tells where a
    member works, and nothing of a case: nearly all are of municipalities.
    """
    others = "fillers_of_members.txt" if members else "fillers_elsewhere.txt"
    lines = [*read_lines("fillers.txt"), *read_lines(others)]
    return frozenset(word for line in lines for word in line.split())


def _names_with(words: list[str], place: int) -> tuple[str, ...]:
    """Return the runs of words that contain the one at this place."""
    runs: list[str] = []
    for start in range(max(0, place - MOST_NAME_WORDS + 1), place + 1):
        last = min(len(words), start + MOST_NAME_WORDS)
        runs += [" ".join(words[start:end]) for end in range(place + 1, last + 1)]
    return tuple(dict.fromkeys(runs))


def describe(notions: Iterable[Notion], met: frozenset[str]) -> tuple[list[str], list[str]]:
    """Return the words of a question that a hit has, and those that it has not.

    `met` has the words and the parts of compounds that were found. Of a compound that is not there as a whole
    the parts that are there count, and it is lacking unless all of them are. No word comes twice.
    """
    there: dict[str, str] = {}
    absent: dict[str, str] = {}
    for notion in notions:
        parts = [part for part in notion.parts if part in met]
        if notion.word in met:
            there.setdefault(notion.word, notion.label)
            continue
        for part in parts:
            there.setdefault(part, part)
        if not parts or len(parts) < len(notion.parts):
            absent.setdefault(notion.word, notion.label)
    return list(there.values()), list(absent.values())
