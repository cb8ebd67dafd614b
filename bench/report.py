"""What was measured, as a table for people and as JSON for programs."""

import datetime
import json
import os
import platform
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from itertools import chain
from operator import attrgetter
from pathlib import Path
from statistics import median

from bench.sites import CACHED, CASE, NEW, RESULTS

REBUILD, UPDATE = "search_index rebuild", "update_index of the stock site"
# The goals: ratios to the stock site, of a cached page to one that is made, and of the most cases to the
# fewest.
MOST_PROCESSOR_TIME, MOST_REBUILD_TIME, LEAST_GAIN, MOST_GROWTH = 1.5, 2, 10, 2
LEAST_KEPT = 0.98
MOST_FOR_MORE_PEOPLE = 1.2


@dataclass
class Measured:
    """One page of one site: the number of queries and bytes, and two kinds of times in milliseconds.

    `cases` is how many documents the site has, or members where the page is of the directory.
    `rounds` has the processor time per request of each round, `times` the time by the clock of every request.
    """

    cases: int
    row: str
    site: str
    queries: float
    bytes: float
    rounds: list[float] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    @property
    def milliseconds(self) -> float:
        """Return the median of the rounds."""
        return median(self.rounds)

    @property
    def p50(self) -> float:
        """Return the median of the times by the clock."""
        return median(self.times)

    @property
    def p95(self) -> float:
        """Return the time by the clock that 95% of the requests stayed below."""
        return sorted(self.times)[int(len(self.times) * 0.95)]


@dataclass
class Task:
    """Something that is done once: seconds by the clock, and of the processor."""

    cases: int
    name: str
    seconds: float
    processor: float


@dataclass
class Meaning:
    """What looking for meaning costs the engine: mean milliseconds of a question with that part and without.

    `kept` is the share of the exact first ten cases that it finds.
    """

    cases: int
    with_meaning: float
    without: float
    kept: float

    @property
    def cost(self) -> float:
        """Return the milliseconds that the part adds."""
        return self.with_meaning - self.without


@dataclass
class Goal:
    """A ratio that should be at most the limit, or at least when `is_least`."""

    name: str
    ratio: float
    limit: float
    is_least: bool = False

    def __str__(self) -> str:
        """Return the goal as a line of the report."""
        is_met = self.ratio >= self.limit if self.is_least else self.ratio <= self.limit
        sign = "at least" if self.is_least else "at most"
        return f"- {self.name}: {self.ratio:.2f}, {sign} {self.limit:g}: {'met' if is_met else 'missed'}"


def build_goals(results: list[Measured], tasks: list[Task]) -> list[Goal]:
    """Return the goals, with the ratios that were measured, for each number of cases."""
    sizes = sorted({one.cases for one in results})
    found = {(one.cases, one.row, one.site): one for one in results}
    seconds = {(task.cases, task.name): task.seconds for task in tasks}
    goals = []
    for cases in sizes:
        for row, peer in ((CASE, CASE), (CACHED, CASE), (RESULTS, RESULTS), (NEW, NEW)):
            ratio = found[cases, row, "ours"].milliseconds / found[cases, peer, "stock"].milliseconds
            name = f"{row} at {cases} cases, processor time, ours to stock"
            goals.append(Goal(name, ratio, MOST_PROCESSOR_TIME))
        made, cached = found[cases, CASE, "ours"], found[cases, CACHED, "ours"]
        name = f"requests per second of a cached page at {cases} cases"
        goals.append(Goal(name, made.milliseconds / cached.milliseconds, LEAST_GAIN, is_least=True))
        ratio = seconds[cases, REBUILD] / seconds[cases, UPDATE]
        goals.append(Goal(f"rebuild to update_index at {cases} cases", ratio, MOST_REBUILD_TIME))
    if len(sizes) > 1:
        smallest, largest = sizes[0], sizes[-1]
        ratio = found[largest, RESULTS, "ours"].p95 / found[smallest, RESULTS, "ours"].p95
        name = f"p95 of results at {largest} cases to that at {smallest}"
        goals.append(Goal(name, ratio, MOST_GROWTH))
    return goals


def build_goals_of_people(measured: list[Measured]) -> list[Goal]:
    """Return the goals of the directory: that it costs with the most members what it does with the fewest."""
    goals = []
    for row in dict.fromkeys(one.row for one in measured):
        first, *_, last = sorted((one for one in measured if one.row == row), key=attrgetter("cases")) * 2
        name = f"{row} at {last.cases} to that at {first.cases}"
        ratio = last.milliseconds / first.milliseconds
        goals.append(Goal(f"{name}, processor time", ratio, MOST_FOR_MORE_PEOPLE))
        goals.append(Goal(f"{name}, queries", last.queries / first.queries, 1))
    return goals


