"""Read a Hunspell dictionary with flags of two letters: words, and the forms that its rules make of them."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

WORD = re.compile(r"[a-zà-ÿ]+")
Flags = frozenset[str]


@dataclass(frozen=True)
class Suffix:
    """One rule: take `strip` off a word that fits, and add `add`.

    The form has these flags and this part of speech.
    """

    strip: str
    add: str
    flags: Flags
    fits: re.Pattern[str]
    speech: str

    def apply(self, word: str) -> str:
        """Return the form of a word, or an empty text when the rule does not apply."""
        if not self.fits.search(word) or not word.endswith(self.strip):
            return ""
        form = word.removesuffix(self.strip) + self.add
        return form if WORD.fullmatch(form) else ""


@dataclass(frozen=True)
class Dictionary:
    """Words with their flags, and the rules per flag."""

    words: dict[str, Flags]
    suffixes: dict[str, list[Suffix]]
    names: frozenset[str]

    def forms(self, word: str) -> Iterator[tuple[str, str, Suffix]]:
        """Yield every form of a word as `(form, flag, rule)`."""
        for flag in sorted(self.words[word]):  # the first of two rules that give the same form wins
            for suffix in self.suffixes.get(flag, ()):
                if form := suffix.apply(word):
                    yield form, flag, suffix


def read(folder: Path) -> Dictionary:
    """Return the Dutch dictionary of a folder with `nl.aff` and `nl.dic`; words with capitals are names."""
    words: dict[str, Flags] = defaultdict(Flags)
    names = set()
    for line in (folder / "nl.dic").read_text(encoding="utf-8").splitlines()[1:]:
        word, _, flags = line.split("\t")[0].strip().replace("ĳ", "ij").partition("/")
        if WORD.fullmatch(word):
            words[word] |= _flags(flags)
        elif WORD.fullmatch(word.lower()):
            names.add(word.lower())
    allowed = {word: flags for word, flags in words.items() if "Fw" not in flags}
    return Dictionary(allowed, _read_suffixes(folder / "nl.aff"), frozenset(names - set(words)))


def _read_suffixes(path: Path) -> dict[str, list[Suffix]]:
    """Return the rules of an affix file: `SFX flag strip add/flags condition part-of-speech`."""
    suffixes: dict[str, list[Suffix]] = defaultdict(list)
    for line in path.read_text(encoding="utf-8").replace("ĳ", "ij").splitlines():
        fields = line.partition("#")[0].split()
        if len(fields) < 4 or fields[0] != "SFX" or fields[2] in {"Y", "N"}:
            continue
        add, _, flags = fields[3].partition("/")
        condition = fields[4] if len(fields) > 4 and not fields[4].startswith("ts:") else "."
        speech = next((part.removeprefix("ts:") for part in fields if part.startswith("ts:")), "")
        strip, add = (part if part != "0" else "" for part in (fields[2], add))
        suffixes[fields[1]].append(Suffix(strip, add, _flags(flags), re.compile(f"(?:{condition})$"), speech))
    return suffixes


def _flags(text: str) -> Flags:
    """Return the flags of two letters each."""
    return frozenset(text[place : place + 2] for place in range(0, len(text), 2))


def fold(word: str) -> str:
    """Return a word without accents."""
    return "".join(char for char in unicodedata.normalize("NFKD", word) if not unicodedata.combining(char))
