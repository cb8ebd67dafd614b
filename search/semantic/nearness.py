"""How near a case is to a question: as its best passage is and, for a share, as the whole of it is.

`search.query.semantic` has the engine compute it; here it is computed for questions about something else, to
know how near a case comes by chance.
"""

import math
from collections.abc import Iterable, Sequence
from typing import Any

from search.processes import batched
from search.semantic import embedding
from search.text.compounds import read_lines

COMMON_SIMILARITY = 0.05  # cosine of a centred question with passages that have little to do with it
SHARE_OF_WHOLE = 0.4  # of the nearness; the rest is that of the best passage
SHARE_BY_CHANCE = 0.5  # of questions about something else, which stay below the threshold
UNREACHED = 1.0  # a threshold that nothing reaches
MOST_AT_ONCE = 1000  # cases of which the vectors are in memory


def sum_up(vectors: Iterable[Sequence[float]]) -> tuple[int, ...]:
    """Return the vector of a whole case: the mean direction of its centred passages; empty without any."""
    sums = [sum(column) for column in zip(*map(_direction, vectors), strict=True)]
    return embedding.shrink(sums) if any(sums) else ()


def _direction(vector: Sequence[float]) -> list[float]:
    """Return a vector with the length of 1."""
    length = math.hypot(*vector)  # once per vector: once per number was half of a rebuild
    return [number / length for number in vector]


def find_chance(cases: Iterable[list[Any]]) -> tuple[float, float]:
    """Return two thresholds of nearness: by chance few cases reach the first, none the second.

    `cases` has the stored vectors of the passages of each. `data/elsewhere.txt` has questions about something
    else. Of half of them the nearest case stays below the first threshold, of all of them below the second.
    The more cases there are, the nearer the nearest one comes to any question, so that no fixed number would
    do. Nothing reaches them when there are no cases.
    """
    import numpy  # noqa: PLC0415  comes with the model, and is not there without it

    questions = [embedding.embed_query(text) for text in read_lines("elsewhere.txt")]
    portions = batched(filter(None, cases), MOST_AT_ONCE)
    nearest = [compare(questions, portion).max(axis=1) for portion in portions]
    if not nearest:
        return UNREACHED, UNREACHED
    of_all = numpy.max(nearest, axis=0)
    return float(numpy.quantile(of_all, SHARE_BY_CHANCE)), float(of_all.max())


def compare(questions: Sequence[Sequence[float]], cases: Sequence[list[Any]]) -> Any:
    """Return how near cases are to questions: an array with a row per question and a column per case.

    `questions` are centred vectors; `cases` has the stored vectors of the passages of each, at least one.
    """
    import numpy  # noqa: PLC0415  comes with the model, and is not there without it

    rows = b"".join(bytes(vector) for case in cases for vector in case)
    stored = numpy.frombuffer(rows, dtype="int8").reshape(-1, embedding.DIMENSIONS)
    passages = _scale(_scale(stored) - numpy.array(embedding.mean(), dtype="float32"))
    starts = numpy.cumsum([0, *map(len, cases[:-1])])  # of each case among the passages
    wholes = _scale(numpy.add.reduceat(passages, starts, axis=0))
    asked = _scale(numpy.array(questions))
    best = numpy.maximum.reduceat(asked @ passages.T, starts, axis=1)
    shares = ((1 - SHARE_OF_WHOLE, best), (SHARE_OF_WHOLE, asked @ wholes.T))
    return sum(share * numpy.maximum(cosines - COMMON_SIMILARITY, 0) for share, cosines in shares)


def _scale(vectors: Any) -> Any:
    """Return vectors, one per row, with the length of 1."""
    import numpy  # noqa: PLC0415  comes with the model, and is not there without it

    return vectors / numpy.linalg.norm(vectors, axis=1, keepdims=True).astype("float32")
