"""Fold text, so that case and accents do not matter."""

import re
import unicodedata

_LETTERS = re.compile(r"[^\W_]+")


class _Kept(dict[int, int | None]):
    """What becomes of each character after taking apart: accents go, and NUL, which PostgreSQL refuses. Filled as they come."""

    def __missing__(self, code: int) -> int | None:
        """Look a character up once."""
        self[code] = None if code == 0 or unicodedata.combining(chr(code)) else code
        return self[code]


_KEPT = _Kept()


def fold(text: str) -> str:
    """Return the text in lower case and without accents; NUL and what is no character is left out."""
    if text.isascii():
        return text.replace("\0", "").lower()
    decomposed = unicodedata.normalize("NFKD", text.encode("utf-8", "ignore").decode("utf-8"))
    return decomposed.translate(_KEPT).casefold()


def split_folded(text: str) -> list[str]:
    """Return the words of a text, folded."""
    return [fold(word) for word in _LETTERS.findall(text)]
