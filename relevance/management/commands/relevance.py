"""`relevance`: evaluation of search with the golden set or the public sets, per type of query."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from relevance.agreement import measure_agreement
from relevance.evaluation import (
    FOLDER,
    HELD_OUT,
    MEASURES,
    NO_HITS,
    Evaluation,
    Query,
    evaluate,
    nearness_to_clean,
    read_golden_set,
)
from relevance.people import PEOPLE, find_unknown, measure_people
from relevance.public_sets import (
    find_constant,
    list_sets,
    measure_changes,
    measure_set,
    measure_typing,
    write_mean,
)
from relevance.regression import MEASURE, MOST_DROP, find_worse
from relevance.two_lists import EVERYDAY, measure_everyday
from search.client import EngineUnavailable

BASELINE = FOLDER / "baseline.json"
LAST = "relevance.json"  # in VAR_DIR: the figures of the last run here
WIDTH = 19  # characters of a measure with its interval
SHOWN = 3  # hits of each of the worst queries


class Command(BaseCommand):
    """Evaluate search, and compare with the baseline: the run that was kept."""

    help = (
        "Measures how well search finds what the golden set in relevance/ asks. Fails when the baseline is"
        f" not there, a type dropped by more than {MOST_DROP}, something is found more often where nothing"
        " should be, or a must-have is lost."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take what to evaluate, where the baseline is, and whether this run replaces it."""
        parser.add_argument("--baseline", type=Path, default=BASELINE)
        parser.add_argument(
            "--sets", action="store_true", help="measure on the sets of other documents instead"
        )
        parser.add_argument(
            "--everyday", action="store_true", help="measure the two lists on everyday questions instead"
        )
        parser.add_argument(
            "--people", action="store_true", help="measure how well members find each other instead"
        )
        parser.add_argument(
            "--mean", action="store_true", help="write the mean of the vectors of the sets' questions anew"
        )
        parser.add_argument(
            "--try",
            action="append",
            dest="changes",
            default=[],
            type=_read_change,
            metavar="NAME=VALUE",
            help="measure nDCG@10 on those sets with this number of queries.py or question.py changed;"
            " may be repeated",
        )
        parser.add_argument("--keep", action="store_true", help="keep this run as the one to compare with")

    def handle(self, *args: Any, changes: list[tuple[str, Any]], **options: Any) -> None:
        """Print what is asked for; an engine that is away or refuses a number is an error of one line."""
        try:
            if changes:
                self._print_changes(changes)
            elif options["sets"]:
                self._print_sets()
            elif options["everyday"]:
                self._print_everyday()
            elif options["people"]:
                self._print_people()
            elif options["mean"]:
                write_mean()
            else:
                self._compare(options["baseline"], keep=options["keep"])
        except EngineUnavailable as error:
            raise CommandError(f"the engine does not answer this: {error}") from error

    def _print_everyday(self) -> None:
        """Print how both sets of everyday questions do."""
        for folder in sorted(EVERYDAY.iterdir()):
            self.stdout.write(f"{folder.name}: {measure_everyday(folder).describe()}")

    def _print_people(self) -> None:
        """Print how the questions about people do; raise CommandError without them or their members."""
        if not PEOPLE.exists():
            raise CommandError(f"There are no questions about people at {PEOPLE}.")
        if unknown := find_unknown(PEOPLE):
            raise CommandError(f"There is no member that can be found for {', '.join(unknown)}.")
        self.stdout.write(measure_people(PEOPLE).describe())

    def _compare(self, baseline: Path, *, keep: bool) -> None:
        """Print the measures; raise CommandError when one fell too far, or there is no baseline."""
        evaluation = evaluate(read_golden_set())
        kept, last = _read(baseline), settings.VAR_DIR / LAST
        self._print_table(evaluation, _read(last), kept)
        self._print_details(evaluation)
        summary = evaluation.summary()
        _write(last, summary)
        if keep:
            _write(baseline, summary)
            self.stdout.write(f"kept in {baseline}")
        elif not kept:
            raise CommandError(
                f"There is no run to compare with at {baseline}; --keep makes this one that run."
            )
        elif worse := find_worse(summary, kept):
            raise CommandError("Worse than the baseline:\n  " + "\n  ".join(worse))

    def _print_table(self, evaluation: Evaluation, last: dict[str, Any], kept: dict[str, Any]) -> None:
        """Print the measures per type, with 95% intervals and the change of nDCG@10.

        The change is that since the last run here, and since the baseline.
        """
        titles = [f"  {name:{WIDTH - 2}}" for name in (*MEASURES, "no hits")]
        self.stdout.write(f"{'type':12}{'n':>4}{''.join(titles)}{'last':>8}{'baseline':>10}")
        for name, queries in evaluation.groups.items():
            cells = [_describe(evaluation, queries, measure) for measure in (*MEASURES, NO_HITS)]
            mean = evaluation.mean(queries, MEASURE)
            differences = f"{_difference(mean, name, last):>8}{_difference(mean, name, kept):>10}"
            self.stdout.write(f"{name:12}{len(queries):4}{''.join(cells)}{differences}".rstrip())

    def _print_changes(self, changes: list[tuple[str, Any]]) -> None:
        """Print nDCG@10 on each public set as search is, and with each change alone."""
        names = ["as it is", *(f"{name}={value}" for name, value in changes)]
        for folder in list_sets():
            for name, mean in zip(names, measure_changes(folder, changes), strict=True):
                self.stdout.write(f"{folder.name}: {mean:.3f} {name}")

    def _print_sets(self) -> None:
        """Print the evaluation on each public set, beside the engine's own analyzer, and typing errors."""
        for folder in list_sets():
            for name, evaluation in measure_set(folder).items():
                self.stdout.write(f"\n{folder.name}: {name}")
                self._print_table(evaluation, {}, {})
            clean, *mistyped = measure_typing(folder)
            numbered = enumerate(mistyped, start=1)
            errors = ", ".join(f"{mean:.3f} with {count}" for count, mean in numbered)
            self.stdout.write(f"{folder.name}: its titles {clean:.3f}, {errors} typing errors in each")

    def _print_details(self, evaluation: Evaluation) -> None:
        """Print the cost of typing errors, the agreement of judges, what was missed and the worst queries.

        Queries that are held out are not shown.
        """
        mistyped, clean = nearness_to_clean(evaluation)
        self.stdout.write(f"\nwith typing errors {mistyped:.3f}, the same without {clean:.3f}")
        if agreement := measure_agreement(evaluation.golden):
            self.stdout.write(
                f"two judges, {agreement.pairs} pairs: kappa {agreement.relevant:.3f} on what is relevant,"
                f" {agreement.grades:.3f} on the grades"
            )
        missed = evaluation.missed()
        self.stdout.write(f"\nnot among the first ten, but must be: {len(missed)}")
        for query, key in missed:
            if not query.is_held_out:
                self.stdout.write(f"  {query.text} → {key}")
        self.stdout.write(f"\nworst (of those not {HELD_OUT})")
        for query in evaluation.worst():
            found = ", ".join(evaluation.found[query.id][:SHOWN]) or "nothing"
            score = evaluation.scores[query.id][MEASURE]
            self.stdout.write(f"  {score:.3f}  {query.type:11} {query.text} → {found}")


