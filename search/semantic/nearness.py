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

COMMON_SIMILARITY = 0.1  # cosine of a centred question with passages that have little to do with it
SHARE_OF_WHOLE = 0.4  # of the nearness; the rest is that of the best passage
SHARE_BY_CHANCE = 0.8  # of questions about something else, which stay below the threshold
UNREACHED = 1.0  # a threshold that nothing reaches
MOST_AT_ONCE = 1000  # cases of which the vectors are in memory


def sum_up(vectors: Iterable[Sequence[float]]) -> tuple[int, ...]:
    """Return the vector of a whole case: the mean direction of its centred passages; empty without any."""
    directions = [[number / math.hypot(*vector) for number in vector] for vector in vectors]
    sums = [sum(column) for column in zip(*directions, strict=True)]
    return embedding.shrink(sums) if any(sums) else ()


def find_chance(cases: Iterable[list[Any]]) -> tuple[float, float]:
    """Return two thresholds of nearness: by chance few cases reach the first, none the second.

    `cases` has the stored vectors of the passages of each. `data/elsewhere.txt` has questions about something
    else. Of four in five of them the nearest case stays below the first threshold, of all of them below the
    second. The more cases there are, the nearer the nearest one comes to any question, so that no fixed
    number would do. Nothing reaches them when there are no cases.
    """
    import numpy  # noqa: PLC0415  comes with the model, and is not there without it

    def above_common(vectors: Any) -> Any:
        """Return how far the similarity of each vector to each question is above what is common."""
        lengths = numpy.linalg.norm(vectors, axis=1, keepdims=True)
        return numpy.maximum(questions @ (vectors / lengths).T - COMMON_SIMILARITY, 0)

    made = [embedding.embed_query(text) for text in read_lines("elsewhere.txt")]
    questions = numpy.array(made, dtype="float32")
    questions /= numpy.linalg.norm(questions, axis=1, keepdims=True)
    mean = numpy.array(embedding.mean(), dtype="float32")
    nearest = numpy.full(len(questions), -1.0)  # the nearness of the nearest case so far, per question
    for portion in batched(filter(None, cases), MOST_AT_ONCE):
        rows = b"".join(bytes(vector) for case in portion for vector in case)
        passages = numpy.frombuffer(rows, dtype="int8").astype("float32").reshape(-1, embedding.DIMENSIONS)
        passages /= numpy.linalg.norm(passages, axis=1, keepdims=True)
        passages -= mean
        passages /= numpy.linalg.norm(passages, axis=1, keepdims=True)
        starts = numpy.cumsum([0, *map(len, portion[:-1])])  # of each case among the passages
        best = numpy.maximum.reduceat(above_common(passages), starts, axis=1)
        wholes = above_common(numpy.add.reduceat(passages, starts, axis=0))
        nearness = (1 - SHARE_OF_WHOLE) * best + SHARE_OF_WHOLE * wholes
        nearest = numpy.maximum(nearest, nearness.max(axis=1))
    if nearest.max() < 0:  # there are none
        return UNREACHED, UNREACHED
    return float(numpy.quantile(nearest, SHARE_BY_CHANCE)), float(nearest.max())
