"""Answer a question from the fallback index in the database: what the site does when the engine is away.

No word forms or compounds: a sure hit has whole words, and what may be meant parts of them. All entries that
match are counted in memory, which is right for the tens of thousands of entries that a site of this kind has.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import compress
from typing import Any

from django.db.models import BooleanField, Case, ExpressionWrapper, F, IntegerField, Q, Value, When, Window
from django.db.models.functions import Length, Replace, RowNumber
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from search.index.documents import document_key
from search.kinds import CASE, MEMBER, maybe_kinds, rank_of, translated_kinds
from search.models import (
    EVERYONE,
    MEMBERS,
    SHORTEST_WITH_ENDING,
    SearchEntry,
    SearchEntryQuerySet,
    has_part,
)
from search.query.asked import Asked
from search.query.facet import Facet
from search.query.facets import (
    ORGANISATION,
    SEEKS,
    TECHNIQUE,
    THEME,
    chosen_facets,
    facets_of,
    languages_of,
)
from search.query.notions import find_notions
from search.query.parameters import NEWEST, RELEVANCE, REUSED, SearchParameters
from search.query.queries import MOST_KNOWING, MOST_MAYBE, MOST_OF_KIND, VALUES, WEIGHT_OF_TERM
from search.query.question import Question
from search.query.results import Answer, Found, Marked, Nearby, Seeking
from search.query.similar import MOST_CANDIDATES, Similarity
from search.text.passages import text_of
from search.text.terms import fold, split_words, text_words

NAME = "database"
AROUND = 80  # characters of text on each side of the first word
WEIGHT_OF_TITLE = 3  # for each word of the question in it
WEIGHT_OF_SHARED = 3  # word or technique of a similar case, beside a theme
SHORTEST_TELLING = 4  # letters of a word that tells what a member knows
COLUMNS = ("pk", "key", "kind", "title", "facets", "date", "reuse")

Choices = list[tuple[Facet, tuple[str, ...]]]


@dataclass(frozen=True)
class _Row:
    """What is needed of every entry that matches: the values of `COLUMNS`.

    `times` is how often a member has the words: what she knows well stands there more often.
    """

    pk: int
    key: str
    kind: str
    title: str
    facets: dict[str, list[str]]
    date: Any
    reuse: int
    times: int = 0

    def has_all(self, chosen: Choices) -> bool:
        """Tell whether one of the chosen values of each facet is there."""
        return all(not set(values).isdisjoint(facet.values_of(self)) for facet, values in chosen)


def search(asked: Asked, audiences: tuple[str, ...]) -> Answer:
    """Return the answer to a question."""
    parameters, curated = asked.parameters, asked.curated
    words, chosen = _words_of(asked), chosen_facets(parameters)
    rows = _sure(asked, audiences)
    kept = [row for row in rows if row.has_all(chosen)]
    kept.sort(key=_order(parameters, words))
    if parameters.sort == RELEVANCE:
        places = {key: place for place, key in enumerate(curated.pinned)}
        kept.sort(key=lambda row: places.get(row.key, len(places)))
    page = kept[parameters.start :][: parameters.page_size] if parameters.is_within_window else []
    found = _read([row.pk for row in page], words)
    left = {facet: _left_by_others(facet, rows, chosen) for facet in facets_of(parameters)}
    return Answer(
        found=_with_pins(found, curated.pinned),
        total=len(kept),
        maybe=_maybe(asked, audiences, {row.key for row in rows}) if asked.has_maybe else (),
        counts={facet.name: _count_values(facet, rows) for facet, rows in left.items()},
        without={facet.name: len(rows) for facet, rows in left.items()},
    )


def _words_of(asked: Asked) -> list[str]:
    """Return the words of the notions of a question."""
    return list(dict.fromkeys(notion.word for notion in asked.question.notions))


def _count_values(facet: Facet, rows: list[_Row]) -> dict[str, int]:
    """Return how many entries have each value of a facet."""
    return dict(Counter(value for row in rows for value in facet.values_of(row)))


def _entries(asked: Asked, audiences: tuple[str, ...]) -> SearchEntryQuerySet:
    """Return the entries in which a question looks."""
    entries = SearchEntry.objects.for_audiences(audiences).exclude(key__in=asked.curated.hidden).order_by()
    own = Q(document__language__in=languages_of(asked.parameters))
    entries = entries.filter(own | ~Q(kind__in=translated_kinds()))
    return entries.filter(kind=asked.parameters.listing) if asked.parameters.listing else entries


def _sure(asked: Asked, audiences: tuple[str, ...]) -> list[_Row]:
    """Return the entries with every notion in one of the spellings, and what editors put first."""
    entries, pinned = _entries(asked, audiences), asked.curated.pinned
    question = asked.question
    rows: dict[str, _Row] = {}
    for text in dict.fromkeys((question.corrected, question.respelled)):
        if find_notions(text) or not asked.parameters.query:  # nothing but signs finds nothing
            found = _read_rows(_with_every_notion(entries, text, question))
            rows |= {row.key: row for row in found}
    if pinned:
        rows |= {row.key: row for row in _read_rows(entries.filter(key__in=pinned))}
    limits = _limits(asked)
    return [row for row in rows.values() if row.has_all(limits)]


def _limits(asked: Asked) -> Choices:
    """Return what every hit must have beside what was chosen: a body like the one that was asked."""
    like = asked.parameters.like
    return [(ORGANISATION, like.slugs)] if like else []


def _with_every_notion(entries: SearchEntryQuerySet, text: str, question: Question) -> SearchEntryQuerySet:
    """Return the entries with every notion of a text; members with theirs, and how often they have them."""
    words = [notion.word for notion in find_notions(text)]
    if not question.has_members:
        return entries.with_all_words(words)
    theirs = [notion.word for notion in find_notions(text, of_members=True)]
    others = entries.exclude(kind=MEMBER.name).with_all_words(words)
    members = entries.filter(kind=MEMBER.name).with_all_words(theirs)
    return (others | members).annotate(times=_count_times(theirs))


def _count_times(words: list[str]) -> Case:
    """Return how often an entry of a member has the words, as a column."""
    left = ((Replace("words", Value(word), Value("")), len(word)) for word in words)
    times = sum(((Length("words") - Length(text)) / length for text, length in left), Value(0))
    return Case(When(kind=MEMBER.name, then=times), default=0, output_field=IntegerField())


def _maybe(asked: Asked, audiences: tuple[str, ...], sure: set[str]) -> tuple[Found, ...]:
    """Return the cases and people with a part of the words, those with most of them first."""
    words, chosen = _words_of(asked), [*_limits(asked), *chosen_facets(asked.parameters)]
    kinds = maybe_kinds(asked.parameters.listing)
    telling = {kind: {notion.word for notion in asked.question.notions_of(kind)} for kind in kinds}
    entries = _entries(asked, audiences).filter(kind__in=kinds)
    others = [
        (row, has & telling[row.kind])
        for row, has in _with_words(entries.with_any_word(words), words)
        if row.key not in sure and row.has_all(chosen) and has & telling[row.kind]
    ]
    order = _order(asked.parameters, words)
    others.sort(key=lambda pair: (-len(pair[1]), order(pair[0])))
    best = {row.pk: frozenset(has) for row, has in others[:MOST_MAYBE]}
    entries_by_key = SearchEntry.objects.in_bulk(best)
    there = [(entries_by_key[pk], has) for pk, has in best.items() if pk in entries_by_key]
    return tuple(
        replace(_build_found(entry, []), met=has, marked=_mark_parts(entry, has)) for entry, has in there
    )


def _read_rows(entries: SearchEntryQuerySet) -> list[_Row]:
    """Return what is needed of entries."""
    columns = [*COLUMNS, *entries.query.annotation_select]
    return [_Row(*values) for values in entries.values_list(*columns)]


def _left_by_others(facet: Facet, rows: list[_Row], chosen: Choices) -> list[_Row]:
    """Return the entries that have what was chosen in all other facets."""
    others = [(other, values) for other, values in chosen if other is not facet]
    return [row for row in rows if row.has_all(others)]


def look_around(asked: Asked, literal: Asked | None, audiences: tuple[str, ...]) -> Nearby:
    """Return what is near a question without a sure hit, as far as words tell.

    `literal` is that question without correction, when it was corrected.
    """
    total = 0
    if literal:
        chosen = chosen_facets(literal.parameters)
        total = sum(row.has_all(chosen) for row in _sure(literal, audiences))
    if MEMBERS not in audiences:
        return Nearby(literal_total=total)
    return Nearby(literal_total=total, members=_knowing(asked), seeking=_find_seeking(asked))


def _with_words(entries: SearchEntryQuerySet, words: list[str]) -> Iterator[tuple[_Row, set[str]]]:
    """Yield what is needed of entries, each with those of the words that it has."""
    flags = {f"has_{place}": _has(has_part(word)) for place, word in enumerate(words)}
    for values in entries.annotate(**flags).values_list(*COLUMNS, *flags):
        row, has = values[: len(COLUMNS)], values[len(COLUMNS) :]
        yield _Row(*row), set(compress(words, has))


def _knowing(asked: Asked) -> tuple[Found, ...]:
    """Return the members who have most of the words, or of the themes and techniques that were chosen."""
    notions = find_notions(asked.question.corrected, of_members=True)
    words = [notion.word for notion in notions if len(notion.word) >= SHORTEST_TELLING]
    terms = [choice for choice in chosen_facets(asked.parameters) if choice[0].name in WEIGHT_OF_TERM]
    members = SearchEntry.objects.for_audiences((MEMBERS,)).filter(kind=MEMBER.name)
    points: dict[int, int] = {}
    for row, has in _with_words(members.exclude(key__in=asked.curated.hidden), words):
        points[row.pk] = len(has) + sum(row.has_all([choice]) for choice in terms)
    return _read_best(points, MOST_KNOWING, words)


def _find_seeking(asked: Asked) -> Seeking | None:
    """Return how many members seek help with what the question names, when there are any."""
    if not asked.sought:
        return None
    members = SearchEntry.objects.for_audiences((MEMBERS,)).filter(kind=MEMBER.name).order_by()
    rows = members.exclude(key__in=asked.curated.hidden).values_list("facets", flat=True)
    total = sum(not set(asked.sought).isdisjoint(facets.get(SEEKS.name, ())) for facets in rows)
    return Seeking(asked.sought, total) if total else None


def _has(condition: Q) -> ExpressionWrapper:
    """Return a condition as a column."""
    return ExpressionWrapper(condition, output_field=BooleanField())


def _order(parameters: SearchParameters, words: list[str]) -> Any:
    """Return a function that gives the key to sort by: the same orders as the engine's."""

    def key(row: _Row) -> tuple:
        newest = -row.date.toordinal() if row.date else 0
        in_title = sum(WEIGHT_OF_TITLE for word in words if word in row.title)
        rank = rank_of(row.kind)
        if parameters.sort == NEWEST:
            return newest, -in_title, row.title
        if parameters.sort == REUSED:
            return -row.reuse, newest, row.title
        return -in_title, rank, -row.times, newest, row.title

    return key


