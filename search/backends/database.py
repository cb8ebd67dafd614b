"""Answer a question from the database's own copy: what the site does when the engine is away.

No word forms, compounds or corrections: only whole or partial words. All entries that match are counted in memory, which
is right for the tens of thousands of entries that a site of this kind has.
"""

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, F, Q, Window
from django.db.models.functions import RowNumber
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from search.index.documents import document_key
from search.kinds import CASE, MEMBER, rank_of
from search.models import EVERYONE, MEMBERS, SearchEntry, SearchEntryQuerySet
from search.query.asked import Asked
from search.query.facet import Facet
from search.query.facets import ORGANISATION, chosen_facets, facets_of
from search.query.parameters import NEWEST, RELEVANCE, REUSED, SearchParameters
from search.query.queries import MOST_CANDIDATES, MOST_KNOWING, MOST_OF_KIND, WEIGHT_OF_TERM, Similarity
from search.query.results import Answer, Found, Nearby
from search.text.passages import text_of
from search.text.terms import fold, split_words, stop_words

NAME = "database"
AROUND = 80  # characters of text on each side of the first word
WEIGHT_OF_TITLE = 3
SHORTEST_TELLING = 4  # letters of a word that tells what a member knows
COLUMNS = ("pk", "key", "kind", "title", "facets", "date", "reuse")

Choices = list[tuple[Facet, tuple[str, ...]]]


@dataclass(frozen=True)
class _Row:
    """What is needed of every entry that matches: the values of `COLUMNS`."""

    pk: int
    key: str
    kind: str
    title: str
    facets: dict[str, list[str]]
    date: Any
    reuse: int

    def has_all(self, chosen: Choices) -> bool:
        """Tell whether one of the chosen values of each facet is there."""
        return all(not set(values).isdisjoint(facet.values_of(self)) for facet, values in chosen)


def search(asked: Asked, audiences: tuple[str, ...]) -> Answer:
    """Return the answer to a question."""
    parameters, curated = asked.parameters, asked.curated
    words, chosen = split_words(asked.question.text), chosen_facets(parameters)
    rows = _matching(asked, audiences, words)
    kept = [row for row in rows if row.has_all(chosen)]
    kept.sort(key=_order(parameters, _telling(words)))
    if parameters.sort == RELEVANCE:
        kept.sort(
            key=lambda row: (
                curated.pinned.index(row.key) if row.key in curated.pinned else len(curated.pinned)
            )
        )
    left = {facet: _left_by_others(facet, rows, chosen) for facet in facets_of(parameters)}
    page = (
        kept[parameters.start : parameters.start + parameters.page_size]
        if parameters.is_within_window
        else []
    )
    return Answer(
        found=_with_pins(_read(page, _telling(words)), curated.pinned),
        total=len(kept),
        counts={
            facet.name: dict(Counter(value for row in rows for value in facet.values_of(row)))
            for facet, rows in left.items()
        },
        without={facet.name: len(rows) for facet, rows in left.items()},
    )


def _telling(words: list[str]) -> list[str]:
    """Return the words that tell something by themselves, if any do: `op` is a part of half of all texts."""
    return [word for word in words if word not in stop_words()] or words


def _entries(asked: Asked, audiences: tuple[str, ...]) -> SearchEntryQuerySet:
    """Return the entries in which a question looks."""
    entries = SearchEntry.objects.for_audiences(audiences).exclude(key__in=asked.curated.hidden).order_by()
    return entries.filter(kind=asked.parameters.listing) if asked.parameters.listing else entries


def _matching(asked: Asked, audiences: tuple[str, ...], words: list[str]) -> list[_Row]:
    """Return the entries with all words, or when there are none with any that tells something; and what editors put first."""
    entries, pinned = _entries(asked, audiences), asked.curated.pinned
    if asked.parameters.query and not words:  # nothing but signs
        return []
    rows = [_Row(*values) for values in entries.with_all_words(words).values_list(*COLUMNS)]
    if not rows and len(words) > 1:
        rows = [_Row(*values) for values in entries.with_any_word(_telling(words)).values_list(*COLUMNS)]
    if pinned:
        there = {row.key for row in rows}
        rows += [
            _Row(*values) for values in entries.filter(key__in=set(pinned) - there).values_list(*COLUMNS)
        ]
    return rows


def _left_by_others(facet: Facet, rows: list[_Row], chosen: Choices) -> list[_Row]:
    """Return the entries that have what was chosen in all other facets."""
    others = [(other, values) for other, values in chosen if other is not facet]
    return [row for row in rows if row.has_all(others)]


def look_around(
    asked: Asked, shorter: list[Asked], literal: Asked | None, audiences: tuple[str, ...]
) -> Nearby:
    """Return what is near a question without an answer, as far as words tell; `literal` is that question as it was typed."""
    return Nearby(
        totals=_count_shorter(asked, shorter, audiences) if chosen_facets(asked.parameters) else {},
        literal_total=sum(_count_shorter(literal, [literal], audiences).values()) if literal else 0,
        members=_knowing(asked) if MEMBERS in audiences else (),
    )


def _count_shorter(asked: Asked, shorter: list[Asked], audiences: tuple[str, ...]) -> dict[str, int]:
    """Return the totals of shorter questions, all from one query; without filters nothing has any of the words."""
    if not shorter:
        return {}
    words = split_words(asked.question.text)
    flags = {f"has_{place}": _has(Q(words__contains=word)) for place, word in enumerate(words)}
    entries = _entries(asked, audiences).with_any_word(_telling(words)).annotate(**flags)
    rows = [
        (_Row(*values[: len(COLUMNS)]), dict(zip(words, values[len(COLUMNS) :], strict=True)))
        for values in entries.values_list(*COLUMNS, *flags)
    ]
    return {item.parameters.query: _count_having(rows, item) for item in shorter}


