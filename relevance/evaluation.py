"""Evaluation with the golden set of `relevance/`: its queries, asked of the site as a visitor would."""

import csv
import random
import statistics
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import ir_measures
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import override
from ir_measures import RR, Qrel, R, ScoredDoc, Success, nDCG

from search.answers import services
from search.query.parameters import SearchParameters

FOLDER = Path(__file__).parent
RELEVANT = 2  # the grade from which a document answers the question
DEPTH = 10  # hits that count: the measures are those of the first ten
SHOWN = 50  # hits that are asked for with each query
RESAMPLES = 1000  # drawings of the queries for an interval
MEASURES = {
    "nDCG@10": nDCG @ DEPTH,
    "hit@10": Success(rel=RELEVANT) @ DEPTH,
    "MRR": RR(rel=RELEVANT) @ DEPTH,
    "recall@10": R(rel=RELEVANT) @ DEPTH,
}
NO_HITS = "zero"  # the share of queries for which nothing is sure
Lists = tuple[list[str], list[str]]  # the keys of what is sure, and of what may be meant
ALL, HELD_OUT, NONE = "all", "held out", "none"
MISSED, MISSED_HELD_OUT = "missed", "missed, held out"  # must-haves that are not among the first ten
WORST = 20  # queries that `worst` returns


@dataclass(frozen=True)
class Query:
    """A query of the golden set."""

    id: str
    type: str
    language: str
    is_held_out: bool
    text: str


@dataclass(frozen=True)
class GoldenSet:
    """Queries, the grades of relevant documents, and the must-haves.

    A must-have is a document that must be among the first ten. All are by the id of the query; `clean` has
    queries with typing errors as they were meant.
    """

    queries: tuple[Query, ...]
    grades: dict[str, dict[str, int]]
    must_have: dict[str, list[str]]
    clean: dict[str, str]


