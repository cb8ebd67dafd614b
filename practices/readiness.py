"""What a case needs before it is published, and what helps its readers: the list beside the edit form."""

from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from practices.asked import has_left
from practices.blocks import is_touched


@dataclass(frozen=True)
class Point:
    """Something that a case has or lacks; without what is needed it cannot be published."""

    label: Any
    is_done: bool
    is_needed: bool = False


def check_readiness(page: Any) -> list[Point]:
    """Return the points in the order of the form; the page may be new and unsaved."""
    has_text = bool(page.summary) or any(is_touched(block.value) for block in page.body)
    has_result = any(result.value for result in page.results.all())
    has_lesson = any(lesson.text for lesson in page.lessons.all())
    return [
        Point(_("Samenvatting of verhaal"), has_text, is_needed=True),
        Point(
            _("Alles af: elk onderdeel een eigen kop en tekst, geen half ingevulde regels"),
            _is_whole(page),
            is_needed=True,
        ),
        Point(_("Samenvatting: die staat in de zoekresultaten"), bool(page.summary)),
        Point(
            _("Thema en techniek: daar filteren lezers op"), bool(page.themes.all() and page.techniques.all())
        ),
        Point(_("Fase: is het een idee, een proef of al in gebruik?"), bool(page.phase)),
        Point(_("Resultaat of les: wat leverde het op?"), has_result or has_lesson),
        Point(_("Organisatie: wie deed het?"), bool(page.organisation_links.all())),
        _check_contact(page),
        Point(_("Bron: waar staat het na te lezen?"), any(source.title for source in page.sources.all())),
    ]


def _check_contact(page: Any) -> Point:
    """Return the point of the contact, which says so when she works elsewhere: the page does not name her."""
    if page.contact_id and has_left(page):
        return Point(_("Contactpersoon: deze werkt nu ergens anders. Wie kan er meer over vertellen?"), False)
    return Point(_("Contactpersoon: wie kan er meer over vertellen?"), page.contact_id is not None)


def _is_whole(page: Any) -> bool:
    """Tell whether the form would accept the case when it is submitted.

    A new case is not whole: its sections are still empty.
    """
    if page.pk is None:
        return False
    try:
        page.body.stream_block.clean(page.body)
        for row in chain(page.results.all(), page.lessons.all(), page.sources.all()):
            row.clean_fields(exclude=["page"])
    except ValidationError:
        return False
    return True
