"""Why a hit stands where it stands, for editors.

It tells what was made of a question, and what each word and the meaning add.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext_lazy as _
from elasticsearch import Elasticsearch

from search import client
from search.answers.hydration import build_hits
from search.answers.reasons import give_reasons_of_maybe
from search.backends.elasticsearch import ask, indices_of
from search.models import EVERYONE
from search.query.asked import build_asked, vocabularies_of
from search.query.parameters import SearchParameters
from search.query.queries import HALF, PINNED, WORDS
from search.query.question import Question, with_vector
from search.query.results import Answer, Hit
from search.text.terms import clean_query

SHOWN = 10  # hits
FIELDS = {
    "title": _("titel"),
    "summary": _("samenvatting"),
    "body": _("tekst"),
    "keywords": _("trefwoorden"),
    "names": _("naam"),
    "title_name": _("naam"),
    "proper_names": _("naam van een organisatie of plaats"),
    "names.exact": _("hele naam"),
    "passages.text": _("beste passage"),
}
# What a part of the question adds, by its kind and the field that it looks in.
BEST = _("woorden, in het veld waar ze het meest zeggen")
INSTEAD = _("synoniemen en delen van samenstellingen")
PARTS = {
    ("constant_score", ""): _("alle woorden staan erin"),
    ("match", "names"): _("alle woorden staan in een naam"),
    ("match", "names.exact"): _("de vraag is de naam"),
    ("terms", ""): _("naam van een organisatie of plaats"),
    ("nested", ""): _("beste passage"),
}
OTHER = _("overig")
_PART = "part-"  # begins the name of a part, so that the engine tells what it adds
# `weight(title:avg in 0)` or `weight(Synonym(title:avg title:gdpr^0.5) in 0)`; a whole name may have any sign
# in it.
_WEIGHT = re.compile(r"weight\((Synonym\()?([\w.]+):(.+)(?(1)\)) in \d+\)")
_BOOST = re.compile(r"\^[\d.]+$")
# The analyzers that a question meets, each at a field of its language that nothing is copied to.
_ANALYZERS = {"title": "nl_words", "summary": "nl_search", "title_en": "en_words", "summary_en": "en_search"}


@dataclass(frozen=True)
class Reason:
    """What one word, or words for the same thing together, add in one place, in points of the engine."""

    word: str
    where: str
    points: float


@dataclass(frozen=True)
class Part:
    """What one part of the question adds to the points of the words."""

    label: str
    points: float


@dataclass(frozen=True)
class Explained:
    """A hit with its score: what words, meaning and an editor add to it.

    `parts` and `reasons` are what the points of the words are made of.
    """

    hit: Hit
    score: float
    by_words: float
    by_editor: float
    parts: tuple[Part, ...]
    reasons: tuple[Reason, ...]

    @property
    def by_vector(self) -> float:
        """Return what is left of the score."""
        return round(self.score - self.by_words - self.by_editor, 4)

    @property
    def points(self) -> float:
        """Return the sum of the parts."""
        return sum(part.points for part in self.parts)

    @property
    def share(self) -> float:
        """Return what the points are worth, from 0 to 1."""
        return self.points / (self.points + HALF)

    @property
    def head_start(self) -> float:
        """Return what a hit has for its words on one that has only the meaning."""
        return max(0.0, round(self.by_words - self.share, 4))


@dataclass(frozen=True)
class Explanation:
    """What was made of a question, and its first hits.

    `instead` is what counts for less besides the words.
    """

    query: str
    question: Question
    words: tuple[str, ...]
    instead: tuple[str, ...]
    english_words: tuple[str, ...]
    english_instead: tuple[str, ...]
    hits: tuple[Explained, ...]
    maybe: tuple[Hit, ...]
    total: int
    pinned: int
    hidden: int


def explain(typed: str) -> Explanation:
    """Return why a visitor finds what she finds; raises EngineUnavailable."""
    query = clean_query(typed)
    asked = build_asked(SearchParameters(query=query, page_size=SHOWN), vocabularies_of((EVERYONE,)))
    indices = indices_of((EVERYONE,))
    labels: dict[str, str] = {}
    answer = ask(asked, indices, explain=lambda body: labels.update(_name_parts(body)))
    analyze = partial(_analyze, index=indices[0], texts=asked.question.spellings)
    words, instead, english_words, english_instead = client.ask(analyze)
    hits = _explain_hits(answer, labels)
    return Explanation(
        query=query,
        question=with_vector(asked.question),
        words=words,
        instead=tuple(word for word in instead if word not in words),
        english_words=english_words,
        english_instead=tuple(word for word in english_instead if word not in english_words),
        hits=hits,
        maybe=give_reasons_of_maybe(build_hits(answer.maybe, AnonymousUser()), asked.question),
        total=answer.total,
        pinned=sum(item.hit.is_pinned for item in hits),  # a page that is not live may be pinned
        hidden=len(asked.curated.hidden),
    )


def _analyze(engine: Elasticsearch, index: str, texts: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Return the different terms that each analyzer makes of the texts.

    One request does: the texts are those of a document that nobody keeps.
    """
    document = {field: list(texts) for field in _ANALYZERS}
    answer = engine.termvectors(
        index=index, doc=document, per_field_analyzer=_ANALYZERS, field_statistics=False
    )
    found = answer["term_vectors"]
    return tuple(_in_order(found[field]["terms"]) if field in found else () for field in _ANALYZERS)