def build_goals_of_meaning(measured: list[Meaning]) -> list[Goal]:
    """Return the goals of looking for meaning: how it grows with the cases, and what it keeps."""
    if not measured:
        return []
    first, *_, last = sorted(measured, key=lambda one: one.cases) * 2
    growth = Goal(
        f"looking for meaning at {last.cases} cases to that at {first.cases}",
        last.cost / first.cost,
        MOST_GROWTH,
    )
    kept = (
        Goal(f"share of the exact first ten at {one.cases} cases", one.kept, LEAST_KEPT, is_least=True)
        for one in measured
    )
    return [growth, *kept]


def build_table_of_meaning(measured: list[Meaning]) -> str:
    """Return a Markdown table with a line per number of cases."""
    lines = [
        "| cases | engine with meaning, ms | without, ms | of the exact first ten |",
        "|---:|---:|---:|---:|",
    ]
    rows = (
        f"| {one.cases:,} | {one.with_meaning:.2f} | {one.without:.2f} | {one.kept:.1%} |" for one in measured
    )
    return "\n".join([*lines, *rows])


def build_table(results: list[Measured], of: str = "cases") -> str:
    """Return a Markdown table with a line per page and site; `of` says what there are so many of."""
    lines = [
        f"| {of} | page | site | CPU, ms | p50, ms | p95, ms | queries | KB |",
        "|---:|---|---|---:|---:|---:|---:|---:|",
    ]
    return "\n".join([*lines, *map(_build_line, results)])


def _build_line(one: Measured) -> str:
    """Return a line of the table; without rounds the processor time was not measured."""
    processor = f"{one.milliseconds:.1f}" if one.rounds else "–"
    clock, size = f"{one.p50:.1f} | {one.p95:.1f}", f"{one.bytes / 1000:.1f}"
    return f"| {one.cases:,} | {one.row} | {one.site} | {processor} | {clock} | {one.queries:g} | {size} |"


def build_circumstances(*, requests: int, rounds: int) -> dict[str, object]:
    """Return the circumstances, without which a figure means nothing."""
    return {
        "measured_at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "requests_per_round": requests,
        "rounds": rounds,
        "python": platform.python_version(),
        "django": version("django"),
        "wagtail": version("wagtail"),
        "processors": os.cpu_count(),
        "load_average": [round(load, 2) for load in os.getloadavg()],
    }


@dataclass
class Everything:
    """What was measured: pages, what is done once, looking for meaning, and pages of the directory."""

    pages: list[Measured] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    meaning: list[Meaning] = field(default_factory=list)
    people: list[Measured] = field(default_factory=list)


def write_report(folder: Path, found: Everything, circumstances: dict[str, object]) -> str:
    """Write `result.md` and `result.json`, and return the text of the first."""
    done = "\n".join(
        f"| {task.cases:,} | {task.name} | {task.seconds:.1f} | {task.processor:.1f} |"
        for task in found.tasks
    )
    once = f"| cases | once | s | CPU, s |\n|---:|---|---:|---:|\n{done}"
    reached = (
        build_goals(found.pages, found.tasks),
        build_goals_of_meaning(found.meaning),
        build_goals_of_people(found.people),
    )
    goals = "\n".join(map(str, chain.from_iterable(reached)))
    listed = "\n".join(f"- {name.replace('_', ' ')}: {value}" for name, value in circumstances.items())
    tables = (
        build_table(found.pages),
        once,
        build_table_of_meaning(found.meaning),
        build_table(found.people, "members"),
    )
    text = "\n\n".join([*tables, goals, listed]) + "\n"
    (folder / "result.md").write_text(text, encoding="utf-8")
    whole = {
        **circumstances,
        "results": list(map(_as_json, found.pages)),
        "tasks": list(map(asdict, found.tasks)),
        "meaning": list(map(asdict, found.meaning)),
        "people": list(map(_as_json, found.people)),
    }
    (folder / "result.json").write_text(json.dumps(whole, indent=2), encoding="utf-8")
    return text


def _as_json(one: Measured) -> dict[str, object]:
    """Return a result, with the middle of its rounds if it has any."""
    return asdict(one) | ({"milliseconds": one.milliseconds} if one.rounds else {})
