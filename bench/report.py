"""What was measured, as a table for people and as JSON for programs."""

import datetime
import json
import os
import platform
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median


@dataclass
class Measured:
    """One page of one site: milliseconds of processor time per request in each round, queries and bytes per page."""

    row: str
    site: str
    rounds: list[float]
    queries: float
    bytes: float

    @property
    def milliseconds(self) -> float:
        """Return the middle one of the rounds."""
        return median(self.rounds)


def build_table(results: list[Measured]) -> str:
    """Return a Markdown table with a line per page."""
    head = "| page | ours, ms CPU | stock, ms CPU | ours ÷ stock | ours, queries | stock, queries | ours, KB | stock, KB |"
    lines = [head, "|---|---:|---:|---:|---:|---:|---:|---:|"]
    for row in dict.fromkeys(result.row for result in results):
        ours, stock = (next(one for one in results if one.row == row and one.site == site) for site in ("ours", "stock"))
        ratio = ours.milliseconds / stock.milliseconds
        lines.append(
            f"| {row} | {ours.milliseconds:.1f} | {stock.milliseconds:.1f} | {ratio:.2f} "
            f"| {ours.queries:g} | {stock.queries:g} | {ours.bytes / 1000:.1f} | {stock.bytes / 1000:.1f} |"
        )
    return "\n".join(lines)


def build_circumstances(*, database: str, cases: int, requests: int, rounds: int) -> dict[str, object]:
    """Return what a figure means nothing without."""
    return {
        "measured_at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "cases": cases,
        "requests_per_round": requests,
        "rounds": rounds,
        "database": database,
        "python": platform.python_version(),
        "django": version("django"),
        "wagtail": version("wagtail"),
        "processors": os.cpu_count(),
        "load_average": [round(load, 2) for load in os.getloadavg()],
    }


def write_report(folder: Path, results: list[Measured], circumstances: dict[str, object]) -> str:
    """Write `result.md` and `result.json`, and return the text of the first."""
    facts = "\n".join(f"- {name.replace('_', ' ')}: {value}" for name, value in circumstances.items())
    spread = "\n".join(
        f"- {one.row}, {one.site}: {', '.join(f'{value:.1f}' for value in one.rounds)} ms per round" for one in results
    )
    text = f"{build_table(results)}\n\n{facts}\n{spread}\n"
    (folder / "result.md").write_text(text, encoding="utf-8")
    measured = [asdict(one) | {"milliseconds": one.milliseconds} for one in results]
    (folder / "result.json").write_text(json.dumps({**circumstances, "results": measured}, indent=2), encoding="utf-8")
    return text
