"""The fallback index, which answers when the engine is away, its words and vectors, and what waits."""

import time
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Greatest
from django.utils import timezone

EVERYONE, MEMBERS = "everyone", "members"
AUDIENCES = (EVERYONE, MEMBERS)
# A word with nothing before it, and after it at most an ending: what PostgreSQL and SQLite read alike.
# As in a question, `ISO27001` is two words.
_WHOLE = r"(^|\W){}{}(\W|[0-9]{{2}}|$)"
_WHOLE_NUMBER = r"(^|\W|[a-z]{{2}}){}(\W|$)"
_ENDING = "(e|en|n|s)?"
SHORTEST_WITH_ENDING = 4  # letters: `led` is not `leden`
LONGEST_WORD = 100  # characters of a word that is counted; nobody asks for longer ones


def _whole(word: str) -> str:
    """Return the pattern of a whole word, or of one with a common ending."""
    if word.isnumeric():
        return _WHOLE_NUMBER.format(word)
    return _WHOLE.format(word, _ENDING if len(word) >= SHORTEST_WITH_ENDING else "")


def has_part(word: str) -> Q:
    """Return the condition that a text has a word, or a longer one with it; a short word only as a whole."""
    contains = Q(words__contains=word)
    return contains if len(word) >= SHORTEST_WITH_ENDING else contains & Q(words__regex=_whole(word))


class SearchEntryQuerySet(models.QuerySet["SearchEntry"]):
    """Entries of the fallback index, filtered by audience and words."""

    def for_audiences(self, audiences: tuple[str, ...]) -> "SearchEntryQuerySet":
        """Return what these audiences may find."""
        return self.filter(audience__in=audiences)

    def with_all_words(self, words: list[str]) -> "SearchEntryQuerySet":
        """Return the entries that hold every word, as a whole or with a common ending of Dutch."""
        return self.filter(*(Q(words__contains=word, words__regex=_whole(word)) for word in words))

    def with_any_word(self, words: list[str]) -> "SearchEntryQuerySet":
        """Return the entries that hold at least one of the words, or of longer words with it."""
        condition = Q()
        for word in words:
            condition |= has_part(word)
        return self.filter(condition)


class SearchEntry(models.Model):
    """One object in the fallback index, written by the same operation that writes the index."""

    key = models.CharField(max_length=100, unique=True)
    label = models.CharField(max_length=80)
    object_id = models.BigIntegerField()
    kind = models.CharField(max_length=20, db_index=True)
    audience = models.CharField(max_length=10, choices=[(name, name) for name in AUDIENCES])
    title = models.TextField()
    words = models.TextField()
    facets = models.JSONField(default=dict)
    date = models.DateField(null=True)
    reuse = models.IntegerField(default=0)
    document = models.JSONField()
    digest = models.CharField(max_length=16)
    version = models.BigIntegerField(default=0)

    objects = SearchEntryQuerySet.as_manager()

    class Meta:
        """Names and order."""

        verbose_name = "search entry"
        verbose_name_plural = "search entries"
        ordering: ClassVar[list[str]] = ["key"]

    def __str__(self) -> str:
        """Return the name of the object in the index."""
        return self.key

    def content(self) -> dict[str, Any]:
        """Return all but id and version, the date as text: the same whether the entry was built or read."""
        names = {column.name for column in self._meta.concrete_fields} - {"id", "version"}
        return {name: getattr(self, name) for name in names} | {"date": str(self.date)}

    @classmethod
    def of(cls, label: str, **filters: Any) -> "QuerySet[SearchEntry]":
        """Return the entries of one model."""
        return cls.objects.filter(label=label, **filters)


class WaitingRow(models.Model):
    """A row to write to the index once the engine is back; however often it changes, it waits once."""

    label = models.CharField(max_length=80)
    object_id = models.BigIntegerField()

    class Meta:
        """Each row once."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["label", "object_id"], name="waiting_row_once"),
        ]

    def __str__(self) -> str:
        """Return the name of the object in the index."""
        return f"{self.label}:{self.object_id}"


class Turn(models.Model):
    """The lock on the rows of a model, or on words: one writer at a time, each with a higher version."""

    label = models.CharField(max_length=80, primary_key=True)
    version = models.BigIntegerField(default=0)
    last_version = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        """Return the model, or the audience of the words."""
        return self.label

    @staticmethod
    def current(label: str) -> int:
        """Return the version of the last turn that ended."""
        return Turn.objects.filter(pk=label).values_list("version", flat=True).first() or 0

    @staticmethod
    def take(label: str) -> tuple[int, int]:
        """Wait for the turn, and keep it until the transaction ends.

        Returns the version of the turn before, and the version to write in this one.

        Versions are moments in nanoseconds, so that they keep rising after a backup is restored. They also
        rise where a clock is behind that of another machine, or is set back.
        """
        turn = Turn.objects.filter(pk=label)
        later = {"last_version": F("version"), "version": Greatest(F("version") + 1, time.time_ns())}
        if not turn.update(**later):
            Turn.objects.bulk_create([Turn(label=label)], ignore_conflicts=True)
            turn.update(**later)
        return turn.values_list("last_version", "version").get()


class Word(models.Model):
    """A word, and how many entries of an audience have it; it is deleted with the last of them."""

    audience = models.CharField(max_length=10, choices=[(name, name) for name in AUDIENCES])
    word = models.CharField(max_length=LONGEST_WORD)
    count = models.IntegerField()

    class Meta:
        """Each word once."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["audience", "word"], name="word_once"),
        ]

    def __str__(self) -> str:
        """Return the word."""
        return self.word


class Vocabulary(models.Model):
    """What is known of the words of an audience.

    `threshold` is a similarity (cosine) that few passages reach by chance, `sure_threshold` one that none
    reaches. `changed_at` is when a word came or went. `has_new_compounds` tells whether a compound came for
    which the index may have no rule yet.
    """

    audience = models.CharField(max_length=10, primary_key=True, choices=[(name, name) for name in AUDIENCES])
    threshold = models.FloatField(default=1.0)
    sure_threshold = models.FloatField(default=1.0)
    has_new_compounds = models.BooleanField(default=False)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """Names."""

        verbose_name_plural = "vocabularies"

    def __str__(self) -> str:
        """Return whose words these are."""
        return self.audience


class PassageVector(models.Model):
    """The vector of a text that everyone may read, by the digest of text and model, so that it is made once.

    `model` is the name of the model with its version.
    """

    digest = models.CharField(max_length=64, unique=True)
    model = models.CharField(max_length=100)
    vector = models.BinaryField()

    def __str__(self) -> str:
        """Return the digest."""
        return self.digest


class MissingVector(models.Model):
    """A passage that has no vector yet, by the digest of its text; of this list the last one is made first.

    `key` is that of the object with the passage.
    """

    key = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        """Each passage of an object once: what is listed already keeps its place."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["key", "digest"], name="missing_vector_once"),
        ]

    def __str__(self) -> str:
        """Return the name of the object in the index."""
        return self.key