def _count_having(rows: list[tuple[_Row, dict[str, bool]]], asked: Asked) -> int:
    """Return how many entries a question finds among rows that say which words they have."""
    words, chosen = split_words(asked.question.text), chosen_facets(asked.parameters)
    shown = [
        (row, {word for word in words if has.get(word)})
        for row, has in rows
        if row.key not in asked.curated.hidden
    ]
    enough = [row for row, found in shown if found.issuperset(words)]
    enough = enough or [row for row, found in shown if not found.isdisjoint(_telling(words))]
    return sum(row.has_all(chosen) for row in enough)


def _knowing(asked: Asked) -> tuple[Found, ...]:
    """Return the members who have most of the words, or of the themes and techniques that were chosen."""
    words = [word for word in split_words(asked.question.text) if len(word) >= SHORTEST_TELLING]
    chosen = [
        (facet, values) for facet, values in chosen_facets(asked.parameters) if facet.name in WEIGHT_OF_TERM
    ]
    flags = {f"has_{place}": _has(Q(words__contains=word)) for place, word in enumerate(words)}
    members = (
        SearchEntry.objects.for_audiences((MEMBERS,))
        .filter(kind=MEMBER.name)
        .exclude(key__in=asked.curated.hidden)
    )
    points: dict[int, int] = {}
    for values in members.annotate(**flags).values_list(*COLUMNS, *flags):
        row = _Row(*values[: len(COLUMNS)])
        points[row.pk] = sum(values[len(COLUMNS) :]) + sum(row.has_all([choice]) for choice in chosen)
    best = sorted((pk for pk in points if points[pk]), key=lambda pk: (-points[pk], pk))[: MOST_KNOWING + 1]
    entries = SearchEntry.objects.in_bulk(best)
    return tuple(_build_found(entries[pk], []) for pk in best if pk in entries)


def _has(condition: Q) -> ExpressionWrapper:
    """Return a condition as a column."""
    return ExpressionWrapper(condition, output_field=BooleanField())


def _order(parameters: SearchParameters, words: list[str]) -> Any:
    """Return the key to sort by: the same orders as the engine's."""

    def key(row: _Row) -> tuple:
        newest = -row.date.toordinal() if row.date else 0
        in_title = sum(WEIGHT_OF_TITLE for word in words if word in row.title)
        rank = rank_of(row.kind)
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


def _with_pins(found: tuple[Found, ...], pinned: tuple[str, ...]) -> tuple[Found, ...]:
    """Return the hits with those marked that an editor put first."""
    return tuple(replace(item, is_pinned=document_key(item.label, item.pk) in pinned) for item in found)


def _build_found(entry: SearchEntry, words: list[str]) -> Found:
    """Return one hit."""
    found = [
        (passage, part)
        for passage in entry.document["passages"]
        if (part := mark(text_of(passage, "text"), words))
    ]
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
    places = [(place, place + len(word)) for word in words if (place := folded.find(word)) >= 0]
    if not places:
        return SafeString("")
    first, last = _unfold(text, *min(places))
    before, hit, after = text[max(0, first - AROUND) : first], text[first:last], text[last : last + AROUND]
    return mark_safe(f"{escape(before)}<mark>{escape(hit)}</mark>{escape(after)}")  # noqa: S308


def _unfold(text: str, first: int, last: int) -> tuple[int, int]:
    """Return where in a text is what has these places in the folded one: of one character there it may have none, or several.

    An accent on its own goes with the letter before it.
    """
    places = [place for place, character in enumerate(text) for _ in fold(character)] + [len(text)]
    end = places[last] if places[last] > places[last - 1] else places[last] + 1
    return places[first], end


def suggest(asked: Asked, audiences: tuple[str, ...]) -> tuple[Found, ...]:
    """Return a few objects of each kind with the words of the query in their title; first those that begin with it."""
    words = split_words(asked.question.typed)
    if not words:
        return ()
    entries = _entries(asked, audiences).filter(*(Q(title__contains=word) for word in words))
    starts = _has(Q(title__startswith=" ".join(words)))
    place = Window(RowNumber(), partition_by="kind", order_by=[starts.desc(), F("title").asc()])
    named = entries.annotate(place=place).filter(place__lte=MOST_OF_KIND).order_by("kind", "place")
    return tuple(replace(_build_found(entry, []), is_sure=True) for entry in named)


def similar(similarity: Similarity) -> tuple[Found, ...]:
    """Return the cases that share most terms with a case."""
    cases = SearchEntry.objects.for_audiences((EVERYONE,)).filter(kind=CASE.name)
    rows = cases.exclude(key__in=[similarity.key, *similarity.out]).values_list("pk", "facets")
    others = {
        pk: facets
        for pk, facets in rows
        if set(similarity.without).isdisjoint(facets.get(ORGANISATION.name, ()))
    }
    shared = {pk: _shared(similarity.facets, facets) for pk, facets in others.items()}
    best = sorted((pk for pk in shared if shared[pk]), key=lambda pk: (-shared[pk], pk))[:MOST_CANDIDATES]
    entries = SearchEntry.objects.in_bulk(best)
    return tuple(_build_found(entries[pk], []) for pk in best)


def _shared(facets: dict[str, tuple[str, ...]], other: dict[str, list[str]]) -> int:
    """Return how many techniques and themes two cases share."""
    return sum(len(set(facets[name]) & set(other.get(name, []))) for name in WEIGHT_OF_TERM if name in facets)
