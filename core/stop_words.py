"""The Dutch stop words: Snowball's list, which the engine uses."""

from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "data" / "stop_words.txt"


@cache
def dutch_stop_words() -> frozenset[str]:
    """Return the Dutch words that the engine leaves out of texts and queries."""
    return frozenset(FILE.read_text(encoding="utf-8").split())
