"""The words of everything that an audience may find: what corrections, compounds and the rules of its index are made from.

A rebuild counts them anew; the worker adds the words of what is published meanwhile. Each audience has its own, so that a word
that only members use never comes up for others.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import chain
from typing import Any

from django.db import transaction

from core.watching import watch
from search.compounds import parts_of
from search.models import SearchEntry, Vocabulary
from search.processes import batched, each_in_processes
from search.spelling import Speller
from search.terms import text_words

PORTION, FEW = 2000, 2  # objects, and portions of them that are not worth a process
REMEMBERED = 100_000  # pieces of text, with the signs round a word
_HYPHENATED = re.compile(r"(?<![^\W_]|-)[^\W\d_]+-[^\W\d_]+(?![^\W_]|-)")


@dataclass(frozen=True)
class Words:
    """Words without accents, two with a hyphen between them also as one, each with the number of objects that have it."""

    counts: dict[str, int] = field(default_factory=dict)
    least_likeness: float = 1.0
    sure_likeness: float = 1.0

    @cached_property
    def speller(self) -> Speller:
        """Return what corrects words to these."""
        return Speller(self.counts)

    @cached_property
    def hyphenated(self) -> dict[str, str]:
        """Return in two words what some write with a hyphen, by how others write it: `e mail` by `email`."""
        return {word.replace("-", ""): word.replace("-", " ") for word in self.counts if "-" in word}

    def compounds(self) -> list[str]:
        """Return the compounds among these words."""
        return sorted(word for word in self.counts if parts_of(word))


@lru_cache(maxsize=4)
def of_words(words: frozenset[str]) -> Words:
    """Return words that are known though maybe no text has them, such as those of the synonyms."""
    return Words(dict.fromkeys(split_text(" ".join(words)), 1))


def split_text(text: str) -> list[str]:
    """Return the words of a folded text, and after them those with a hyphen: `e`, `mail` and `e-mail`."""
    return [*text_words(text), *_HYPHENATED.findall(text)]


def count_words(audience: str) -> Counter[str]:
    """Return the number of objects per word, in everything that an audience may find."""
    keys = SearchEntry.objects.filter(audience=audience).order_by().values_list("key", flat=True)
    counts: Counter[str] = Counter()
    for portion in each_in_processes(_count_portion, batched(keys, PORTION), few=FEW):
        counts.update(portion)
    return counts


def _count_portion(keys: list[str]) -> Counter[str]:
    """Return the number of objects per word, in these objects."""
    counts: Counter[str] = Counter()
    for text in SearchEntry.objects.filter(key__in=keys).values_list("words", flat=True):
        counts.update(different_words(text))
    return counts


def different_words(text: str) -> set[str]:
    """Return the different words of `split_text`, of which none goes on after a space: the same pieces come again and again."""
    return set(chain.from_iterable(map(_split_piece, set(text.split()))))


@lru_cache(maxsize=REMEMBERED)
def _split_piece(piece: str) -> list[str]:
    """Return the words of what stands between two spaces."""
    return split_text(piece)


def write(audience: str, counts: dict[str, int], **others: float) -> None:
    """Keep the words of an audience, and what else is given."""
    lines = "\n".join(f"{word} {count}" for word, count in sorted(counts.items()))
    Vocabulary.objects.update_or_create(audience=audience, defaults={"words": lines, **others})


def read(audience: str) -> Words:
    """Return the words of an audience from the database."""
    return _build_words(Vocabulary.objects.filter(audience=audience).first())


def _build_words(row: Vocabulary | None) -> Words:
    """Return the words of a row; none without a row."""
    if row is None:
        return Words()
    counts = {word: int(count) for word, _, count in (line.partition(" ") for line in row.words.splitlines())}
    return Words(counts, row.least_likeness, row.sure_likeness)


@transaction.atomic
def add(audience: str, texts: Iterable[str]) -> list[str]:
    """Add the words of new texts, already folded; return the compounds among those that were not there yet."""
    found = {word for text in texts for word in split_text(text)}
    if not found - get(audience).counts.keys():
        return []
    Vocabulary.objects.select_for_update().filter(audience=audience).first()
    known = read(audience).counts
    new = found - known.keys()
    write(audience, known | dict.fromkeys(new, 1))
    return sorted(word for word in new if parts_of(word))


# What a process remembers by audience: its words, and when they were written.
_KEPT: dict[str, tuple[Words, Any]] = {}


def get(audience: str) -> Words:
    """Return the words of an audience, from memory as long as they are the same."""
    kept = _KEPT.get(audience)
    if kept is None or watch.is_due(f"words of {audience}"):
        rows = Vocabulary.objects.filter(audience=audience)
        row = (rows.exclude(changed_at=kept[1]) if kept else rows).first()
        if row or kept is None:
            kept = _KEPT[audience] = (_build_words(row), row.changed_at if row else None)
    return kept[0]
