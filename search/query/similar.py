"""The question to the engine for cases like a case."""

from dataclasses import dataclass

from elasticsearch.dsl import Q, Search
from elasticsearch.dsl.query import Query

from search.kinds import CASE
from search.query.clauses import build_any, build_ids
from search.query.facet import Facet
from search.query.facets import ORGANISATION, TECHNIQUE, THEME
from search.query.queries import HALF, SATURATED, WEIGHT_OF_TERM
from search.query.semantic import build_semantic

MOST_SIMILAR = 3  # shown
MOST_CANDIDATES = 12  # asked for, so that one of another organisation may be among them


@dataclass(frozen=True)
class Similarity:
    """The case `key` that others should be like.

    `words` are those of its title that tell something. It stays out, and so do those in `out` and those of
    the organisations `without`.
    """

    key: str
    words: tuple[str, ...]
    facets: dict[str, tuple[str, ...]]
    vector: tuple[int, ...] = ()
    out: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


def build_similar(similarity: Similarity, index: str) -> Search:
    """Return the question for cases with the same words, meaning or technique as a case, without that case.

    A theme that two share puts one before another, and makes none similar.
    """
    ways = [_build_alike(similarity.key, index), *_build_terms(similarity, TECHNIQUE)]
    if similarity.vector:
        ways.append(build_semantic(similarity.vector))
    out = [build_ids([similarity.key, *similarity.out])]
    if similarity.without:
        out.append(ORGANISATION.filter(similarity.without))
    question = Q(
        "bool",
        must=[build_any(ways)],
        should=_build_terms(similarity, THEME),
        filter=[Q("term", kind=CASE.name)],
        must_not=out,
    )
    return Search(index=index).query(question).source(["label", "pk", "stamp", "facets"])[:MOST_CANDIDATES]


def _build_alike(key: str, index: str) -> Query:
    """Return the part that looks for the words that tell most of a document."""
    words = Q(
        "more_like_this",
        fields=["title", "summary", "body", "title_en", "summary_en", "body_en"],
        like=[{"_index": index, "_id": key}],
        minimum_should_match="20%",
        min_term_freq=1,
        min_doc_freq=2,
        max_query_terms=25,
    )
    script = {"source": SATURATED, "params": {"half": HALF, "least": 0}}
    return Q("script_score", query=words, script=script)


def _build_terms(similarity: Similarity, facet: Facet) -> list[Query]:
    """Return the parts that look for the same values of a facet."""
    same = (Q("term", **{f"facets.{facet.name}": value}) for value in similarity.facets.get(facet.name, ()))
    return [Q("constant_score", filter=part, boost=WEIGHT_OF_TERM[facet.name]) for part in same]
