"""Find what a mistyped word was meant to be, among the words that can be found."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from search.text.stems import stem

SHORTEST = 4
LONG = 8  # letters from which two errors are forgiven
MOST_CANDIDATES = 12
PREFIX, LONGEST_ENDING = (
    4,
    5,
)  # letters that all forms of a word share; letters that forms differ in at the end


def most_errors(word: str) -> int:
    """Return how many letters may be wrong, missing, too many or swapped."""
    return 2 if len(word) >= LONG else 1


@dataclass
class Speller:
    """Words with how often they occur, put together by first letter and length so that few are compared."""

    counts: Mapping[str, int]
    _by_start: dict[tuple[str, int], list[str]] = field(default_factory=lambda: defaultdict(list))
    _by_prefix: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _starts: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Sort the words."""
        for word in self.counts:
            if len(word) >= SHORTEST and word.isalpha():
                self._by_start[word[0], len(word)].append(word)
                self._starts.add(word[0])
                self._by_prefix[word[:PREFIX]].append(word)

    def has_form(self, word: str) -> bool:
        """Tell whether this word is there, as it is or in another form: `voorspellende` where `voorspellen` is."""
        near = (
            other
            for other in self._by_prefix.get(word[:PREFIX], ())
            if abs(len(other) - len(word)) <= LONGEST_ENDING
        )
        return word in self.counts or any(stem(other) == stem(word) for other in near)

    def correct(self, word: str) -> str:
        """Return the word that this was probably meant to be; nothing when none is near."""
        if len(word) < SHORTEST or not word.isalpha():
            return ""
        return self._nearest(word, {word[0]}, 1) or self._nearest(word, self._starts, most_errors(word))

    def _nearest(self, word: str, starts: Iterable[str], errors: int) -> str:
        """Return the nearest word with one of these first letters; of equals one that begins alike, then the commonest."""
        lengths = range(len(word) - errors, len(word) + errors + 1)
        choices = [
            choice
            for start in starts
            for length in lengths
            for choice in self._by_start.get((start, length), ())
        ]
        found = extract(word, choices, scorer=OSA.distance, score_cutoff=errors, limit=MOST_CANDIDATES)
        order = (
            ((distance, choice[0] != word[0], -self.counts[choice]), choice) for choice, distance, _ in found
        )
        return min(order, default=((), ""))[1]
