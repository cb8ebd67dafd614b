"""Fold text, so that case and accents do not matter; names, so that how they are typed does not; and leave out unseen signs."""

import re
import unicodedata

_LETTERS = re.compile(r"[^\W_]+")
# What keyboards and word processors make of an apostrophe and of a hyphen.
_TYPED = str.maketrans(dict.fromkeys("’‘ʼ`´′", "'") | dict.fromkeys("‐‑‒–—", "-"))  # noqa: RUF001  that they look alike is the point
# Signs that nobody sees and that are no formatting for Unicode: fillers, joiners and variants of signs, empty Braille.
_UNSEEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
_FORMATTING = {"Cc", "Cf"}  # among them zero width, soft hyphens, and what turns the direction of writing


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


def keep_visible(text: str) -> str:
    """Return a line of text without the signs that nobody sees, and with one space between words."""
    seen = (
        sign
        for sign in _UNSEEN.sub("", " ".join(text.split()))
        if unicodedata.category(sign) not in _FORMATTING
    )
    return " ".join("".join(seen).split())


def fold_name(name: str) -> str:
    """Return what a name is compared by: folded, with plain apostrophes and hyphens, and one space between words."""
    return " ".join(fold(name.translate(_TYPED)).split())


def split_folded(text: str) -> list[str]:
    """Return the words of a text, folded."""
    return [fold(word) for word in _LETTERS.findall(text)]
