"""Import of cases from the exchange formats.

First every row is checked against the file and the database, without writing anything. Then the rows that
change something are written in batches of limited duration, so that editors can write in between. What was
written stays when something fails: importing the same file again continues from there, because rows that
change nothing are skipped.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count, islice
from pathlib import Path

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import DatabaseError
from django.utils.translation import gettext as _
from wagtail.signal_handlers import disable_reference_index_auto_update
from wagtail.tasks import update_reference_index_task

from core.locking import write_in_batches
from practices.exchange.assigning import case_assign, case_check, is_published
from practices.exchange.exporting import Progress, keep_adoptions
from practices.exchange.fields import FileError, Problem, Row, Values, clean_row
from practices.exchange.files import Rows, read_rows
from practices.exchange.holds import find_hold
from practices.exchange.lookups import Lookups
from practices.exchange.proposing import adoptions_propose, find_news
from practices.models import PracticeIndexPage, PracticePage

PORTION = 100  # rows whose cases are read in one query
# The names of fields in the exchange formats, where those of the model differ.
FIELD_NAMES = {
    NON_FIELD_ERRORS: "",
    "organisation_links": "organisations",
    "first_published_at": "published",
}
MADE, CHANGED, SAME, SKIPPED = "made", "changed", "same", "skipped"


@dataclass
class Imported:
    """What an import did: the number of cases by outcome, and what there is to tell.

    `problems` are faults in rows, `held` the cases that people are working on, `new_terms` the terms that
    were not there yet.
    """

    made: int = 0
    changed: int = 0
    same: int = 0
    skipped: int = 0
    problems: list[Problem] = field(default_factory=list)
    held: list[Problem] = field(default_factory=list)
    new_terms: list[Problem] = field(default_factory=list)

    def count(self, outcome: str) -> None:
        """Count one row with this outcome."""
        setattr(self, outcome, getattr(self, outcome) + 1)


class ImportStopped(Exception):
    """A row could not be written, or somebody interrupted the import; `done` tells what was written."""

    def __init__(self, reason: str, done: Imported) -> None:
        """Keep what was done."""
        super().__init__(reason)
        self.done = done


def _tell_nobody(done: int, total: int) -> None:
    """Report no progress."""


def cases_import(  # noqa: PLR0913  the options of the command
    *,
    path: Path,
    dry_run: bool = False,
    skip_invalid: bool = False,
    create_terms: bool = False,
    take_over: bool = False,
    on_checked: Progress = _tell_nobody,
    on_written: Progress = _tell_nobody,
) -> Imported:
    """Import the cases of a file; raises FileError, or ImportStopped halfway.

    When a row is wrong nothing is written, unless `skip_invalid` is set. A case that people are working on in
    `/cms/` is left to them, unless `take_over` is set.
    """
    index = PracticeIndexPage.objects.select_related("locale").order_by("path").first()
    if index is None:
        raise FileError(_("er is nog geen overzicht van praktijkvoorbeelden; draai eerst setup_site"))
    run = _Run(index, Lookups(create_terms=create_terms), take_over=take_over)
    written = Imported()
    try:
        rows = read_rows(path)
        lines = run.check(rows, on_checked)
        if not dry_run and (skip_invalid or not run.done.problems):
            written = run.done
            run.write(rows, lines, on_written)
    except KeyboardInterrupt:
        raise ImportStopped(_("afgebroken"), written) from None
    return run.done


@dataclass
class _Run:
    """One import: the page for new cases, the lookups for words, and what was done so far."""

    index: PracticeIndexPage
    lookups: Lookups
    take_over: bool
    done: Imported = field(default_factory=Imported)

    def check(self, rows: Rows, progress: Progress) -> set[int]:
        """Check every row, count its outcome, and return the line numbers of the rows to write."""
        lines: set[int] = set()
        seen: dict[str, int] = {}
        numbers = count(1)
        for portion in _portions(rows):
            cleaned = [(row.line, *clean_row(row)) for row in portion]
            pages = _read_pages([values.get("slug", "") for _line, values, _problems in cleaned])
            for line, values, problems in cleaned:
                outcome = self._check_row(line, values, problems + _find_double(line, values, seen), pages)
                self.done.count(outcome)
                if outcome in {MADE, CHANGED}:
                    lines.add(line)
                progress(next(numbers), len(rows))
        return lines

    def _check_row(
        self, line: int, values: Values, problems: list[Problem], pages: dict[str, PracticePage]
    ) -> str:
        """Return the outcome that a row would have, and keep its problems."""
        found, unknown = self.lookups.resolve(line, values)
        problems += unknown
        page = pages.get(values.get("slug", "")) or self._new(values)
        if not problems:
            is_changed = case_assign(page, values, found)
            if not is_changed and not find_news(page, values, found):
                return SAME
            problems += _find_faults(line, page, values)
        self.done.problems += problems
        if problems or self._is_held(line, page):
            return SKIPPED
        self.done.new_terms += self.lookups.tell_new(line, found)
        return CHANGED if page.pk else MADE

    def write(self, rows: Rows, lines: set[int], progress: Progress) -> None:
        """Write the rows on these lines, and count them after each batch; raises ImportStopped."""
        self.done.made = self.done.changed = 0
        numbers = count(1)
        try:
            for outcomes in write_in_batches((row for row in rows if row.line in lines), self._write_row):
                for outcome in outcomes:
                    self.done.count(outcome)
                    progress(next(numbers), len(lines))
        except DatabaseError as error:
            # A batch could not begin or commit: others write too long, or deleted what it names.
            raise ImportStopped(_say(error), self.done) from error

    def _write_row(self, row: Row) -> str:
        """Write one row, and return the outcome."""
        try:
            return self._save(row.line, clean_row(row)[0])
        except Exception as error:  # whatever it is, the user needs to know at which row
            raise ImportStopped(str(Problem(row.line, "", _say(error))), self.done) from error

    def _save(self, line: int, values: Values) -> str:
        """Save a case and return the outcome; somebody may have changed the case since it was checked."""
        page = PracticePage.objects.filter(slug=values["slug"]).order_by("path").first()
        page = _as_edited(page) if page else self._new(values)
        found, _problems = self.lookups.resolve(line, values)
        self.lookups.save_new(found)
        is_changed, news = case_assign(page, values, found), find_news(page, values, found)
        if not is_changed and not news:
            return SAME
        if self._is_held(line, page):
            return SKIPPED
        is_new = page.pk is None
        if is_changed:
            self._write_page(page, values, is_new=is_new)
        adoptions_propose(page, news)
        return MADE if is_new else CHANGED

    def _write_page(self, page: PracticePage, values: Values, *, is_new: bool) -> None:
        """Save a case, and publish it if the row says so."""
        if self.take_over and not is_new:  # else a scheduled revision would replace it later
            page.go_live_at = None
            page.revisions.filter(approved_go_live_at__isnull=False).update(approved_go_live_at=None)
        # Else each row of the page would enqueue a task of its own, and more than once.
        with disable_reference_index_auto_update():
            if is_new:
                self.index.add_child(instance=page)
            _publish(page, values, is_clean=is_new)  # `add_child` has cleaned a new one
        update_reference_index_task.enqueue(page._meta.app_label, page._meta.model_name, str(page.pk))

    def _new(self, values: Values) -> PracticePage:
        """Return a new case."""
        return PracticePage(slug=values.get("slug", ""), live=False, locale=self.index.locale)

    def _is_held(self, line: int, page: PracticePage) -> bool:
        """Tell whether a case is left to the people who work on it, and keep the reason."""
        reason = "" if self.take_over else find_hold(page)
        if reason:
            self.done.held.append(Problem(line, "", reason))
        return bool(reason)


def _portions(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Yield the rows in portions."""
    left = iter(rows)
    while portion := list(islice(left, PORTION)):
        yield portion


