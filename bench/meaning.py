"""What searching by meaning costs the engine alone: `python -P bench/meaning.py NUMBER …` of cases.

For each number it fills an index with nothing but the vectors of made-up cases, and prints as JSON how long
the engine says that it took, with the part that looks for meaning and without, and which share of the exact
first ten it finds. Run by the Python of the project with the settings of a site.
"""

import json
import random
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from statistics import fmean
from typing import Any

import django

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
django.setup()

import numpy  # noqa: E402
from elasticsearch import Elasticsearch  # noqa: E402
from elasticsearch.dsl import Q, Search  # noqa: E402
from elasticsearch.helpers import bulk  # noqa: E402

from bench.documents import build_new_queries, build_sentences  # noqa: E402
from bench.sites import PREFIX  # noqa: E402
from search import client  # noqa: E402
from search.index.documents import build_index_body  # noqa: E402
from search.processes import batched  # noqa: E402
from search.query.semantic import build_exact, build_semantic  # noqa: E402
from search.semantic import embedding  # noqa: E402
from search.semantic.vectors import add_vectors, centre_stored  # noqa: E402

INDEX = f"{PREFIX}-meaning"
SENTENCES = 400  # real ones, of which made-up passages are sums
QUESTIONS = 50
ROUNDS = 5  # that each question is asked; the first warms up
FIRST = 10
FILTERS = [Q("term", kind="case")]
MOST_PASSAGES, SENTENCES_OF_PASSAGE = 4, 3
PORTION = 1000
PATIENCE = 600.0  # seconds to wait for the engine: merging a graph takes long


def make_up(cases: int) -> Iterator[list[bytes]]:
    """Yield the stored vectors of the passages of each case: as long as real ones, in as many directions."""
    texts = batched(build_sentences(SENTENCES), 16)
    real = [vector for portion in texts for vector in embedding.embed_passages(portion)]
    pool = numpy.array([numpy.frombuffer(vector, dtype="int8") for vector in real], dtype="int32")
    dice = random.Random("cases")  # noqa: S311
    for _ in range(cases):
        # The sentences of a case are about one subject, as those of a real one.
        near = dice.randrange(len(pool))
        yield [_sum(pool, near, dice) for _ in range(dice.randint(1, MOST_PASSAGES))]


def _sum(pool: Any, near: int, dice: random.Random) -> bytes:
    """Return a vector of some sentences, one of which is the same in all passages of a case."""
    places = [near, *(dice.randrange(len(pool)) for _ in range(SENTENCES_OF_PASSAGE - 1))]
    total = pool[places].sum(axis=0)
    return bytes((total * embedding.LARGEST // abs(total).max()).astype("int8").tobytes())


def fill(engine: Elasticsearch, cases: list[list[bytes]]) -> None:
    """Write an index of these cases, each under its number."""
    engine.options(ignore_status=404).indices.delete(index=INDEX)
    engine.indices.create(index=INDEX, **build_index_body([], []))
    actions = (build_action(str(number), stored) for number, stored in enumerate(cases))
    bulk(engine, actions, chunk_size=PORTION)
    engine.indices.refresh(index=INDEX)


def build_action(key: str, stored: list[bytes]) -> dict[str, Any]:
    """Return what writes a case that has nothing but its vectors."""
    document = {"kind": "case", "passages": [{} for _ in stored]}
    return {"_index": INDEX, "_id": key, **add_vectors(document, list(map(centre_stored, stored)))}


def ask(engine: Elasticsearch, ways: list[Any]) -> tuple[int, list[int]]:
    """Return how many milliseconds the engine took, and the numbers of the first ten cases."""
    search = Search().query("bool", filter=FILTERS, should=ways).source(False)[:FIRST]
    answer = engine.search(index=INDEX, **search.to_dict())
    return answer["took"], [int(hit["_id"]) for hit in answer["hits"]["hits"]]


def measure(engine: Elasticsearch, cases: list[list[bytes]]) -> dict[str, Any]:
    """Return what was measured with this many cases."""
    fill(engine, cases)
    questions = [embedding.embed_query(text) for text in build_new_queries()[:QUESTIONS]]
    times: dict[str, list[int]] = {"with_meaning": [], "without": []}
    kept: list[float] = []
    for question in questions:
        near, exact = build_semantic(question, FILTERS), build_exact(question)
        asked = [ask(engine, [near]) for _ in range(ROUNDS)]
        times["with_meaning"] += [took for took, _ in asked[1:]]
        times["without"] += [ask(engine, [])[0] for _ in range(ROUNDS)][1:]
        best = ask(engine, [exact])[1]
        kept.append(len(set(asked[0][1]) & set(best)) / FIRST)
    took = {name: fmean(some) for name, some in times.items()}
    return {"cases": len(cases), **took, "kept": fmean(kept)}


def main() -> None:
    """Measure with each number of cases, and delete the index."""
    numbers = [int(number) for number in sys.argv[1:]]
    cases = list(make_up(max(numbers)))
    try:
        for number in numbers:
            print(
                json.dumps(client.run(partial(measure, cases=cases[:number]), patience=PATIENCE)), flush=True
            )
    finally:
        client.run(lambda engine: engine.indices.delete(index=INDEX, ignore_unavailable=True))


if __name__ == "__main__":
    main()
