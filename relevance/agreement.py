"""Do two people who judged the same queries agree? Cohen's kappa: 1 is always, 0 is as often as by chance.

J. Cohen, "A coefficient of agreement for nominal scales" (1960), and "Weighted kappa" (1968), in which grades
further apart count more.
"""

import csv
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain, product
from pathlib import Path

from relevance.evaluation import FOLDER, GoldenSet

FILE = "second_rater.tsv"
JUDGED = (
    "# judged:"  # begins a line with all queries that were judged: those without a relevant case have no row
)
CASE = "case:"

Pair = tuple[int, int]


@dataclass(frozen=True)
class Agreement:
    """Kappa of two judges on relevance and on grades, and the number of pairs of query and case."""

    relevant: float
    grades: float
    pairs: int


def measure_agreement(golden: GoldenSet, folder: Path = FOLDER) -> Agreement | None:
    """Return how far the second judge agrees with the golden set; None without a second judge."""
    path = folder / FILE
    if not path.exists():
        return None
    pairs = _read_pairs(golden, path)
    relevant = kappa(pairs, lambda one, other: bool(one) != bool(other))
    grades = kappa(pairs, lambda one, other: (one - other) ** 2)
    return Agreement(relevant, grades, len(pairs))


def _read_pairs(golden: GoldenSet, path: Path) -> list[Pair]:
    """Return both grades of every case for every query that was judged twice."""
    lines = path.read_text(encoding="utf-8").splitlines()
    judged = " ".join(line.removeprefix(JUDGED) for line in lines if line.startswith(JUDGED))
    table = (line for line in lines if not line.startswith("#"))
    rows = csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE)
    second = {(row["query"], row["key"]): int(row["grade"]) for row in rows}
    keys = set(chain.from_iterable(golden.grades.values()))
    cases = sorted(key for key in keys if key.startswith(CASE))
    pairs = product(judged.split(), cases)
    return [(golden.grades[query].get(key, 0), second.get((query, key), 0)) for query, key in pairs]


def kappa(pairs: list[Pair], distance: Callable[[int, int], float]) -> float:
    """Return 1 minus the distance between the grades as a share of what chance would give."""
    ones, others = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    found = sum(distance(*pair) for pair in pairs)
    weighted = (ones[one] * others[other] * distance(one, other) for one, other in product(ones, others))
    by_chance = sum(weighted) / len(pairs)
    return 1 - found / by_chance if by_chance else 1.0
