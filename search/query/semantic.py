"""The part of a question that looks for cases by their meaning, and what puts hits in order by it.

The engine finds candidates by the vector of the whole case, in a graph, and compares passages within these
alone.
"""

from collections.abc import Iterable
from typing import Any

from elasticsearch.dsl import Q
from elasticsearch.dsl.query import Query

from search.query.clauses import PASSAGES, SOURCE_OF_PASSAGE, build_nested
from search.query.question import Question
from search.semantic import embedding
from search.semantic.nearness import COMMON_SIMILARITY, SHARE_OF_WHOLE

SEMANTIC = "semantic"  # a way in which something is found
# Found on the public sets, as the weights in `nearness`; relevance/results.md says what others gave.
WEIGHT_OF_SEMANTIC = 3.0
CANDIDATES = 400  # cases of which the passages are compared: as many keep 98% of the exact first ten
RESCORED = 100  # hits: of more the exact nearness of all passages takes longer than it is worth
LEAST_SCORE = 0.001  # the engine takes none below 0, and with 0 whatever is nearest would be a hit
_SCORE = "params.weight * Math.max(0, cosineSimilarity(params.vector, '{field}') - params.common)"


def least_score(question: Question) -> float:
    """Return the score that a hit by its meaning alone needs: more than one by chance has."""
    return max(LEAST_SCORE, WEIGHT_OF_SEMANTIC * question.threshold) if question.vector else 0.0


def build_semantic(vector: tuple[int, ...], filters: Iterable[Query] = ()) -> Query:
    """Return the part that looks for cases that mean nearly the same, whatever words they have.

    Only what passes the filters is looked at. The passage that is given back is the nearest one.
    """
    packed = embedding.pack(vector)
    near = {"field": "vector", "query_vector": packed, "k": CANDIDATES, "num_candidates": CANDIDATES}
    candidates = Q("knn", filter=list(filters), **near)
    shown = {"name": SEMANTIC, "size": 1, "_source": [*SOURCE_OF_PASSAGE, *PASSAGES]}
    return Q("bool", filter=[candidates], should=_build_nearness(packed, inner_hits=shown))


def build_rescore(vector: tuple[int, ...]) -> dict[str, Any]:
    """Return what puts the first hits in order by their nearness as well.

    It is the same number of hits on every page, so that none comes twice or never.
    """
    return {"window_size": RESCORED, "query": {"rescore_query": build_exact(vector).to_dict()}}


def build_exact(vector: tuple[int, ...]) -> Query:
    """Return the score of the nearness alone, of whatever else is asked for; it looks at every passage."""
    return Q("bool", should=_build_nearness(embedding.pack(vector)))


def _build_nearness(packed: str, **options: Any) -> list[Query]:
    """Return the scores of the best passage, and of the whole; their sum is the nearness."""
    passage = _build_similarity("passages.vector", packed, 1 - SHARE_OF_WHOLE)
    best = build_nested(passage, score_mode="max", **options)
    return [best, _build_similarity("vector", packed, SHARE_OF_WHOLE)]


def _build_similarity(field: str, packed: str, share: float) -> Query:
    """Return the score of the vector in a field: how far the cosine is above that of texts about anything."""
    params = {"vector": packed, "common": COMMON_SIMILARITY, "weight": WEIGHT_OF_SEMANTIC * share}
    script = {"source": _SCORE.format(field=field), "params": params}
    return Q("script_score", query=Q("exists", field=field), script=script)