def _read_change(text: str) -> tuple[str, Any]:
    """Return the name of a constant and another value for it, of the same type."""
    name, _, value = text.partition("=")
    try:
        constant = getattr(find_constant(name), name)
        return name, type(constant)(value)
    except (LookupError, ValueError) as error:
        raise ArgumentTypeError(f"{text}: no number or text with this name, or no such value") from error


def _read(path: Path) -> dict[str, Any]:
    """Return the summary of a run that was kept; empty where there is none."""
    run: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    return run


def _write(path: Path, summary: dict[str, Any]) -> None:
    """Keep the summary of a run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(summary, indent=2) + "\n")


def _describe(evaluation: Evaluation, queries: list[Query], measure: str) -> str:
    """Return a measure with its interval, `WIDTH` characters wide."""
    mean = evaluation.mean(queries, measure)
    if mean is None:
        return " " * WIDTH
    low, high = evaluation.interval(queries, measure)
    return f"  {mean:.3f} {low:.3f}–{high:.3f}"


def _difference(mean: float | None, name: str, run: dict[str, Any]) -> str:
    """Return the difference of a mean with another run; empty when one of the two is missing."""
    was = run.get(name, {}).get(MEASURE)
    return "" if mean is None or was is None else f"{mean - was:+.3f}"
