"""Fold text, so that case and accents do not matter."""

import re
import unicodedata

_LETTERS = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Return the text in lower case and without accents; NUL, which PostgreSQL refuses, is left out."""
    decomposed = unicodedata.normalize("NFKD", text.encode("utf-8", "ignore").decode("utf-8"))
    return "".join(char for char in decomposed if not unicodedata.combining(char) and char != "\0").casefold()


def split_folded(text: str) -> list[str]:
    """Return the words of a text, folded."""
    return [fold(word) for word in _LETTERS.findall(text)]
