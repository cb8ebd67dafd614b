"""The results of a search as a table for a spreadsheet: what anybody may see, as a Dutch Excel opens it."""

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from io import StringIO
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext_lazy as _

from core.formulas import as_text
from practices.models import PracticePage
from search.answers.services import search
from search.kinds import CASE
from search.query.parameters import SearchParameters
from search.query.results import Hit

MOST_ROWS = 1000
ROWS_AT_ONCE = 100  # asked for all at once, the engine takes longer than a visitor waits
Value = Callable[[Hit, Any], Any]  # of a hit, and of the case that it is
COLUMNS: list[tuple[Any, Value]] = [
    (_("Soort"), lambda hit, case: hit.type_label),
    (_("Titel"), lambda hit, case: hit.title),
    (_("Samenvatting"), lambda hit, case: hit.summary),
    (_("Organisaties"), lambda hit, case: _join(name for _slug, name in hit.bodies)),
    (_("Plaats"), lambda hit, case: hit.place),
    (_("Provincie"), lambda hit, case: case and case.get_province_display()),
    (_("Thema’s"), lambda hit, case: case and _join(term.label for term in case.themes.all())),
    (_("Technieken"), lambda hit, case: case and _join(term.label for term in case.techniques.all())),
    (_("Fase"), lambda hit, case: case and case.get_phase_display()),
    (_("Begonnen in"), lambda hit, case: case and case.started),
    (_("In gebruik bij (aantal organisaties)"), lambda hit, case: hit.reuse if case else ""),
    (_("Gepubliceerd op"), lambda hit, case: hit.date and f"{hit.date:%d-%m-%Y}"),
    (_("Taal"), lambda hit, case: dict(settings.LANGUAGES).get(hit.language)),
    (_("Webadres"), lambda hit, case: f"{settings.WAGTAILADMIN_BASE_URL}{hit.url}"),
]


def write_table(parameters: SearchParameters) -> bytes:
    """Return the first hits as CSV, below the names of the columns.

    It begins with the mark that says UTF-8 to Excel.
    """
    hits = list(_find(parameters))
    keys = [hit.pk for hit in hits if hit.type == CASE.name]
    cases = {case.pk: case for case in PracticePage.findable().filter(pk__in=keys)}
    table = StringIO()
    writer = csv.writer(table, delimiter=";")
    writer.writerow([str(name) for name, _value in COLUMNS])
    for hit in hits:
        case = cases.get(hit.pk) if hit.type == CASE.name else None
        values = [value(hit, case) for _name, value in COLUMNS]
        writer.writerow(["" if value is None else as_text(str(value)) for value in values])
    return table.getvalue().encode("utf-8-sig")


def _find(parameters: SearchParameters) -> Iterator[Hit]:
    """Yield the hits that a visitor may see, in their order."""
    for page in range(1, MOST_ROWS // ROWS_AT_ONCE + 1):
        found = search(replace(parameters, page=page, page_size=ROWS_AT_ONCE), viewer=AnonymousUser())
        yield from found.hits
        if page >= found.pages:
            return


def _join(names: Iterable[str]) -> str:
    """Return the names for one cell; those of ministries have commas."""
    return "; ".join(names)
