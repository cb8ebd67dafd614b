"""What was measured, as a table for people and as JSON for programs."""

import datetime
import json
import os
import platform
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from statistics import median

from bench.sites import CASE, KEPT, NEW, RESULTS

REBUILD, UPDATE = "search_index rebuild", "update_index of the stock site"


@dataclass
class Measured:
    """One page of one site: milliseconds of processor time per request in each round, all times by the clock, and its size."""

    cases: int
    row: str
    site: str
    queries: float
    bytes: float
    rounds: list[float] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    @property
    def milliseconds(self) -> float:
        """Return the middle one of the rounds."""
        return median(self.rounds)

    @property
    def p50(self) -> float:
        """Return the milliseconds by the clock that half of the requests stayed below."""
        return median(self.times)

    @property
    def p95(self) -> float:
        """Return those that nineteen of twenty stayed below."""
        return sorted(self.times)[int(len(self.times) * 0.95)]


@dataclass
class Task:
    """Something that is done once: seconds by the clock, and of the processor."""

    cases: int
    name: str
    seconds: float
    processor: float


@dataclass
class Goal:
    """A ratio that should not be higher, or lower, than the limit."""

    name: str
    ratio: float
    limit: float
    is_least: bool = False

    def __str__(self) -> str:
        """Return it as a line."""
        is_met = self.ratio >= self.limit if self.is_least else self.ratio <= self.limit
        sign = "at least" if self.is_least else "at most"
        return f"- {self.name}: {self.ratio:.2f}, {sign} {self.limit:g}: {'met' if is_met else 'missed'}"


def build_goals(results: list[Measured], tasks: list[Task]) -> list[Goal]:
    """Return what was aimed at, as far as it was measured; the first number of cases is the smallest."""
    sizes = sorted({one.cases for one in results})
    found = {(one.cases, one.row, one.site): one for one in results}
    goals = []
    for cases in sizes:
        for row, peer in ((CASE, CASE), (KEPT, CASE), (RESULTS, RESULTS), (NEW, NEW)):
            ratio = found[cases, row, "ours"].milliseconds / found[cases, peer, "stock"].milliseconds
            goals.append(Goal(f"{row} at {cases} cases, processor time, ours to stock", ratio, 1.5))
        made, kept = found[cases, CASE, "ours"], found[cases, KEPT, "ours"]
        goals.append(
            Goal(
                f"requests per second of a kept page at {cases} cases",
                made.milliseconds / kept.milliseconds,
                10,
                True,
            )
        )
        ours, stock = (
            next(task.seconds for task in tasks if (task.cases, task.name) == (cases, name))
            for name in (REBUILD, UPDATE)
        )
        goals.append(Goal(f"rebuild to update_index at {cases} cases", ours / stock, 2))
    if len(sizes) > 1:
        least, most = (found[cases, RESULTS, "ours"].p95 for cases in (sizes[0], sizes[-1]))
        goals.append(Goal(f"p95 of results at {sizes[-1]} cases to that at {sizes[0]}", most / least, 2))
    return goals


def build_table(results: list[Measured]) -> str:
    """Return a Markdown table with a line per page and site."""
    lines = [
        "| cases | page | site | CPU, ms | p50, ms | p95, ms | queries | KB |",
        "|---:|---|---|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {one.cases:,} | {one.row} | {one.site} | {_processor(one)} | {one.p50:.1f} | {one.p95:.1f} "
        f"| {one.queries:g} | {one.bytes / 1000:.1f} |"
        for one in results
    ]
    return "\n".join(lines)


def _processor(one: Measured) -> str:
    """Return the milliseconds of processor time, as far as they were measured."""
    return f"{one.milliseconds:.1f}" if one.rounds else "–"


def build_circumstances(*, requests: int, rounds: int) -> dict[str, object]:
    """Return what a figure means nothing without."""
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


def write_report(
    folder: Path, results: list[Measured], tasks: list[Task], circumstances: dict[str, object]
) -> str:
    """Write `result.md` and `result.json`, and return the text of the first."""
    done = "\n".join(
        f"| {task.cases:,} | {task.name} | {task.seconds:.1f} | {task.processor:.1f} |" for task in tasks
    )
    parts = [
        build_table(results),
        f"| cases | once | s | CPU, s |\n|---:|---|---:|---:|\n{done}",
        "\n".join(map(str, build_goals(results, tasks))),
        "\n".join(f"- {name.replace('_', ' ')}: {value}" for name, value in circumstances.items()),
    ]
    text = "\n\n".join(parts) + "\n"
    (folder / "result.md").write_text(text, encoding="utf-8")
    measured = [asdict(one) | ({"milliseconds": one.milliseconds} if one.rounds else {}) for one in results]
    whole = {**circumstances, "results": measured, "tasks": [asdict(task) for task in tasks]}
    (folder / "result.json").write_text(json.dumps(whole, indent=2), encoding="utf-8")
    return text
