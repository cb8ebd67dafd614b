"""Find what a mistyped word was meant to be, among the words that can be found."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from search.text.stems import stem

SHORTEST = 4  # letters of a word that is corrected: in a shorter one an error makes another word
LONG = 8  # letters from which two errors are forgiven
MOST_CANDIDATES = 12  # nearest words among which the commonest is looked for
PREFIX = 4  # letters at the beginning that all forms of a word share
LONGEST_ENDING = 5  # letters by which forms of a word differ in length


def most_errors(word: str) -> int:
    """Return how many letters may be wrong, missing, too many or swapped."""
    return 2 if len(word) >= LONG else 1


@dataclass
class Speller:
    """Corrects words to these; groups them by first letter and length, so that few are compared."""

    counts: Mapping[str, int]
    _by_start: dict[tuple[str, int], list[str]] = field(default_factory=lambda: defaultdict(list))
    _by_prefix: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _starts: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Group the words."""
        for word in self.counts:
            if len(word) >= SHORTEST and word.isalpha():
                self._by_start[word[0], len(word)].append(word)
                self._starts.add(word[0])
                self._by_prefix[word[:PREFIX]].append(word)

    def has_form(self, word: str) -> bool:
        """Tell whether a word occurs, or another form of it: `voorspellende` where `voorspellen` does."""
        others = self._by_prefix.get(word[:PREFIX], ())
        near = (other for other in others if abs(len(other) - len(word)) <= LONGEST_ENDING)
        return word in self.counts or any(stem(other) == stem(word) for other in near)

    def correct(self, word: str) -> str:
        """Return the word that this was probably meant to be; the empty string when none is near."""
        if len(word) < SHORTEST or not word.isalpha():
            return ""
        return self._nearest(word, {word[0]}, 1) or self._nearest(word, self._starts, most_errors(word))

    def _nearest(self, word: str, starts: Iterable[str], errors: int) -> str:
        """Return the nearest word with one of these first letters.

        Of words that are equally near, one with the same first letter wins, then the commonest.
        """
        lengths = range(len(word) - errors, len(word) + errors + 1)
        choices: list[str] = []
        for start in starts:
            for length in lengths:
                choices += self._by_start.get((start, length), ())
        found = extract(word, choices, scorer=OSA.distance, score_cutoff=errors, limit=MOST_CANDIDATES)
        ranked = [
            (distance, choice[0] != word[0], -self.counts[choice], choice) for choice, distance, _ in found
        ]
        return min(ranked)[-1] if ranked else ""