def _in_order(terms: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the terms as they stand in the texts; the engine gives them by the alphabet."""
    places = {term: found["tokens"][0]["position"] for term, found in terms.items()}
    return tuple(sorted(places, key=lambda term: places[term]))


def _name_parts(body: Mapping[str, Any]) -> dict[str, str]:
    """Name each part of what looks for words, so that the engine tells what it adds.

    `body` is the question as the engine takes it. Returns the labels of the parts by name.
    """
    labels = {}
    for place, part in enumerate(_find_parts(body)):
        ((kind, options),) = part.items()
        field = next(iter(options)) if kind == "match" else ""
        name = f"{_PART}{place}"
        (options[field] if field else options)["_name"] = name
        labels[name] = str(_label(kind, field, options))
    return labels


def _find_parts(node: Any) -> list[dict[str, Any]]:
    """Return the parts of what looks for words, wherever in a question that is."""
    if isinstance(node, list):
        return [part for item in node for part in _find_parts(item)]
    if not isinstance(node, dict):
        return []
    if node.get("_name") == WORDS:
        parts: list[dict[str, Any]] = node["query"]["bool"]["should"]
        return parts
    return _find_parts(list(node.values()))


def _label(kind: str, field: str, options: Mapping[str, Any]) -> Any:
    """Return what a part is about; one that counts for less has the words that stand for others."""
    if kind == "dis_max":
        return BEST if options.get("boost", 1) == 1 else INSTEAD
    return PARTS.get((kind, field), OTHER)


def _explain_hits(answer: Answer, labels: Mapping[str, str]) -> tuple[Explained, ...]:
    """Return the hits that a visitor may see, each with what it is made of."""
    explained = []
    for row, item in zip(answer.rows, answer.found, strict=True):
        hits = build_hits([item], AnonymousUser())
        explained += [_explain_hit(row, hit, labels) for hit in hits]
    return tuple(explained)


def _explain_hit(row: Mapping[str, Any], hit: Hit, labels: Mapping[str, str]) -> Explained:
    """Return one hit with what adds to it."""
    ways: dict[str, float] = row.get("matched_queries", {})
    points: dict[str, float] = {}
    for name, label in labels.items():
        points[label] = points.get(label, 0.0) + ways.get(name, 0.0)
    pinned = [score for name, score in ways.items() if name.startswith(PINNED)]
    parts = [Part(label, added) for label, added in points.items() if added]
    return Explained(
        hit=hit,
        score=float(row["_score"] or 0),
        by_words=ways.get(WORDS, 0.0),
        by_editor=sum(pinned),
        parts=tuple(parts),
        reasons=_find_reasons(row.get("_explanation", {})),
    )


def _find_reasons(explanation: Mapping[str, Any]) -> tuple[Reason, ...]:
    """Return what each word adds in each place, the most first."""
    best: dict[tuple[str, str], float] = {}
    for field, word, points in _weights(explanation):
        where = str(FIELDS.get(field.removesuffix("_en"), ""))
        if where and points > best.get((word, where), 0):
            best[word, where] = points
    reasons = [Reason(word, where, points) for (word, where), points in best.items()]
    return tuple(sorted(reasons, key=lambda reason: -reason.points))


def _weights(node: Mapping[str, Any]) -> Iterator[tuple[str, str, float]]:
    """Yield field, word and points of every leaf of the engine's explanation.

    Synonyms that count as one word are joined.
    """
    found = _WEIGHT.match(node.get("description", ""))
    if found:
        synonym, field, word = found.groups()
        words = [_BOOST.sub("", each) for each in word.split(f" {field}:")] if synonym else [word]
        yield field, " / ".join(words), float(node["value"])
        return
    for part in node.get("details", []):
        yield from _weights(part)
