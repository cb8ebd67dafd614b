"""`search_index rebuild | rollback | check | status | retry`: look after what can be found."""

import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from elasticsearch import Elasticsearch

from search import client
from search.backends import elasticsearch
from search.client import EngineUnavailable
from search.index import indexing, rebuilding
from search.index.audit import VECTORS, find_differences, mend
from search.index.tasks import find_vectors_to_come, plan_vectors, waiting_tasks
from search.models import AUDIENCES, MissingVector, SearchEntry, WaitingRow
from search.query.asked import build_asked, vocabularies_of
from search.query.parameters import SearchParameters
from worker.failed import failed_retry, failed_tasks
from worker.models import WorkerLease

FIRST_QUESTION = "wie weet van onderhoud met data"  # with words of all sorts, and a meaning
MOST_SHOWN = 20  # tasks that were given up, in `status`


class Command(BaseCommand):
    """Build the index anew, compare it with the database, or tell how it is."""

    help = "Builds, compares or describes the search index."

    def __init__(self, *args: Any, **options: Any) -> None:
        """Begin without any step; `begun` has the moment at which each step began."""
        super().__init__(*args, **options)
        self.begun: dict[str, float] = {}

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the action and its option."""
        actions = parser.add_subparsers(dest="action", required=True)
        rebuild = actions.add_parser("rebuild", help="build a new index beside the live one, then swap")
        rebuild.add_argument(
            "--if-needed", action="store_true", help="only when it is missing or its mapping is an older one"
        )
        actions.add_parser(
            "rollback", help="make the index before this one live again, with what changed since"
        )
        check = actions.add_parser(
            "check", help="print every difference with the database; exit 1 if there is one"
        )
        check.add_argument("--repair", action="store_true", help="mend the differences")
        actions.add_parser("status", help="aliases, documents, queue and engine")
        actions.add_parser("retry", help="put every task that gave up back in the queue")

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        """Do the action; without the engine it ends with an error of one line."""
        try:
            getattr(self, f"_{action}")(**options)
        except EngineUnavailable as error:
            raise CommandError(f"the engine is not available: {error}") from error

    def _rebuild(self, *, if_needed: bool, **options: Any) -> None:
        """Rebuild what is needed, and have the engine answer before visitors ask."""
        if if_needed and self._is_fine():
            self.stdout.write("the index is there and up to date")
        else:
            self._build()
        if client.is_configured():
            _ask_first_question()

    def _build(self) -> None:
        """Rebuild the fallback index and the index."""
        done = rebuilding.rebuild(self._report)
        where = "engine and database" if done.is_in_engine else "database (no engine is configured)"
        counts = ", ".join(f"{count} for {name}" for name, count in done.documents.items())
        self.stdout.write(f"built in {where}: {counts}")
        plan_vectors()
        if done.missing:
            self.stdout.write(f"{done.missing:,} passages have no vector yet; the worker makes them")
        self._tell_refused(done.refused)

    def _tell_refused(self, refused: dict[str, str]) -> None:
        """Print which documents the engine did not take; raises CommandError when there are any."""
        for key, reason in refused.items():
            self.stdout.write(f"  {key}: {reason}")
        if refused:
            raise CommandError(f"the engine refuses {len(refused)} documents; all others can be found")

    def _is_fine(self) -> bool:
        """Tell whether there is nothing to rebuild."""
        return SearchEntry.objects.exists() and (not client.is_configured() or rebuilding.is_up_to_date())

    def _rollback(self, **options: Any) -> None:
        """Go back to the index before this one, and write what changed since it was replaced."""
        rebuilding.go_back()
        differences = list(find_differences())
        mend(differences, self._report)
        self.stdout.write(f"the index before this one is live again; {len(differences)} differences mended")

    def _report(self, step: str, done: int, total: int) -> None:
        """Print how far a step is, and how long the rest of it will take."""
        now = time.monotonic()
        begun = self.begun.setdefault(step, now)
        left = (now - begun) / done * (total - done) if done else 0
        self.stdout.write(f"  {step}: {done} of {total}" + (f", {left:.0f} s left" if left >= 1 else ""))

    def _check(self, *, repair: bool, **options: Any) -> None:
        """Print the differences, but not vectors that the worker will make, and mend them when asked."""
        coming = find_vectors_to_come()
        differences = [
            found for found in find_differences() if found.place != VECTORS or found.key not in coming
        ]
        if coming:
            self.stdout.write(f"vectors of {len(coming)} objects are still to be made by the worker")
        for difference in differences:
            self.stdout.write(str(difference))
        if differences and repair:
            self._tell_refused(mend(differences, self._report))
            self.stdout.write(f"{len(differences)} mended")
        elif differences:
            raise CommandError(f"{len(differences)} differences; `search_index check --repair` mends them")
        else:
            self.stdout.write("no differences")

    def _status(self, **options: Any) -> None:
        """Print the state of fallback index, queue and engine."""
        counts = Counter(SearchEntry.objects.values_list("kind", flat=True))
        for kind, count in sorted(counts.items()):
            self.stdout.write(f"fallback index: {count} × {kind}")
        for line in _describe_queue():
            self.stdout.write(line)
        if not client.is_configured():
            self.stdout.write("engine: none is configured")
            return
        for line in client.run(_describe):
            self.stdout.write(line)

    def _retry(self, **options: Any) -> None:
        """Put every task that was given up back in the queue."""
        self.stdout.write(f"{failed_retry()} tasks begin anew")


def _ask_first_question() -> None:
    """Ask the engine as a member does, and wait as a task does.

    The first question after a start takes longer than a visitor waits: the engine reads and compiles what it
    needs. Her page would come from the database.
    """
    parameters = SearchParameters(query=FIRST_QUESTION)
    asked = build_asked(parameters, vocabularies_of(AUDIENCES), has_members=True)
    with suppress(EngineUnavailable):
        elasticsearch.ask(asked, elasticsearch.indices_of(AUDIENCES), run=client.run)


def _describe_queue() -> Iterator[str]:
    """Yield the state of workers and queue, and which tasks were given up."""
    rebuilds = f"{settings.SEARCH_INDEX_PREFIX}-"  # a rebuild has a lease too, but is no worker
    yield f"workers: {WorkerLease.objects.living().exclude(pk__startswith=rebuilds).count()}"
    yield f"queue: {waiting_tasks().count()} waiting"
    passages, objects = MissingVector.objects.count(), len(find_vectors_to_come())
    yield f"vectors: {passages:,} passages to be made, of {objects:,} objects"
    yield f"waiting for the engine: {WaitingRow.objects.count()}"
    given_up = failed_tasks()
    yield f"given up: {given_up.count()}" + (" (`search_index retry` puts them back)" if given_up else "")
    for task in given_up[:MOST_SHOWN]:
        # Arguments of other tasks may hold an e-mail address.
        rows = task.args_kwargs["args"][:2] if task.task_path.startswith("search.") else ""
        yield f"  {task.task_path} {rows} {task.exception_class_path}"


def _describe(engine: Elasticsearch) -> list[str]:
    """Return the version of the engine, and per alias its index and the number of documents."""
    lines = [f"engine: {engine.info()['version']['number']}"]
    for audience in AUDIENCES:
        live = indexing.find_live(engine, audience)
        count = engine.count(index=live)["count"] if live else 0
        lines.append(f"{indexing.alias(audience)} → {live or 'nothing'}: {count} documents")
    return lines
