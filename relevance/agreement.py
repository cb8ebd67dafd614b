"""Do two people who judged the same queries agree? Cohen's kappa: 1 is always, 0 is as often as chance would have it.

J. Cohen, "A coefficient of agreement for nominal scales" (1960), and "Weighted kappa" (1968) for grades that are near or far.
"""

import csv
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from relevance.evaluation import FOLDER, GoldenSet

FILE = "second_rater.tsv"
JUDGED = "# judged:"  # begins a line with the queries that were judged: some have no relevant case
CASE = "case:"

Pair = tuple[int, int]


@dataclass(frozen=True)
class Agreement:
    """How far two judges agree on what is relevant or not, and on the grades, over so many pairs of query and case."""

    relevant: float
    grades: float
    pairs: int


def measure_agreement(golden: GoldenSet, folder: Path = FOLDER) -> Agreement | None:
    """Return how far the second judge agrees with the golden set; None where nobody judged it again."""
    path = folder / FILE
    if not path.exists():
        return None
    pairs = _read_pairs(golden, path)
    relevant = kappa(pairs, lambda one, other: bool(one) != bool(other))
    return Agreement(relevant, kappa(pairs, lambda one, other: (one - other) ** 2), len(pairs))


def _read_pairs(golden: GoldenSet, path: Path) -> list[Pair]:
    """Return both grades of every case for every query that was judged twice."""
    lines = path.read_text(encoding="utf-8").splitlines()
    queries = [
        query for line in lines if line.startswith(JUDGED) for query in line.removeprefix(JUDGED).split()
    ]
    rows = csv.DictReader(
        (line for line in lines if not line.startswith("#")), delimiter="\t", quoting=csv.QUOTE_NONE
    )
    second = {(row["query"], row["key"]): int(row["grade"]) for row in rows}
    cases = sorted({key for grades in golden.grades.values() for key in grades if key.startswith(CASE)})
    return [
        (golden.grades[query].get(key, 0), second.get((query, key), 0)) for query in queries for key in cases
    ]


def kappa(pairs: list[Pair], distance: Callable[[int, int], float]) -> float:
    """Return 1 minus the distance between the grades as a share of what chance would give."""
    ones, others = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    found = sum(distance(*pair) for pair in pairs)
    by_chance = sum(
        ones[one] * others[other] * distance(one, other) for one in ones for other in others
    ) / len(pairs)
    return 1 - found / by_chance if by_chance else 1.0