def read_golden_set(folder: Path = FOLDER) -> GoldenSet:
    """Return the golden set; its README says what the files are."""
    queries = [
        Query(row["id"], row["type"], row["language"], row["held_out"] == "1", row["text"])
        for row in _rows(folder / "queries.tsv")
    ]
    grades: dict[str, dict[str, int]] = {query.id: {} for query in queries}
    must_have: dict[str, list[str]] = {query.id: [] for query in queries}
    for row in _rows(folder / "qrels.tsv"):
        grades[row["query"]][row["key"]] = int(row["grade"])
    for row in _rows(folder / "must_have.tsv"):
        must_have[row["query"]].append(row["key"])
    clean = {row["query"]: row["text"] for row in _rows(folder / "clean.tsv")}
    return GoldenSet(tuple(queries), grades, must_have, clean)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a table."""
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)


def ask(text: str) -> Lists:
    """Return what a visitor finds; a page in two languages counts once."""
    results = services.search(SearchParameters(query=text, page_size=SHOWN), viewer=AnonymousUser())
    sure, maybe = ([f"{hit.type}:{hit.slug}" for hit in hits] for hits in (results.hits, results.maybe))
    return list(dict.fromkeys(sure)), maybe


@dataclass
class Evaluation:
    """The measures per query, for which nothing was sure (`empty`), and which missed a must-have."""

    golden: GoldenSet
    found: dict[str, list[str]] = field(default_factory=dict)
    empty: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, golden: GoldenSet, ask: Callable[[str], Lists]) -> "Evaluation":
        """Return the evaluation of a search: what is sure and then the rest, as a page shows them."""
        lists: dict[str, Lists] = {}
        for query in golden.queries:
            with override(query.language):  # who asks in English reads the English site
                lists[query.id] = ask(query.text)
        found = {key: [*sure, *maybe] for key, (sure, maybe) in lists.items()}
        return cls(golden, found, {key for key, (sure, _) in lists.items() if not sure})

    @cached_property
    def scores(self) -> dict[str, dict[str, float]]:
        """Return each measure, by query that has an answer and name of the measure."""
        qrels: list[Qrel] = []
        scores: dict[str, dict[str, float]] = {}
        for query, grades in self.golden.grades.items():
            qrels += [Qrel(query, key, grade) for key, grade in grades.items()]
            if grades:
                scores[query] = dict.fromkeys(MEASURES, 0.0)
        run: list[ScoredDoc] = []
        for query, keys in self.found.items():
            run += [ScoredDoc(query, key, -rank) for rank, key in enumerate(keys)]
        names = {str(measure): name for name, measure in MEASURES.items()}
        for metric in ir_measures.iter_calc(list(MEASURES.values()), qrels, run):
            scores[metric.query_id][names[str(metric.measure)]] = metric.value
        return scores

    @property
    def groups(self) -> dict[str, list[Query]]:
        """Return the queries per type, all together, and those that are held out."""
        groups: dict[str, list[Query]] = {}
        for query in self.golden.queries:
            groups.setdefault(query.type, []).append(query)
        answered = [query for query in self.golden.queries if self.golden.grades[query.id]]
        held_out = [query for query in answered if query.is_held_out]
        groups[ALL] = answered
        if held_out:
            groups[HELD_OUT] = held_out
        return groups

    def mean(self, queries: Iterable[Query], measure: str) -> float | None:
        """Return the mean of a measure, or None for queries that nothing answers."""
        values = self._values(queries, measure)
        return statistics.fmean(values) if values else None

    def interval(self, queries: Iterable[Query], measure: str) -> tuple[float, float]:
        """Return the 95% interval of the mean, by drawing queries with replacement (the bootstrap)."""
        values = self._values(queries, measure)
        draw = random.Random(len(values))  # noqa: S311  the same interval at each run
        samples = (draw.choices(values, k=len(values)) for _ in range(RESAMPLES))
        means = sorted(map(statistics.fmean, samples))
        return means[RESAMPLES * 25 // 1000], means[RESAMPLES * 975 // 1000]

    def _values(self, queries: Iterable[Query], measure: str) -> list[float]:
        """Return a measure per query; queries that nothing answers have only "no hits"."""
        if measure == NO_HITS:
            return [float(query.id in self.empty) for query in queries]
        return [self.scores[query.id][measure] for query in queries if query.id in self.scores]

    def missed(self) -> list[tuple[Query, str]]:
        """Return the must-haves that are not among the first ten, each with its query."""
        missed = []
        for query in self.golden.queries:
            first = self.found[query.id][:DEPTH]
            missed += [(query, key) for key in self.golden.must_have[query.id] if key not in first]
        return missed

    def worst(self, count: int = WORST) -> list[Query]:
        """Return the queries with the lowest nDCG, without those that are held out."""
        visible = (query for query in self.golden.queries if not query.is_held_out)
        answered = [query for query in visible if query.id in self.scores]
        return sorted(answered, key=lambda query: self.scores[query.id]["nDCG@10"])[:count]

    def summary(self) -> dict[str, Any]:
        """Return what another run is compared with, as JSON data: the measures per group, and what is missed.

        Of queries that are held out only the number is told: nobody looks at which of them fail.
        """
        missed = self.missed()
        summary: dict[str, Any] = {name: self._means(queries) for name, queries in self.groups.items()}
        summary[MISSED] = [f"{query.id} {key}" for query, key in missed if not query.is_held_out]
        summary[MISSED_HELD_OUT] = sum(query.is_held_out for query, _ in missed)
        return summary

    def _means(self, queries: list[Query]) -> dict[str, float | None]:
        """Return the mean of each measure."""
        return {measure: self._rounded(queries, measure) for measure in (*MEASURES, NO_HITS)}

    def _rounded(self, queries: list[Query], measure: str) -> float | None:
        """Return the mean of a measure in three decimals."""
        mean = self.mean(queries, measure)
        return None if mean is None else round(mean, 3)


def evaluate(golden: GoldenSet) -> Evaluation:
    """Ask every query of the golden set."""
    return Evaluation.of(golden, ask)


def nearness_to_clean(evaluation: Evaluation) -> tuple[float, float]:
    """Return the nDCG of the queries with typing errors, and that of the same queries without."""
    golden = evaluation.golden
    mistyped = [query for query in golden.queries if query.id in golden.clean]
    queries = tuple(replace(query, text=golden.clean[query.id]) for query in mistyped)
    grades = {query.id: golden.grades[query.id] for query in mistyped}
    clean = evaluate(GoldenSet(queries, grades, must_have={query.id: [] for query in mistyped}, clean={}))
    return evaluation.mean(mistyped, "nDCG@10") or 0.0, clean.mean(mistyped, "nDCG@10") or 0.0
