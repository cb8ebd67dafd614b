"""Stem a Dutch word as the engine does, to recognise two forms of one word without asking it."""

from functools import cache, lru_cache
from typing import Any

import snowballstemmer

from search.text.compounds import read_pairs

REMEMBERED = 20_000  # words of which a process remembers the stem


@cache
def stem_rules() -> dict[str, str]:
    """Return the forms that the stemmer does not join, with their stem; `make lexicon` makes the list."""
    return dict(read_pairs("stems.txt"))


@cache
def _stemmer() -> Any:
    """Return the Dutch stemmer by Porter: that of the engine gave the same for all 9,000 words compared."""
    return snowballstemmer.stemmer("dutch_porter")


@lru_cache(maxsize=REMEMBERED)
def stem(word: str) -> str:
    """Return the stem of a word in lower case without accents."""
    return stem_rules().get(word) or _stemmer().stemWord(word)
