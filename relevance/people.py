"""How well members find each other: the questions of `people/`, asked of the directory as members do."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ir_measures
from django.utils import timezone
from ir_measures import Qrel, ScoredDoc, nDCG

from members.models import Member
from relevance.evaluation import DEPTH, FOLDER, SHOWN, Lists
from search.answers import services
from search.kinds import MEMBER
from search.query.parameters import SearchParameters
from users.models import User

PEOPLE = FOLDER / "people"
FIRST_FIVE = 5
MEASURE = nDCG @ DEPTH
Ask = Callable[[str, str], Lists]  # of a question and the slug of who asks


@dataclass
class People:
    """The counts of the questions with a right answer, and of all right members and sure hits.

    `right_at_once` are the right members among as many hits as there are right ones.
    """

    ndcg: float = 0.0
    answered: int = 0
    first: int = 0
    first_five: int = 0
    right: int = 0
    right_at_once: int = 0
    sure: int = 0
    sure_right: int = 0
    missed: list[str] = field(default_factory=list)

    def describe(self) -> str:
        """Return the counts in words, and the questions without a right one among the first five."""
        told = (
            f"nDCG@{DEPTH} {self.ndcg:.3f}; right first {self.first} of {self.answered},"
            f" in the first {FIRST_FIVE} {self.first_five}; among as many hits as there are right ones"
            f" {self.right_at_once} of {self.right}; of the hits that are sure"
            f" {self.sure_right} of {self.sure} are right"
        )
        return "\n".join([told, *(f"  not in the first {FIRST_FIVE}: {text}" for text in self.missed)])


def ask_directory(text: str, asker: str) -> Lists:
    """Return the slugs of whom a member finds: sure ones, and those who may be meant.

    Without a slug of who asks it is somebody without a profile. Raises Member.DoesNotExist.
    """
    viewer: Any = User(approved_at=timezone.now())
    if asker:
        viewer = Member.objects.approved().get(slug=asker).user
    parameters = SearchParameters(query=text, page_size=SHOWN, listing=MEMBER.name)
    results = services.search(parameters, viewer=viewer)
    return [hit.slug for hit in results.hits], [hit.slug for hit in results.maybe]


def find_unknown(folder: Path) -> list[str]:
    """Return the slugs in the files of which there is no member who can be found."""
    askers = {asker for _, _, asker in _rows(folder / "questions.tsv") if asker}
    judged = {member for _, member, _ in _rows(folder / "judgements.tsv")}
    known = Member.objects.listed().filter(slug__in=askers | judged).values_list("slug", flat=True)
    return sorted((askers | judged) - set(known))


def measure_people(folder: Path, ask: Ask = ask_directory) -> People:
    """Return how the questions of a folder do; those without a judgement are not asked."""
    grades: dict[str, dict[str, int]] = {}
    for key, member, grade in _rows(folder / "judgements.tsv"):
        grades.setdefault(key, {})[member] = int(grade)
    counts, run = People(), []
    for key, text, asker in _rows(folder / "questions.tsv"):
        if key in grades:
            sure, maybe = ask(text, asker)
            _count(counts, text, (sure, maybe), grades[key])
            run += [ScoredDoc(key, member, -rank) for rank, member in enumerate([*sure, *maybe])]
    judged = [Qrel(key, member, grade) for key, right in grades.items() for member, grade in right.items()]
    counts.ndcg = ir_measures.calc_aggregate([MEASURE], judged, run)[MEASURE]
    return counts


def _count(counts: People, text: str, lists: Lists, right: dict[str, int]) -> None:
    """Count a question: what is sure and then the rest, as the page shows them."""
    sure, maybe = lists
    is_right = [member in right for member in (*sure, *maybe)]
    counts.answered += 1
    counts.first += any(is_right[:1])
    counts.first_five += any(is_right[:FIRST_FIVE])
    counts.right += len(right)
    counts.right_at_once += sum(is_right[: len(right)])
    counts.sure += len(sure)
    counts.sure_right += sum(is_right[: len(sure)])
    if not any(is_right[:FIRST_FIVE]):
        counts.missed.append(text)


def _rows(path: Path) -> Iterator[list[str]]:
    """Yield the three values of each row of a table, without its header."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        next(rows)
        for row in rows:
            yield [value.strip() for value in (*row, "", "")[:3]]
