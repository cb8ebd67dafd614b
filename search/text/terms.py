"""Make what a visitor typed safe to search with, and split text into words without case and accents."""

import re
import unicodedata
from functools import cache

from core.folding import fold
from core.stop_words import dutch_stop_words
from search.text.compounds import read_lines

# Of a question: they bound what the engine and the database have to do for one.
MOST_CHARACTERS = 200
MOST_TERMS = 32
FORMAT = "Cf"  # Unicode's category of invisible characters such as the soft hyphen

_WORD = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*")
# As the analyzers of the index have it: `a.v.g.` is one word and `ISO27001` two, `CO2` and `A12` are one.
_DOTTED = re.compile(r"(?<![^\W_])[^\W\d_](?:\.[^\W\d_])+(?![^\W_])")
_LETTERS = re.compile(r"(?<![^\W_])[^\W\d_](?:\.[^\W\d_])+(?![^\W_])|[^\W\d_]{2,}+(?=[0-9]{2})|[^\W_]+")


def clean_query(text: str) -> str:
    """Return the query without control characters and lone surrogates, at most 200 characters and 32 words.

    Invisible characters are deleted without leaving a space: a word that was copied from a heading has soft
    hyphens.
    """
    valid = text.encode("utf-8", "ignore").decode("utf-8")
    begin = valid[: MOST_CHARACTERS * 20]  # much may be deleted, but nobody pays for a text of megabytes
    kinds = ((char, unicodedata.category(char)) for char in begin)
    printable = "".join(" " if kind[0] in "CZ" else char for char, kind in kinds if kind != FORMAT)
    return " ".join(printable.split()[:MOST_TERMS])[:MOST_CHARACTERS].strip()


def word_spans(query: str) -> list[tuple[str, int, int]]:
    """Return the folded words of a query, each with the places where it begins and ends."""
    words = _LETTERS.finditer(query)
    return [(fold(found[0]).replace(".", ""), *found.span()) for found in words]


def join_abbreviations(text: str) -> str:
    """Return a text in which `a.v.g.` is `avg`, as the words of a question are."""
    return _DOTTED.sub(lambda found: found[0].replace(".", ""), text)


def text_words(text: str) -> list[str]:
    """Return the words of a folded text, in its order."""
    return [word.replace(".", "") for word in _LETTERS.findall(text)]


def split_words(query: str) -> list[str]:
    """Return the different folded words of a query in their order, at most 32."""
    return list(dict.fromkeys(_WORD.findall(fold(query))))[:MOST_TERMS]


@cache
def stop_words() -> frozenset[str]:
    """Return the stop words of both languages."""
    ours = " ".join(read_lines("stopwords.txt"))
    return dutch_stop_words().union(ours.split())