def _read_pages(slugs: list[str]) -> dict[str, PracticePage]:
    """Return the cases by slug, as editors see them, to compare with.

    Of several translations it is the one in the first language.
    """
    pages = PracticePage.objects.with_everything().filter(slug__in=slugs).order_by("-path")
    edited = {page.slug: _as_edited(page) for page in pages}
    keep_adoptions(list(edited.values()))
    return edited


def _as_edited(page: PracticePage) -> PracticePage:
    """Return a case as it is live, or as it was last edited when it is not live."""
    return page if page.live else page.get_latest_revision_as_object()


def _find_double(line: int, values: Values, seen: dict[str, int]) -> list[Problem]:
    """Return a problem when an earlier line has the slug of this row."""
    slug = values.get("slug", "")
    if not slug or seen.setdefault(slug, line) == line:
        return []
    return [Problem(line, "slug", _("staat ook op regel %(line)d, verwacht één keer") % {"line": seen[slug]})]


def _find_faults(line: int, page: PracticePage, values: Values) -> list[Problem]:
    """Return the problems that the validation of the model finds."""
    try:
        case_check(page, values)
    except ValidationError as error:
        return [
            Problem(line, FIELD_NAMES.get(name, name), text)
            for name, texts in error.message_dict.items()
            for text in texts
        ]
    return []


def _say(error: Exception) -> str:
    """Return why a row could not be written."""
    if isinstance(error, ValidationError):
        return "; ".join(error.messages)
    return f"{type(error).__name__}: {error}"


def _publish(page: PracticePage, values: Values, *, is_clean: bool) -> None:
    """Save a revision, and publish or unpublish the page."""
    revision = page.save_revision(clean=not is_clean)
    if is_published(page, values):
        # The revision was just made from this page. To build the page and its rows from the revision again
        # takes half the time of publishing.
        revision.as_object = lambda: page  # type: ignore[method-assign]
        revision.publish()
    elif page.live:
        page.unpublish()