def _read_best(points: dict[int, int], most: int, words: list[str]) -> tuple[Found, ...]:
    """Return the entries with most points, by their keys; those with none are left out."""
    scoring = [pk for pk in points if points[pk]]
    best = sorted(scoring, key=lambda pk: (-points[pk], pk))
    return _read(best[:most], words)


def _read(pks: list[int], words: list[str]) -> tuple[Found, ...]:
    """Return these entries as hits, with a part of the text round the first word."""
    entries = SearchEntry.objects.in_bulk(pks)
    there = [entries[pk] for pk in pks if pk in entries]
    return tuple(_build_found(entry, words) for entry in there)


def _with_pins(found: tuple[Found, ...], pinned: tuple[str, ...]) -> tuple[Found, ...]:
    """Return the hits with those marked that an editor put first."""
    return tuple(replace(item, is_pinned=document_key(item.label, item.pk) in pinned) for item in found)


def _build_found(entry: SearchEntry, words: list[str]) -> Found:
    """Return one hit."""
    passage, part = _find_passage(entry.document["passages"], words)
    label = passage.get("label")
    return Found(
        label=entry.label,
        pk=entry.object_id,
        stamp=entry.document["stamp"],
        highlights=(part,) if part else (),
        where=(label,) if label else (),
        anchor=passage.get("anchor", ""),
        marked=_mark_parts(entry, words),
        facets={name: tuple(values) for name, values in entry.facets.items()},
    )


