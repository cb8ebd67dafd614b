"""Ask the engine a question and read its answer."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from elasticsearch import Elasticsearch
from elasticsearch.dsl import Search

from search import client
from search.models import EVERYONE
from search.parameters import SearchParameters
from search.queries import alias_of, build_search, build_similar, build_suggest
from search.results import Answer, Found

NAME = "elasticsearch"
FEW = 3  # with fewer hits than this, and a word that is nowhere, words that are nearly the same are tried too


def indices_of(audiences: tuple[str, ...]) -> list[str]:
    """Return the names of the indices that these audiences may read."""
    return [alias_of(settings.SEARCH_INDEX_PREFIX, audience) for audience in audiences]


def search(parameters: SearchParameters, audiences: tuple[str, ...]) -> Answer:
    """Return the answer to a question; raises EngineUnavailable."""
    indices = indices_of(audiences)
    answer = _ask(build_search(parameters, indices))
    is_sure = answer.total >= FEW or (answer.total and not answer.suggestion)
    if is_sure or not parameters.query:
        return answer
    nearly = _ask(build_search(parameters, indices, is_fuzzy=True))
    return nearly if nearly.total > answer.total else answer


def suggest(query: str, audiences: tuple[str, ...]) -> tuple[Found, ...]:
    """Return objects of which a name begins like the query; raises EngineUnavailable."""
    return _ask(build_suggest(query, indices_of(audiences))).found


def similar(key: str, facets: dict[str, tuple[str, ...]]) -> tuple[Found, ...]:
    """Return cases like the case `key`; raises EngineUnavailable."""
    return _ask(build_similar(key, indices_of((EVERYONE,))[0], facets)).found


def _ask(question: Search) -> Answer:
    """Return the answer to one request, read while the client still watches: another form is no answer either."""
    body, indices, options = question.to_dict(), question._index, question._params

    def operation(engine: Elasticsearch) -> Answer:
        return read_answer(engine.search(index=indices, body=body, **options).body)

    return client.ask(operation)


def read_answer(body: Mapping[str, Any]) -> Answer:
    """Return the plain values of an answer; raises LookupError, TypeError, ValueError or AttributeError when it is none."""
    hits = body["hits"]
    counts = {name: _read_counts(part) for name, part in body.get("aggregations", {}).items()}
    found = tuple(_read_hit(hit) for hit in hits["hits"])
    total = int(hits["total"]["value"])
    return Answer(found, total, counts, _read_suggestion(body.get("suggest", {})))


def _read_counts(part: Mapping[str, Any]) -> dict[str, int]:
    """Return the number of hits per value of a facet."""
    buckets = [*part["values"]["buckets"], *part.get("chosen", {}).get("buckets", [])]
    return {str(bucket["key"]): int(bucket["doc_count"]) for bucket in buckets}


def _read_hit(hit: Mapping[str, Any]) -> Found:
    """Return one hit, with the parts of its text that match and the headings that they stand under."""
    source, marked = hit["_source"], hit.get("highlight", {})
    passages = source.get("passages") or source.get("passages_en") or []
    parts = [part for name in ("passages.text", "passages_en.text", "summary", "summary_en") for part in marked.get(name, [])]
    title = next((marked[name][0] for name in ("title", "title_en") if name in marked), "")
    return Found(
        label=source["label"],
        pk=int(source["pk"]),
        stamp=source["stamp"],
        score=float(hit["_score"] or 0),
        highlights=tuple(_safe(part) for part in parts[:2]),
        title_html=_safe(title),
        where=_headings_of(parts[:2], passages) or ((gettext("Trefwoorden"),) if "keywords" in marked else ()),
        facets={name: tuple(values) for name, values in source.get("facets", {}).items()},
    )


def _safe(marked: str) -> SafeString:
    """Return a part of a text as HTML: the engine escaped it before it put the marks in."""
    return mark_safe(marked)  # noqa: S308


def _headings_of(parts: list[str], passages: list[dict[str, str]]) -> tuple[str, ...]:
    """Return the headings of the passages that hold these parts."""
    plain = [_plain(part) for part in parts]
    found = [passage["label"] for passage in passages if passage["label"] and any(part in passage["text"] for part in plain)]
    return tuple(dict.fromkeys(found))


def _plain(marked: str) -> str:
    """Return a part of a text as it was written."""
    text = marked.replace("<mark>", "").replace("</mark>", "")
    for entity, sign in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#x27;", "'"), ("&#x2F;", "/"), ("&amp;", "&")):
        text = text.replace(entity, sign)
    return text


def _read_suggestion(suggest: Mapping[str, Any]) -> str:
    """Return the query with its unknown words spelled like known ones, or nothing when there are none."""
    words = suggest.get("spelling", [])
    if not any(word["options"] for word in words):
        return ""
    return " ".join(word["options"][0]["text"] if word["options"] else word["text"] for word in words)
