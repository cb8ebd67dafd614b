"""`relevance`: how well search finds what the golden set asks, per type of query."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from search.benchmark import measure_set, measure_typing
from search.evaluation import FOLDER, HELD_OUT, MEASURES, Evaluation, evaluate, nearness_to_clean, read_golden_set

MOST_DROP = 0.03


class Command(BaseCommand):
    """Ask the golden set, and compare with the run that was kept."""

    help = "Measures how well search finds what the golden set in relevance/ asks; fails when a type dropped by more than 0.03."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take where the last run is, and whether this one replaces it."""
        parser.add_argument("--baseline", type=Path, default=Path(settings.BASE_DIR) / "relevance" / "baseline.json")
        parser.add_argument("--sets", action="store_true", help="measure on the sets of other documents instead")
        parser.add_argument("--keep", action="store_true", help="keep this run as the one to compare with")

    def handle(self, *args: Any, baseline: Path, keep: bool, sets: bool, **options: Any) -> None:
        """Print the measures; fail when one fell."""
        if sets:
            self._print_sets()
            return
        evaluation = evaluate(read_golden_set())
        last = json.loads(baseline.read_text()) if baseline.exists() else {}
        self._print_table(evaluation, last)
        self._print_details(evaluation)
        if keep:
            baseline.write_text(json.dumps(evaluation.summary(), indent=2) + "\n")
            self.stdout.write(f"kept in {baseline}")
        elif dropped := find_dropped(evaluation.summary(), last):
            raise CommandError(f"nDCG@10 dropped by more than {MOST_DROP}: {', '.join(dropped)}")

    def _print_table(self, evaluation: Evaluation, last: dict[str, Any]) -> None:
        """Print the measures per type with their 95% interval and the difference with the last run."""
        self.stdout.write(
            f"{'type':12}{'n':>5}  {'nDCG@10':8}{'95%':14}{'last':>7}  {'hit@10':7}{'MRR':6}{'recall@10':10}{'no hits':>8}"
        )
        for name, queries in evaluation.groups.items():
            means = {measure: evaluation.mean(queries, measure) for measure in MEASURES}
            zero = f"{evaluation.share_without_hits(queries):8.0%}"
            if means["nDCG@10"] is None:
                self.stdout.write(f"{name:12}{len(queries):5}{'':62}{zero}")
                continue
            low, high = evaluation.interval(queries, "nDCG@10")
            was = last.get(name, {}).get("nDCG@10")
            difference = "" if was is None else f"{means['nDCG@10'] - was:+.3f}"
            self.stdout.write(
                f"{name:12}{len(queries):5}  {means['nDCG@10']:<8.3f}{f'{low:.3f}–{high:.3f}':14}{difference:>7}"
                f"  {means['hit@10']:<7.3f}{means['MRR']:<6.3f}{means['recall@10']:<10.3f}{zero}"
            )

    def _print_sets(self) -> None:
        """Print how this search does on other documents, beside the engine's own Dutch analyzer, and with typing errors."""
        for folder in sorted(path for path in (FOLDER / "sets").iterdir() if path.is_dir()):
            for name, evaluation in measure_set(folder).items():
                self.stdout.write(f"\n{folder.name}: {name}")
                self._print_table(evaluation, {})
            clean, *mistyped = measure_typing(folder)
            errors = ", ".join(f"{mean:.3f} with {count}" for count, mean in enumerate(mistyped, start=1))
            self.stdout.write(f"{folder.name}: its titles {clean:.3f}, {errors} typing errors in each")

    def _print_details(self, evaluation: Evaluation) -> None:
        """Print what typing errors cost, what was missed and the twenty worst queries; not one that is held out."""
        mistyped, clean = nearness_to_clean(evaluation)
        self.stdout.write(f"\nwith typing errors {mistyped:.3f}, the same without {clean:.3f}")
        missed = evaluation.missed()
        self.stdout.write(f"\nnot among the first ten, but must be: {len(missed)}")
        for query, key in missed:
            if not query.is_held_out:
                self.stdout.write(f"  {query.text} → {key}")
        self.stdout.write(f"\nworst (of those not {HELD_OUT})")
        for query in evaluation.worst():
            if not query.is_held_out:
                found = ", ".join(evaluation.found[query.id][:3]) or "nothing"
                self.stdout.write(f"  {evaluation.scores[query.id]['nDCG@10']:.3f}  {query.type:11} {query.text} → {found}")


def find_dropped(now: dict[str, Any], last: dict[str, Any]) -> list[str]:
    """Return the types of which nDCG@10 is lower than in the last run by more than 0.03."""
    pairs = {name: (now[name]["nDCG@10"], was["nDCG@10"]) for name, was in last.items() if name in now}
    return [name for name, (new, was) in pairs.items() if was is not None and was - (new or 0.0) > MOST_DROP]