def _find_passage(passages: Iterable[dict[str, Any]], words: list[str]) -> tuple[dict[str, Any], SafeString]:
    """Return the first passage with one of the words, and the part round it; both are empty without one."""
    for passage in passages:
        if part := mark(text_of(passage, "text"), words):
            return passage, part
    return {}, SafeString("")


def mark(text: str, words: list[str]) -> SafeString:
    """Return the text round the first of the words, with the word marked; empty when none is in it."""
    folded = fold(text)
    places = [(place, place + len(word)) for word in words if (place := folded.find(word)) >= 0]
    if not places:
        return SafeString("")
    first, last = _unfold(text, *min(places))
    before, hit, after = text[max(0, first - AROUND) : first], text[first:last], text[last : last + AROUND]
    return mark_safe(f"{escape(before)}<mark>{escape(hit)}</mark>{escape(after)}")  # noqa: S308


def _mark_parts(entry: SearchEntry, words: Iterable[str]) -> tuple[Marked, ...]:
    """Return what of a member has the words, or longer ones with them: a case does not tell why."""
    if entry.kind != MEMBER.name:
        return ()
    document = entry.document
    parts = [("passages", text_of(passage, "text"), passage["label"]) for passage in document["passages"]]
    parts += [(field, value, "") for field in VALUES for value in document[field]]
    parts.append(("summary", text_of(document, "summary"), ""))
    marked = [
        Marked(field, mark(text, [word]), heading)
        for field, text, heading in parts
        for word in words
        if _has_word(text, word)
    ]
    return tuple(marked)


