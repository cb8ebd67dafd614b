"""From the values of a row to a case, and what is wrong with the result."""

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from wagtail.models import Orderable

from practices.blocks import MOST_HEADING
from practices.exchange.exporting import case_values
from practices.exchange.fields import Values
from practices.exchange.markdown_in import build_body, first_paragraph
from practices.exchange.markdown_out import write_body
from practices.models import (
    MOST_CHARACTERS,
    PracticePage,
    PracticeTag,
)

STOPPED = ("stop_reason", "stopped_because", "next_time")
SIMPLE = ("title", "summary", "phase", *STOPPED, "started", "place", "latitude", "longitude", "language")
UNORDERED = ("themes", "techniques", "tags")
OF_OTHERS = ("reused_by", "adoptions")  # rows of their own, see `practices.exchange.proposing`
Found = dict[str, Any]


def case_assign(page: PracticePage, values: Values, found: Found) -> bool:
    """Set the values of a row on the page, and tell whether that changes it; nothing is saved.

    Fields that the row does not have stay as they are. `found` is what its words stand for, see `lookups`.
    """
    before = _state(page) if page.pk else None
    for name in SIMPLE:
        if name in values:
            setattr(page, name, values[name])
    body = build_body(values["body"])
    # When the Markdown is the same the body stays: it may have blocks that Markdown cannot express.
    if before is None or _markdown(body) != before["body"]:
        page.body = body
    if not page.summary:
        page.summary = Truncator(first_paragraph(values["body"])).chars(MOST_CHARACTERS["summary"])
    for name in ("themes", "techniques"):
        if name in found:
            getattr(page, name).set(found[name])
    if "contact" in found:
        page.contact = found["contact"]
    _assign_rows(page, values, found)
    page.province = _province(page)
    if values.get("published"):
        page.first_published_at = _moment(values["published"])
    is_as_live = page.live == is_published(page, values)
    return before is None or not is_as_live or before != _state(page)


def is_published(page: PracticePage, values: Values) -> bool:
    """Tell whether the case should be live: as the row says, or else as it is now."""
    return bool(values.get("published", page.live))


def case_check(page: PracticePage, values: Values) -> None:
    """Raise ValidationError when the page or one of its rows is not valid."""
    errors: dict[str, list[str]] = {}
    for section in page.sections():
        if len(section["own_heading"]) > MOST_HEADING:
            errors["body"] = [
                _("een kop is te lang, verwacht hoogstens %(most)d tekens") % {"most": MOST_HEADING}
            ]
    for name in [name for name in ("results", "lessons", "sources") if name in values]:
        for row in getattr(page, name).all():
            try:
                row.full_clean(exclude=["page"])
            except ValidationError as error:
                errors.setdefault(name, []).extend(
                    f"{key}: {texts[0]}" for key, texts in error.message_dict.items()
                )
    try:
        page.full_clean(exclude=["path", "depth"])
    except ValidationError as error:
        errors |= error.message_dict
    if errors:
        raise ValidationError(errors)


def _state(page: PracticePage) -> Values:
    """Return the values that an import can change; terms are sorted, as their order has no meaning."""
    values = case_values(page)[0] | {"province": page.province} | dict.fromkeys(OF_OTHERS)
    return values | {name: sorted(values[name]) for name in UNORDERED}


def _markdown(body: list[dict[str, Any]]) -> str:
    """Return the Markdown that an export would write for this body."""
    return write_body(PracticePage(body=body).sections()).markdown


def _assign_rows(page: PracticePage, values: Values, found: Found) -> None:
    """Set the rows of the page; existing rows are kept, with fields that the exchange formats do not have."""
    if "organisations" in found:
        bodies = [{"organisation_id": body.pk, "organisation": body} for body in found["organisations"]]
        _set_rows(page.organisation_links, bodies, key="organisation_id")
    if "results" in values:
        _set_rows(page.results, values["results"], key="label")
    if "lessons" in values:
        _set_rows(page.lessons, [{"text": text} for text in values["lessons"]], key="text")
    if "sources" in values:
        _set_rows(page.sources, values["sources"], key="url")
    if "tags" in found:
        there = {item.tag_id: item for item in page.tagged_items.all()}
        page.tagged_items.set([there.get(tag.pk) or PracticeTag(tag=tag) for tag in found["tags"]])


def _set_rows(rows: Any, wanted: list[Values], key: str) -> None:
    """Set rows with these values: existing rows that have the same `key`, and new ones.

    A form that is open refers to rows by id, so existing ones are not replaced.
    """
    there: dict[Any, list[Orderable]] = {}
    for row in rows.all():
        there.setdefault(getattr(row, key), []).append(row)
    ordered = []
    for number, values in enumerate(wanted):
        same = there.get(values[key])
        row = same.pop(0) if same else rows.model()
        for name, value in (values | {"sort_order": number}).items():
            setattr(row, name, value)
        ordered.append(row)
    rows.set(ordered)


def _province(page: PracticePage) -> str:
    """Return the province of the first organisation that has one; empty for a case without a place."""
    if not page.place:
        return ""
    return next((body.province for body in page.organisations() if body.province), page.province)


def _moment(date: datetime.date) -> datetime.datetime:
    """Return the start of a day."""
    return timezone.make_aware(datetime.datetime.combine(date, datetime.time()))
