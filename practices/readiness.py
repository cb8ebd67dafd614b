"""What a case needs to go on the site, and what helps its readers: the list beside the editors' form."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from practices.blocks import has_content, heading_faults


@dataclass(frozen=True)
class Point:
    """Something that a case has or has not yet; without what is needed it does not go on the site."""

    label: Any
    is_done: bool
    is_needed: bool = False


def check_readiness(page: Any) -> list[Point]:
    """Return the points in the order of the form; the page may be one that is not saved yet."""
    sections = [block.value for block in page.body]
    is_whole = not heading_faults(sections) and all(has_content(section["content"]) for section in sections)
    return [
        Point(_("Samenvatting of verhaal"), bool(page.summary or sections), is_needed=True),
        Point(_("Elk onderdeel een eigen kop en tekst"), page.pk is not None and is_whole, is_needed=True),
        Point(_("Samenvatting: die staat in de zoekresultaten"), bool(page.summary)),
        Point(_("Thema en techniek: daar filteren lezers op"), bool(page.themes.all() and page.techniques.all())),
        Point(_("Fase: is het een idee, een proef of al in gebruik?"), bool(page.phase)),
        Point(_("Resultaat of les: wat leverde het op?"), bool(page.results.all() or page.lessons.all())),
        Point(_("Organisatie: wie deed het?"), bool(page.organisation_links.all())),
        Point(_("Contactpersoon: wie kan er meer over vertellen?"), page.contact_id is not None),
        Point(_("Bron: waar staat het na te lezen?"), bool(page.sources.all())),
    ]
