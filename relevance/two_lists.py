"""Whether the two lists of search keep their promises, on everyday questions and on questions with traps."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from relevance.evaluation import FOLDER, RELEVANT, Lists, ask
from search.kinds import CASE

EVERYDAY = FOLDER / "everyday"  # `tuned` was looked at while search was made, `held_out` was only scored
PROMISES = FOLDER / "promises.tsv"
FIRST_FIVE = 5


@dataclass
class Everyday:
    """The counts of one set of everyday questions."""

    answered: int = 0
    first: int = 0
    first_five: int = 0
    sure: int = 0
    cases_sure: int = 0
    cases_right: int = 0
    unanswered: int = 0
    nothing_sure: int = 0

    def describe(self) -> str:
        """Return the counts in words."""
        return (
            f"right first {self.first} of {self.answered}, in the first five {self.first_five}, sure"
            f" {self.sure}; of the cases that are sure {self.cases_right} of {self.cases_sure} are right;"
            f" nothing sure for {self.nothing_sure} of {self.unanswered} without an answer"
        )


def measure_everyday(folder: Path, ask: Callable[[str], Lists] = ask) -> Everyday:
    """Return how the questions of a set do; only cases are judged, so bodies and pages are not counted."""
    grades: dict[str, dict[str, int]] = {}
    for row in _rows(folder / "qrels.tsv"):
        grades.setdefault(row["query"], {})[row["key"]] = int(row["grade"])
    counts = Everyday()
    for row in _rows(folder / "queries.tsv"):
        lists = ask(row["text"])
        if row["id"] in grades:
            _count_answered(counts, lists, grades[row["id"]])
        else:
            counts.unanswered += 1
            counts.nothing_sure += not lists[0]
    return counts


def _count_answered(counts: Everyday, lists: Lists, judged: dict[str, int]) -> None:
    """Count a question with an answer: what is sure and then the rest, as the page shows them."""
    sure, maybe = lists
    shown = [*sure, *maybe]
    right = {key for key, grade in judged.items() if grade >= RELEVANT}
    cases = [key for key in sure if key.startswith(f"{CASE.name}:")]
    counts.answered += 1
    counts.first += not right.isdisjoint(shown[:1])
    counts.first_five += not right.isdisjoint(shown[:FIRST_FIVE])
    counts.sure += not right.isdisjoint(sure)
    counts.cases_sure += len(cases)
    counts.cases_right += len([key for key in cases if key in judged])


@dataclass(frozen=True)
class Promise:
    """A question with a trap: what has to be sure, and what may never be."""

    id: str
    kind: str
    text: str
    sure: tuple[str, ...]
    never_sure: tuple[str, ...]
    is_for_engine: bool

    def broken_by(self, sure: list[str]) -> list[str]:
        """Return what is sure and may not be; `*` is everything, `organisation:*` every organisation."""
        kinds = tuple(key.removesuffix("*") for key in self.never_sure if key.endswith("*"))
        return [key for key in sure if key in self.never_sure or (kinds and key.startswith(kinds))]

    def missed_by(self, sure: list[str]) -> list[str]:
        """Return what has to be sure and is not."""
        return [key for key in self.sure if key not in sure]


def read_promises(path: Path = PROMISES) -> list[Promise]:
    """Return the questions with traps; the README says what the columns are."""
    promises: list[Promise] = []
    for row in _rows(path):
        sure, never = tuple(row["sure"].split()), tuple(row["never_sure"].split())
        is_for_engine = row["engine_only"] == "1"
        promises.append(Promise(row["id"], row["kind"], row["text"], sure, never, is_for_engine))
    return promises


def _rows(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a table."""
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
