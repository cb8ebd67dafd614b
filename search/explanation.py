"""Why a hit stands where it stands: what was made of a question, and what each word and the meaning add, for editors."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext_lazy as _
from elasticsearch import Elasticsearch

from curation.services import curated_for, synonym_words, without_stop_phrases
from search import client, vocabulary
from search.engine import indices_of, read_answer
from search.hydration import build_hits
from search.models import EVERYONE
from search.parameters import SearchParameters
from search.queries import WORDS, build_search
from search.question import Question, understand, with_meaning
from search.results import Hit
from search.terms import clean_query

SHOWN = 10
FIELDS = {
    "title": _("titel"),
    "summary": _("samenvatting"),
    "body": _("tekst"),
    "keywords": _("trefwoorden"),
    "names": _("naam"),
    "passages.text": _("beste passage"),
}
_WEIGHT = re.compile(r"weight\((?:Synonym\()?([\w.]+):(.+?)(?:\^[\d.]+)?\)? in \d+\)")


@dataclass(frozen=True)
class Reason:
    """What one word adds in one place, in points of the engine."""

    word: str
    where: str
    points: float


@dataclass(frozen=True)
class Explained:
    """A hit with its score, what the words and the meaning add to it, and the reasons for the first."""

    hit: Hit
    score: float
    by_words: float
    by_meaning: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Explanation:
    """What was made of a question, and the first hits of it."""

    question: Question
    without_phrases: str
    words: tuple[str, ...]
    instead: tuple[str, ...]
    hits: tuple[Explained, ...]
    total: int
    pinned: int
    hidden: int


def explain(typed: str) -> Explanation:
    """Return why a visitor finds what she finds; raises EngineUnavailable."""
    query = clean_query(typed)
    text, curated = without_stop_phrases(query), curated_for(query)
    question = with_meaning(understand(text, [vocabulary.get(EVERYONE), vocabulary.of_words(synonym_words())]))
    indices = indices_of((EVERYONE,))
    search = build_search(SearchParameters(query=query, page_size=SHOWN), question, indices, curated)
    body, options = search.to_dict() | {"explain": True}, search._params
    answer = client.run(lambda engine: engine.search(index=indices, body=body, **options).body)
    words = client.run(lambda engine: _analyze(engine, indices[0], "nl_words", question.text))
    instead = client.run(lambda engine: _analyze(engine, indices[0], "nl_search", question.text))
    return Explanation(
        question=question,
        without_phrases=text if text != query else "",
        words=words,
        instead=tuple(word for word in instead if word not in words),
        hits=_explain_hits(answer),
        total=read_answer(answer).total,
        pinned=len(curated.pinned),
        hidden=len(curated.hidden),
    )


def _analyze(engine: Elasticsearch, index: str, analyzer: str, text: str) -> tuple[str, ...]:
    """Return the different terms that an analyzer makes of a text."""
    tokens = engine.indices.analyze(index=index, analyzer=analyzer, text=text)["tokens"] if text else []
    return tuple(dict.fromkeys(token["token"] for token in tokens))


def _explain_hits(answer: Mapping[str, Any]) -> tuple[Explained, ...]:
    """Return the hits that a visitor may see, each with what it is made of."""
    pairs = zip(answer["hits"]["hits"], read_answer(answer).found, strict=True)
    return tuple(_explain_hit(row, hit) for row, item in pairs for hit in build_hits([item], AnonymousUser()))


def _explain_hit(row: Mapping[str, Any], hit: Hit) -> Explained:
    """Return one hit with its reasons, the strongest first."""
    ways = row.get("matched_queries", {})
    best: dict[tuple[str, str], float] = {}
    for field, word, points in _weights(row.get("_explanation", {})):
        where = str(FIELDS.get(field.removesuffix("_en"), ""))
        if where and points > best.get((word, where), 0):
            best[word, where] = points
    reasons = sorted((Reason(word, where, points) for (word, where), points in best.items()), key=lambda r: -r.points)
    score = float(row["_score"] or 0)
    return Explained(hit, score, ways.get(WORDS, 0.0), round(score - sum(ways.values()), 4), tuple(reasons))


def _weights(node: Mapping[str, Any]) -> Iterator[tuple[str, str, float]]:
    """Yield field, word and points of every leaf of the engine's explanation."""
    found = _WEIGHT.match(node.get("description", ""))
    if found:
        yield found[1], found[2], float(node["value"])
        return
    for part in node.get("details", []):
        yield from _weights(part)
