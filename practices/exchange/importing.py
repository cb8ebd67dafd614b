"""Cases out of the exchange formats."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from wagtail.models import Orderable

from practices.blocks import MOST_HEADING
from practices.exchange.exporting import case_values
from practices.exchange.fields import FileError, Problem, Row, Values, clean_row
from practices.exchange.files import read_rows
from practices.exchange.lookups import Lookups
from practices.exchange.markdown_in import build_body, first_paragraph
from practices.exchange.markdown_out import write_body
from practices.models import (
    MOST_CHARACTERS,
    PracticeIndexPage,
    PracticeLesson,
    PracticeOrganisation,
    PracticePage,
    PracticeResult,
    PracticeReuse,
    PracticeSource,
)

SIMPLE = ("title", "summary", "phase", "started", "place", "latitude", "longitude", "language")
# The name of a field of the exchange formats, where that of the model is another.
FIELD_NAMES = {"organisation_links": "organisations", "reuses": "reused_by", "first_published_at": "published"}

Progress = Callable[[int, int], None]


@dataclass
class Imported:
    """How many cases were made, changed, left as they were and skipped, and why."""

    made: int = 0
    changed: int = 0
    same: int = 0
    skipped: int = 0
    problems: list[Problem] = field(default_factory=list)


class _Refused(Exception):
    """A row is not imported."""

    def __init__(self, problems: list[Problem]) -> None:
        """Keep the reasons."""
        super().__init__()
        self.problems = problems


def cases_import(
    *,
    path: Path,
    dry_run: bool = False,
    skip_invalid: bool = False,
    create_terms: bool = False,
    progress: Progress = lambda done, total: None,
) -> Imported:
    """Bring the cases of a file into the site; raises FileError.

    When a row is wrong nothing is written, unless the wrong ones are to be skipped.
    """
    rows = read_rows(path)
    with transaction.atomic():
        if _index() is None:
            raise FileError(_("er is nog geen overzicht van praktijkvoorbeelden; draai eerst setup_site"))
        done = _import_rows(rows, Lookups(create_terms=create_terms), progress)
        if dry_run or (done.problems and not skip_invalid):
            transaction.set_rollback(True)
    return done


def _import_rows(rows: list[Row], lookups: Lookups, progress: Progress) -> Imported:
    """Import row by row; each stands or falls by itself."""
    done = Imported()
    seen: dict[str, int] = {}
    for number, row in enumerate(rows, start=1):
        values, problems = clean_row(row)
        slug = values.get("slug", "")
        if slug and seen.setdefault(slug, row.line) != row.line:
            problems.append(
                Problem(row.line, "slug", _("staat ook op regel %(line)d, verwacht één keer") % {"line": seen[slug]})
            )
        problems += _import_row(row.line, values, lookups, done, is_sound=not problems)
        done.problems += problems
        done.skipped += bool(problems)
        progress(number, len(rows))
    return done


def _import_row(line: int, values: Values, lookups: Lookups, done: Imported, *, is_sound: bool) -> list[Problem]:
    """Import one row, and return its problems; a row that has some already is only looked at."""
    try:
        with transaction.atomic():
            found, problems = lookups.resolve(line, values)
            if problems or not is_sound:
                raise _Refused(problems)
            outcome = _save(values, found)
    except _Refused as refused:
        problems = refused.problems
    except ValidationError as error:
        problems = _problems_of(line, error)
    else:
        setattr(done, outcome, getattr(done, outcome) + 1)
        return []
    lookups.forget()  # what was made for this row is undone with it
    return problems


def _problems_of(line: int, error: ValidationError) -> list[Problem]:
    """Return what the model says about a row."""
    messages = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
    names = {NON_FIELD_ERRORS: ""} | FIELD_NAMES
    return [Problem(line, names.get(name, name), text) for name, texts in messages.items() for text in texts]


def _save(values: Values, found: dict[str, Any]) -> str:
    """Save a case, and return what happened: made, changed or same. Raises ValidationError."""
    page = _page(values["slug"])
    is_new = page.pk is None
    before = None if is_new else _state(page)
    _assign(page, values, found)
    if before == _state(page) and (page.live == bool(values.get("published", page.live))):
        return "same"
    _check(page)
    if is_new:
        _index().add_child(instance=page)
    else:
        page.save()
    _publish(page, values)
    return "made" if is_new else "changed"


def _index() -> PracticeIndexPage:
    """Return the list below which new cases come: that of the first language."""
    return PracticeIndexPage.objects.select_related("locale").order_by("path").first()


def _page(slug: str) -> PracticePage:
    """Return the case with this slug as editors see it, or a new one."""
    page = PracticePage.objects.filter(slug=slug).order_by("path").first()
    if page is None:
        return PracticePage(slug=slug, live=False, locale=_index().locale)
    return page if page.live else page.get_latest_revision_as_object()


def _state(page: PracticePage) -> Values:
    """Return what an import can change."""
    return case_values(page)[0] | {"province": page.province}


def _assign(page: PracticePage, values: Values, found: dict[str, Any]) -> None:
    """Give the page the values of a row; what the row does not mention stays as it is."""
    for name in SIMPLE:
        if name in values:
            setattr(page, name, values[name])
    body = build_body(values["body"])
    if _markdown(body) != write_body(page.sections()).markdown:  # else it may have blocks that Markdown cannot say
        page.body = body
    if not page.summary:
        page.summary = Truncator(first_paragraph(values["body"])).chars(MOST_CHARACTERS["summary"])
    for name in ("themes", "techniques"):
        if name in found:
            getattr(page, name).set(found[name])
    if "tags" in values:
        page.tags.set(values["tags"])
    if "contact" in found:
        page.contact = found["contact"]
    _assign_rows(page, values, found)
    page.province = _province(page)
    if values.get("published"):
        page.first_published_at = _moment(values["published"])


def _markdown(body: list[dict[str, Any]]) -> str:
    """Return the Markdown of a body that was read from Markdown, as an export would write it."""
    return write_body(PracticePage(body=body).sections()).markdown


def _assign_rows(page: PracticePage, values: Values, found: dict[str, Any]) -> None:
    """Give the page its rows. What an editor said about one of them, and the formats do not have, is kept."""
    rows: dict[str, list[Orderable]] = {}
    if "organisations" in found:
        roles = {link.organisation_id: link.role for link in page.organisation_links.all()}
        rows["organisation_links"] = [
            PracticeOrganisation(organisation=body, role=roles.get(body.pk, "")) for body in found["organisations"]
        ]
    if "reused_by" in found:
        notes = {reuse.organisation_id: reuse.note for reuse in page.reuses.all()}
        rows["reuses"] = [PracticeReuse(organisation=body, note=notes.get(body.pk, "")) for body in found["reused_by"]]
    if "results" in values:
        how = {result.label: result.how for result in page.results.all()}
        rows["results"] = [PracticeResult(**row, how=how.get(row["label"], "")) for row in values["results"]]
    if "lessons" in values:
        rows["lessons"] = [PracticeLesson(text=text) for text in values["lessons"]]
    if "sources" in values:
        rows["sources"] = [PracticeSource(**row) for row in values["sources"]]
    for name, ordered in rows.items():
        for number, row in enumerate(ordered):
            row.sort_order = number
        getattr(page, name).set(ordered)


def _province(page: PracticePage) -> str:
    """Return the province: of the first organisation that has one, for a case that has a place."""
    if not page.place:
        return ""
    return next((body.province for body in page.organisations() if body.province), page.province)


def _moment(date: datetime.date) -> datetime.datetime:
    """Return the begin of a day."""
    return timezone.make_aware(datetime.datetime.combine(date, datetime.time()))


def _check(page: PracticePage) -> None:
    """Raise ValidationError for what the page or one of its rows cannot be, by field of the exchange formats."""
    errors: dict[str, list[str]] = {}
    for section in page.sections():
        if len(section["own_heading"]) > MOST_HEADING:
            errors["body"] = [_("een kop is te lang, verwacht hoogstens %(most)d tekens") % {"most": MOST_HEADING}]
    for name in ("results", "lessons", "sources"):
        for row in getattr(page, name).all():
            try:
                row.full_clean(exclude=["page"])
            except ValidationError as error:
                errors.setdefault(name, []).extend(f"{key}: {texts[0]}" for key, texts in error.message_dict.items())
    try:
        page.full_clean(exclude=["path", "depth"])
    except ValidationError as error:
        errors |= error.message_dict
    if errors:
        raise ValidationError(errors)


def _publish(page: PracticePage, values: Values) -> None:
    """Save a revision, and bring the page on the site or off it."""
    revision = page.save_revision()
    if values.get("published", page.live):
        revision.publish()
    elif page.live:
        page.unpublish()
