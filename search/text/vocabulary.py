"""The words of all that an audience may find: the source of corrections, compounds and rules of its index.

They are counted in the transaction that changes the fallback index: up for the words that a text gets, down
for those that it loses. Each audience has its own, so that a word that only members use never comes up for
others.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import chain
from typing import Any

from cachetools import TTLCache
from django.db import connection, transaction
from django.db.models import IntegerField, Value
from django.utils import timezone

from search.models import AUDIENCES, LONGEST_WORD, MEMBERS, SearchEntry, Turn, Vocabulary, Word
from search.processes import batched
from search.text.behind import texts_behind
from search.text.compounds import parts_of
from search.text.spelling import Speller
from search.text.terms import text_words

MOST_AT_ONCE = 2000  # words in one query: bounds its parameters
# `bulk_create` cannot add to a count that is there; this works in SQLite and in PostgreSQL.
ADD = """
    INSERT INTO search_word (audience, word, count) VALUES (%s, %s, %s)
    ON CONFLICT (audience, word) DO UPDATE SET count = search_word.count + excluded.count
"""
REMEMBERED = 100_000  # pieces of text, with the signs round a word, of which a process remembers the words
_HYPHENATED = re.compile(r"(?<![^\W_]|-)[^\W\d_]+-[^\W\d_]+(?![^\W_]|-)")


@dataclass(frozen=True)
class Words:
    """Folded words, each with the number of objects that have it; two words with a hyphen also count as one.

    With an `audience` these are its words as they were read some time ago.
    """

    counts: dict[str, int] = field(default_factory=dict)
    threshold: float = 1.0
    sure_threshold: float = 1.0
    audience: str = ""

    @cached_property
    def speller(self) -> Speller:
        """Return a speller that corrects words to these."""
        return Speller(self.counts)

    def still_there(self, words: set[str]) -> set[str]:
        """Return those of the words that an object has at this moment; without an audience all known ones."""
        known = words & self.counts.keys()
        return find_there(self.audience, known) if self.audience and known else known

    @cached_property
    def hyphenated(self) -> dict[str, str]:
        """Return words with a hyphen as two words, by how they are written as one: `e mail` by `email`."""
        return {word.replace("-", ""): word.replace("-", " ") for word in self.counts if "-" in word}

    def compounds(self) -> list[str]:
        """Return the compounds among these words."""
        return sorted(word for word in self.counts if parts_of(word))


@lru_cache(maxsize=4)
def of_words(words: frozenset[str]) -> Words:
    """Return these words as known, though maybe no text has them, such as those of the synonyms."""
    return Words(dict.fromkeys(split_text(" ".join(words)), 1))


def split_text(text: str) -> list[str]:
    """Return the words of a folded text, then those with a hyphen: `e`, `mail` and `e-mail`."""
    return [*text_words(text), *_HYPHENATED.findall(text)]


def different_words(text: str) -> set[str]:
    """Return the different words of `split_text`.

    No word goes on after a space, so the text is split there first: the same pieces come again and again, and
    are remembered.
    """
    pieces = set(text.split())
    return set(chain.from_iterable(map(_split_piece, pieces)))


@lru_cache(maxsize=REMEMBERED)
def _split_piece(piece: str) -> list[str]:
    """Return the words of what stands between two spaces."""
    return [word for word in split_text(piece) if len(word) <= LONGEST_WORD]


def follow(audience: str, before: dict[str, str], after: dict[str, str]) -> None:
    """Count the words of texts that change, in the same transaction; both arguments have texts by key."""
    changed: Counter[str] = Counter()
    for key in before.keys() | after.keys():
        old, new = before.get(key, ""), after.get(key, "")
        if old != new:
            changed.update(different_words(new))
            changed.subtract(different_words(old))
    if not changed:
        return
    _wait_for_turn(audience)
    add(audience, {word: difference for word, difference in changed.items() if difference})


def _wait_for_turn(audience: str) -> None:
    """Lock the counts of an audience until the transaction ends."""
    Turn.take(f"words of {audience}")


def add(audience: str, changes: dict[str, int]) -> None:
    """Add to the counts of words, and delete each word that no object has any more.

    A count below zero was wrong already; it stays, to be mended.
    """
    rows = Word.objects.filter(audience=audience)
    for words in batched(changes, MOST_AT_ONCE):
        counted = rows.filter(word__in=words, count__gt=0)
        known = set(counted.values_list("word", flat=True))
        with connection.cursor() as cursor:
            cursor.executemany(ADD, [(audience, word, changes[word]) for word in words])
        gone, _ = rows.filter(word__in=words, count=0).delete()
        new = [word for word in words if word not in known]
        if any(map(parts_of, new)):
            _note(audience, has_new_compounds=True)
        elif new or gone:
            _note(audience)


def _note(audience: str, **values: bool) -> None:
    """Note that words came or went, with other values to note."""
    Vocabulary.objects.update_or_create(audience=audience, defaults={"changed_at": timezone.now(), **values})


def has_new_compounds() -> bool:
    """Tell whether compounds came for which the index may have no rule yet."""
    return Vocabulary.objects.filter(has_new_compounds=True).exists()


def forget_new_compounds() -> None:
    """Note that the index is about to get rules for all compounds."""
    Vocabulary.objects.filter(has_new_compounds=True).update(has_new_compounds=False)


def count_anew(audience: str) -> None:
    """Mend the counts that differ from the fallback index, while others go on counting."""
    while not _mend(audience):
        pass


def _mend(audience: str) -> bool:
    """Add to each count what it is wrong by, which stays the same whatever others count meanwhile.

    Returns false when somebody else mended counts meanwhile: both would add the same.
    """
    name = f"counts of {audience}"
    last, wrong = Turn.current(name), find_wrong(audience)
    for words in batched(wrong, MOST_AT_ONCE):
        with transaction.atomic():
            _wait_for_turn(audience)
            if Turn.current(name) != last:
                return False
            _, last = Turn.take(name)
            add(audience, {word: wrong[word] for word in words})
    return True


def find_wrong(audience: str) -> dict[str, int]:
    """Return by word what is to be added to a count that differs from the fallback index.

    One query reads counts and texts, so that both are of the same moment without a lock.
    """
    counts = Word.objects.filter(audience=audience).values_list("word", "count")
    entries = SearchEntry.objects.filter(audience=audience).order_by()
    texts = entries.values_list("words", Value(None, IntegerField()))  # no count: that tells them from words
    wrong: Counter[str] = Counter()
    for text, count in counts.union(texts, all=True).iterator():
        wrong.update(different_words(text) if count is None else {text: -count})
    return {word: change for word, change in wrong.items() if change}


def read(audience: str) -> Words:
    """Return the words of an audience from the database."""
    row = Vocabulary.objects.filter(audience=audience).first()
    return _build_words(audience, row or Vocabulary())


def _build_words(audience: str, row: Vocabulary) -> Words:
    """Return the words of an audience from the database, with the thresholds of its row."""
    counts = dict(Word.objects.filter(audience=audience, count__gt=0).values_list("word", "count"))
    return Words(counts, row.threshold, row.sure_threshold, audience)


def find_there(audience: str, words: set[str]) -> set[str]:
    """Return those of the words that an object has now, whatever this process remembers.

    A word that a member takes back is gone at once, before the fallback index is written; one that an editor
    takes back goes when it is. Counts are read last, so that what is written in the meantime is not
    subtracted twice.
    """
    behind: Counter[str] = Counter()
    if audience == MEMBERS:
        for text in texts_behind(audience, words):
            behind.update(words & different_words(text))
    counts = Word.objects.filter(audience=audience, word__in=words).values_list("word", "count")
    return {word for word, count in counts if count > behind[word]}


TIMEOUT = 30  # seconds after which a process looks whether words changed: one query in half a minute
# What a process remembers by audience: its words, and when they were written.
_KEPT: dict[str, tuple[Words, Any]] = {}
_LOOKED_AT: TTLCache[str, bool] = TTLCache(len(AUDIENCES), TIMEOUT)


def get(audience: str) -> Words:
    """Return the words of an audience, from memory while they are the same; looks once in half a minute."""
    remembered = _KEPT.get(audience)
    if remembered is None or audience not in _LOOKED_AT:
        _LOOKED_AT[audience] = True
        rows = Vocabulary.objects.filter(audience=audience)
        row = (rows.exclude(changed_at=remembered[1]) if remembered else rows).first()
        if row or remembered is None:
            words = _build_words(audience, row or Vocabulary())
            remembered = _KEPT[audience] = (words, row.changed_at if row else None)
    return remembered[0]
