"""Ask the engine a question and read its answer."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from itertools import chain
from textwrap import shorten
from typing import Any

from django.conf import settings
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from elastic_transport import ApiResponseMeta
from elasticsearch import ApiError, Elasticsearch
from elasticsearch.dsl import Search

from core.searchable import searchable_models
from search import client
from search.models import EVERYONE, MEMBERS
from search.query.asked import Asked
from search.query.facets import build_aggregations
from search.query.queries import (
    BEGINS,
    MARKED,
    PINNED,
    WORDS,
    alias_of,
    build_knowing,
    build_maybe,
    build_search,
    build_seeking,
    build_suggest,
    build_total,
)
from search.query.question import with_vector
from search.query.results import Answer, Found, Marked, Nearby, Seeking
from search.query.semantic import SEMANTIC
from search.query.similar import Similarity, build_similar
from search.query.sure import MET
from search.text.passages import text_of

NAME = "elasticsearch"
Query = dict[str, Any]  # as the engine takes it
Run = Callable[[Callable[[Elasticsearch], list[Answer]]], list[Answer]]
Passage = tuple[Mapping[str, Any], str]  # as the engine has it, and the part of it to show as HTML
BEGINNING = 160  # characters of a passage that are shown when no word of it is marked


def indices_of(audiences: tuple[str, ...]) -> list[str]:
    """Return the names of the indices that these audiences may read."""
    return [alias_of(settings.SEARCH_INDEX_PREFIX, audience) for audience in audiences]


def search(asked: Asked, audiences: tuple[str, ...]) -> Answer:
    """Return the answer to a question, with counts of facets, in one request; raises EngineUnavailable."""
    return ask(asked, indices_of(audiences))


def ask(
    asked: Asked, indices: list[str], *, explain: Callable[[Query], None] | None = None, run: Run = client.ask
) -> Answer:
    """Return the answer to a question to these indices, from one request; raises EngineUnavailable.

    `explain` names the parts of the query for sure hits, so that the rows of the answer tell what each of
    them adds. `run` says how long to wait: as a visitor does, or as a task.
    """
    question, parameters = with_vector(asked.question), asked.parameters
    search = build_search(parameters, question, indices, asked.curated)
    body = search.to_dict() | {"aggs": build_aggregations(parameters)}
    if explain:
        body["explain"] = True
        explain(body["query"])
    parts = [_header(search), body]
    if asked.has_maybe:
        maybe = build_maybe(parameters, question, indices, asked.curated)
        parts += [_header(maybe), maybe.to_dict()]
    sure, *others = _ask_together(parts, run)
    return replace(sure, maybe=others[0].found) if others else sure


def look_around(asked: Asked, literal: Asked | None, audiences: tuple[str, ...]) -> Nearby:
    """Return what is near a question without a sure hit, in one request; raises EngineUnavailable.

    `literal` is that question without correction, when it was corrected.
    """
    searches: dict[str, Search] = {}
    if literal:
        indices = indices_of(audiences)
        searches["literal"] = build_total(literal.parameters, literal.question, indices, literal.curated)
    if MEMBERS in audiences:
        index, hidden = alias_of(settings.SEARCH_INDEX_PREFIX, MEMBERS), asked.curated.hidden
        searches["members"] = build_knowing(asked.parameters, asked.question.corrected, index, hidden)
        if asked.sought:
            searches["seeking"] = build_seeking(asked.sought, index, hidden)
    answers = dict(zip(searches, _ask_all(searches.values()), strict=True))
    seeking = answers["seeking"].total if "seeking" in answers else 0
    return Nearby(
        literal_total=answers["literal"].total if literal else 0,
        members=answers["members"].found if "members" in answers else (),
        seeking=Seeking(asked.sought, seeking) if seeking else None,
    )


def suggest(asked: Asked, audiences: tuple[str, ...]) -> tuple[Found, ...]:
    """Return a few objects of each kind with a name that begins like the query.

    That takes one request. Raises EngineUnavailable.
    """
    indices, hidden = indices_of(audiences), asked.curated.hidden
    kinds = [str(model.search_kind) for model in searchable_models() if model.search_audience in audiences]
    answers = _ask_all([build_suggest(asked.question, kind, indices, hidden) for kind in kinds])
    return tuple(chain.from_iterable(answer.found for answer in answers))


def similar(similarity: Similarity) -> tuple[Found, ...]:
    """Return cases like a case, best first; raises EngineUnavailable."""
    (answer,) = _ask_all([build_similar(similarity, indices_of((EVERYONE,))[0])])
    return answer.found


def _header(search: Search) -> dict[str, Any]:
    """Return to whom a question goes."""
    return {"index": search._index, **search._params}


def _ask_all(searches: Iterable[Search]) -> list[Answer]:
    """Return the answers to several questions in one request."""
    parts: list[dict[str, Any]] = []
    for search in searches:
        parts += [_header(search), search.to_dict()]
    return _ask_together(parts, client.ask)


def _ask_together(parts: list[dict[str, Any]], run: Run) -> list[Answer]:
    """Return the answers to questions in one request; none of them counts when one is no answer.

    They are read while the client still watches: a body of another form is no answer either. The counts of
    facets are in the body alone: the library would look through them for objects of its own.
    """
    if not parts:
        return []

    def operation(engine: Elasticsearch) -> list[Answer]:
        response = engine.msearch(searches=parts, include_named_queries_score=True)
        return [_read_part(body, response.meta) for body in response.body["responses"]]

    return run(operation)


def _read_part(body: Mapping[str, Any], meta: ApiResponseMeta) -> Answer:
    """Return the answer to one of several questions; raises its error, of which the request knows nothing."""
    if "error" in body:
        raise ApiError(str(body["error"]["type"]), replace(meta, status=int(body["status"])), body)
    return read_answer(body)


def read_answer(body: Mapping[str, Any]) -> Answer:
    """Return the plain values of an answer.

    Raises LookupError, TypeError, ValueError or AttributeError when it is none.
    """
    hits = body["hits"]["hits"]
    facets = body.get("aggregations", {})
    is_explained = any("_explanation" in hit for hit in hits)
    return Answer(
        found=tuple(_read_hit(hit) for hit in hits),
        total=int(body["hits"]["total"]["value"]),
        counts={name: _read_counts(part) for name, part in facets.items()},
        without={name: int(part["doc_count"]) for name, part in facets.items()},
        rows=tuple(hits) if is_explained else (),
    )


def _read_counts(part: Mapping[str, Any]) -> dict[str, int]:
    """Return the number of hits per value of a facet, as far as there are any."""
    chosen = part.get("chosen", {}).get("buckets", [])
    buckets = [bucket for bucket in [*part["values"]["buckets"], *chosen] if bucket["doc_count"]]
    return {str(bucket["key"]): int(bucket["doc_count"]) for bucket in buckets}


def _read_hit(hit: Mapping[str, Any]) -> Found:
    """Return one hit, with its best passages.

    They are those that have the words, else the one that means nearly the same.
    """
    source, marked, ways = hit["_source"], hit.get("highlight", {}), hit.get("matched_queries", {})
    passages = _read_passages(hit, WORDS if WORDS in ways else SEMANTIC)
    titles = (marked[name][0] for name in ("title", "title_en", "title_name") if name in marked)
    return Found(
        label=source["label"],
        pk=int(source["pk"]),
        stamp=source["stamp"],
        score=float(hit["_score"] or 0),
        highlights=_read_highlights(passages, marked),
        title_html=_safe(next(titles, "")),
        where=_read_where(passages, marked),
        anchor=passages[0][0]["anchor"] if passages else "",
        is_pinned=any(way.startswith(PINNED) for way in ways),
        is_sure=BEGINS in ways,
        met=frozenset(way.removeprefix(MET) for way in ways if way.startswith(MET)),
        marked=_read_marked(passages, marked),
        facets={name: tuple(values) for name, values in source.get("facets", {}).items()},
    )


def _read_highlights(passages: list[Passage], marked: Mapping[str, list[str]]) -> tuple[SafeString, ...]:
    """Return the parts of the text to show, at most two: of passages first, then of the summary."""
    parts = [part for _, part in passages]
    parts += [*marked.get("summary", []), *marked.get("summary_en", [])]
    return tuple(_safe(part) for part in parts[:2])


def _read_marked(passages: list[Passage], marked: Mapping[str, list[str]]) -> tuple[Marked, ...]:
    """Return what has words of the question in it: passages, keywords, names and the summary."""
    parts = [Marked("passages", part, passage["label"]) for passage, part in passages]
    parts += [Marked(name, part) for name in MARKED for part in marked.get(name, ())]
    return tuple(parts)


def _read_where(passages: list[Passage], marked: Mapping[str, list[str]]) -> tuple[str, ...]:
    """Return where in the object the words are: the headings of the passages, or its keywords."""
    if not passages and "keywords" in marked:
        return (gettext("Trefwoorden"),)
    if not passages and "proper_names" in marked:
        return (gettext("Namen"),)
    labels = [passage["label"] for passage, _ in passages]
    return tuple(dict.fromkeys(label for label in labels if label))


def _read_passages(hit: Mapping[str, Any], way: str) -> list[Passage]:
    """Return the best passages of a hit that were found in this way."""
    inner = hit.get("inner_hits", {}).get(way, {}).get("hits", {}).get("hits", [])
    return [(item["_source"], _part_of(item)) for item in inner]


def _part_of(inner_hit: Mapping[str, Any]) -> str:
    """Return the part of a passage with the words marked, or else its beginning."""
    marked = inner_hit.get("highlight", {})
    shown = next((parts[0] for parts in marked.values() if parts), "")
    return shown or escape(shorten(text_of(inner_hit["_source"], "text"), BEGINNING, placeholder="…"))


def _safe(marked: str) -> SafeString:
    """Return a part of a text as HTML: the engine escaped it before it put the marks in."""
    return mark_safe(marked)  # noqa: S308
