"""Answer a question from the database's own copy: what the site does when the engine is away.

No word forms, compounds or corrections: only whole or partial words. All entries that match are counted in memory, which
is right for the tens of thousands of entries that a site of this kind has.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from curation.services import Curated
from search.documents import KIND_ORDER, text_of
from search.facets import Facet, chosen_facets, facets_of
from search.models import EVERYONE, SearchEntry
from search.parameters import NEWEST, REUSED, SearchParameters
from search.queries import MOST_SIMILAR, MOST_SUGGESTIONS, WEIGHT_OF_TERM
from search.question import Question
from search.results import Answer, Found
from search.terms import fold, split_words

NAME = "database"
AROUND = 80  # characters of text on each side of the first word
WEIGHT_OF_TITLE = 3


@dataclass(frozen=True)
class _Row:
    """What is needed of every entry that matches."""

    pk: int
    key: str
    kind: str
    title: str
    facets: dict[str, list[str]]
    date: Any
    reuse: int

    def values_of(self, facet: Facet) -> list[str]:
        """Return the values of a facet."""
        return [self.kind] if facet.name == "type" else self.facets.get(facet.name, [])

    def has(self, facet: Facet, chosen: tuple[str, ...]) -> bool:
        """Tell whether one of the chosen values is there."""
        return not set(chosen).isdisjoint(self.values_of(facet))


def search(parameters: SearchParameters, question: Question, audiences: tuple[str, ...], curated: Curated) -> Answer:
    """Return the answer to a question; `curated` is what editors decided about it."""
    words = split_words(question.text)
    rows = _matching(parameters, audiences, words, curated)
    chosen = chosen_facets(parameters)
    kept = [row for row in rows if all(row.has(facet, values) for facet, values in chosen)]
    kept.sort(key=_order(parameters, words))
    kept.sort(key=lambda row: curated.pinned.index(row.key) if row.key in curated.pinned else len(curated.pinned))
    counts = {facet.name: _count(facet, rows, chosen) for facet in facets_of(parameters)}
    page = kept[parameters.start : parameters.start + parameters.page_size]
    return Answer(_read(page, words), len(kept), counts)


def _matching(parameters: SearchParameters, audiences: tuple[str, ...], words: list[str], curated: Curated) -> list[_Row]:
    """Return the entries with all words; when there are none, those with any word; and what editors put first."""
    entries = SearchEntry.objects.for_audiences(audiences).exclude(key__in=curated.hidden).order_by()
    if parameters.listing:
        entries = entries.filter(kind=parameters.listing)
    if parameters.query and not words:  # nothing but signs
        return []
    columns = ("pk", "key", "kind", "title", "facets", "date", "reuse")
    rows = [_Row(*values) for values in entries.with_all_words(words).values_list(*columns)]
    if not rows and len(words) > 1:
        rows = [_Row(*values) for values in entries.with_any_word(words).values_list(*columns)]
    if curated.pinned:
        there = {row.key for row in rows}
        rows += [_Row(*values) for values in entries.filter(key__in=set(curated.pinned) - there).values_list(*columns)]
    return rows


def _count(facet: Facet, rows: list[_Row], chosen: list[tuple[Facet, tuple[str, ...]]]) -> dict[str, int]:
    """Return the number of entries per value among what all other facets leave."""
    others = [(other, values) for other, values in chosen if other is not facet]
    left = (row for row in rows if all(row.has(other, values) for other, values in others))
    return dict(Counter(value for row in left for value in row.values_of(facet)))


def _order(parameters: SearchParameters, words: list[str]) -> Any:
    """Return the key to sort by: the same orders as the engine's."""

    def key(row: _Row) -> tuple:
        newest = -row.date.toordinal() if row.date else 0
        in_title = sum(WEIGHT_OF_TITLE for word in words if word in row.title)
        rank = KIND_ORDER.index(row.kind) if row.kind in KIND_ORDER else len(KIND_ORDER)
        if parameters.sort == NEWEST:
            return newest, -in_title, row.title
        if parameters.sort == REUSED:
            return -row.reuse, newest, row.title
        return -in_title, rank, newest, row.title

    return key


def _read(rows: list[_Row], words: list[str]) -> tuple[Found, ...]:
    """Return the hits of one page, with a part of the text round the first word."""
    entries = SearchEntry.objects.in_bulk([row.pk for row in rows])
    return tuple(_build_found(entries[row.pk], words) for row in rows if row.pk in entries)


def _build_found(entry: SearchEntry, words: list[str]) -> Found:
    """Return one hit."""
    found = [(passage, part) for passage in entry.document["passages"] if (part := mark(text_of(passage, "text"), words))]
    passage, part = found[0] if found else ({}, SafeString(""))
    return Found(
        label=entry.label,
        pk=entry.object_id,
        stamp=entry.document["stamp"],
        highlights=(part,) if part else (),
        where=(passage["label"],) if passage.get("label") else (),
        anchor=passage.get("anchor", ""),
        facets={name: tuple(values) for name, values in entry.facets.items()},
    )


def mark(text: str, words: list[str]) -> SafeString:
    """Return the text round the first of the words, with the word marked; empty when none is in it."""
    folded = fold(text)
    places = [(place, word) for word in words if (place := folded.find(word)) >= 0]
    if not places or len(folded) != len(text):  # folding changed the length (ß, ligatures): the place would be wrong
        return SafeString("")
    place, word = min(places)
    start, end = max(0, place - AROUND), place + len(word) + AROUND
    before, hit, after = text[start:place], text[place : place + len(word)], text[place + len(word) : end]
    return mark_safe(f"{escape(before)}<mark>{escape(hit)}</mark>{escape(after)}")  # noqa: S308


def suggest(query: str, audiences: tuple[str, ...]) -> tuple[Found, ...]:
    """Return objects with the words of the query in their title."""
    words = split_words(query)
    if not words:
        return ()
    entries = SearchEntry.objects.for_audiences(audiences)
    for word in words:
        entries = entries.filter(title__contains=word)
    return tuple(_build_found(entry, []) for entry in entries.order_by("kind", "title")[:MOST_SUGGESTIONS])


def similar(key: str, facets: dict[str, tuple[str, ...]]) -> tuple[Found, ...]:
    """Return the cases that share most terms with the case `key`."""
    cases = SearchEntry.objects.for_audiences((EVERYONE,)).filter(kind="case").exclude(key=key)
    shared = {pk: _shared(facets, other) for pk, other in cases.values_list("pk", "facets")}
    best = sorted((pk for pk in shared if shared[pk]), key=lambda pk: (-shared[pk], pk))[: MOST_SIMILAR * 4]
    entries = SearchEntry.objects.in_bulk(best)
    return tuple(_build_found(entries[pk], []) for pk in best)


def _shared(facets: dict[str, tuple[str, ...]], other: dict[str, list[str]]) -> int:
    """Return how many techniques and themes two cases share."""
    return sum(len(set(facets[name]) & set(other.get(name, []))) for name in WEIGHT_OF_TERM if name in facets)
