"""Fold text, so that case and accents do not matter; fold names; and leave out invisible characters."""

import re
import unicodedata

_LETTERS = re.compile(r"[^\W_]+")
# What keyboards and word processors make of an apostrophe and of a hyphen.
_APOSTROPHES, _HYPHENS = "’‘ʼ`´′", "‐‑‒–—"  # noqa: RUF001  that they look alike is the point
_TYPED = str.maketrans(dict.fromkeys(_APOSTROPHES, "'") | dict.fromkeys(_HYPHENS, "-"))
# Invisible characters that Unicode does not count as formatting: fillers, joiners, variation selectors, blank
# Braille.
_UNSEEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
_FORMATTING = {"Cc", "Cf"}  # categories of Unicode: zero width, soft hyphens, marks of writing direction


class _Kept(dict[int, int | None]):
    """What becomes of each decomposed character: accents go, and so does NUL, which PostgreSQL refuses.

    Filled as characters come.
    """

    def __missing__(self, code: int) -> int | None:
        """Look a character up once."""
        self[code] = None if code == 0 or unicodedata.combining(chr(code)) else code
        return self[code]


_KEPT = _Kept()


def fold(text: str) -> str:
    """Return the text in lower case and without accents, NUL and invalid characters."""
    if text.isascii():
        return text.replace("\0", "").lower()
    decomposed = unicodedata.normalize("NFKD", text.encode("utf-8", "ignore").decode("utf-8"))
    return decomposed.translate(_KEPT).casefold()


def keep_visible(text: str) -> str:
    """Return a line of text without invisible characters, and with one space between words."""
    line = _UNSEEN.sub("", " ".join(text.split()))
    seen = (sign for sign in line if unicodedata.category(sign) not in _FORMATTING)
    return " ".join("".join(seen).split())


def fold_name(name: str) -> str:
    """Return a name as it is compared: folded, plain apostrophes and hyphens, one space between words."""
    return " ".join(fold(name.translate(_TYPED)).split())


def split_folded(text: str) -> list[str]:
    """Return the words of a text, folded."""
    return [fold(word) for word in _LETTERS.findall(text)]