def _has_word(text: str, word: str) -> bool:
    """Tell whether a text has a word, or a longer one with it; a short word only as a whole."""
    words = text_words(fold(text))
    return any(word in other for other in words) if len(word) >= SHORTEST_WITH_ENDING else word in words


def _unfold(text: str, first: int, last: int) -> tuple[int, int]:
    """Return where in a text is what has these places in the folded one.

    One character may be none or several when folded. An accent on its own goes with the letter before it.
    """
    places = [place for place, character in enumerate(text) for _ in fold(character)]
    places.append(len(text))
    return places[first], max(places[last], places[last - 1] + 1)


def suggest(asked: Asked, audiences: tuple[str, ...]) -> tuple[Found, ...]:
    """Return a few objects of each kind with the words in their title; first those that begin with them."""
    words = split_words(asked.question.stripped)
    if not words:
        return ()
    entries = _entries(asked, audiences).filter(*(Q(title__contains=word) for word in words))
    starts = _has(Q(title__startswith=" ".join(words)))
    place = Window(RowNumber(), partition_by="kind", order_by=[starts.desc(), F("title").asc()])
    named = entries.annotate(place=place).filter(place__lte=MOST_OF_KIND).order_by("kind", "place")
    return tuple(replace(_build_found(entry, []), is_sure=True) for entry in named)


def similar(similarity: Similarity) -> tuple[Found, ...]:
    """Return the cases that share words of the title or techniques with a case, those with most first.

    A theme that two share puts one before another, and makes none similar.
    """
    cases = SearchEntry.objects.for_audiences((EVERYONE,)).filter(kind=CASE.name)
    rows = cases.exclude(key__in=[similarity.key, *similarity.out]).values_list("pk", "title", "facets")
    without = set(similarity.without)
    points: dict[int, int] = {}
    for pk, title, facets in rows:
        if without.isdisjoint(facets.get(ORGANISATION.name, ())):
            words = set(similarity.words).intersection(text_words(title))
            shared = len(words) + _count_shared(similarity, facets, TECHNIQUE)
            points[pk] = shared and WEIGHT_OF_SHARED * shared + _count_shared(similarity, facets, THEME)
    return _read_best(points, MOST_CANDIDATES, [])


def _count_shared(similarity: Similarity, other: dict[str, list[str]], facet: Facet) -> int:
    """Return how many values of a facet two cases share."""
    return len(set(similarity.facets.get(facet.name, ())).intersection(other.get(facet.name, ())))
