"""Export of cases to the exchange formats."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from practices.exchange.fields import FIELDS, ONLY_IN_JSON, UNFIT, Values
from practices.exchange.files import check_format, write_rows
from practices.exchange.markdown_out import Written, write_body
from practices.models import PracticePage
from reuse.choices import Status
from reuse.lists import Row
from reuse.models import Adoption

Progress = Callable[[int, int], None]
TAKEN_OVER = {Status.IN_USE, Status.PILOT}
PORTION = 500  # cases of which the adoptions are read in one query

# What an editor may leave out and an import does not accept or fills in.
_GAPS = {
    "body": gettext_lazy("%(slug)s heeft geen verhaal; een import weigert het zo"),
    "summary": gettext_lazy("%(slug)s heeft geen samenvatting; een import neemt de eerste alinea"),
}


@dataclass
class Exported:
    """The number of cases written, and warnings about what differs from the site."""

    count: int = 0
    warnings: list[str] = field(default_factory=list)


def cases_export(
    *,
    path: Path,
    with_contacts: bool = False,
    for_excel: bool = False,
    progress: Progress = lambda done, total: None,
) -> Exported:
    """Write all cases to a file, including drafts; raises FileError.

    The e-mail addresses of contacts are left out unless `with_contacts` is set. With `for_excel` a CSV is
    written as a Dutch Excel opens it.
    """
    check_format(path)
    left_out = set() if with_contacts else {"contact"}
    left_out |= set() if path.suffix.lower() == ".jsonl" else set(ONLY_IN_JSON)
    names = [name for name in FIELDS if name not in left_out]
    done = Exported()
    write_rows(path, names, _rows(done, progress), for_excel=for_excel)
    return done


def _rows(done: Exported, progress: Progress) -> Iterator[Values]:
    """Yield the values of each case, and add a warning for what is lost."""
    public = set(PracticePage.objects.listed().values_list("pk", flat=True))
    pages = list(PracticePage.objects.with_everything().order_by("path"))
    for start in range(0, len(pages), PORTION):
        keep_adoptions(pages[start : start + PORTION])
    seen: set[str] = set()
    for number, page in enumerate(pages, start=1):
        progress(number, len(pages))
        if page.slug in seen:
            said = _("%(slug)s staat er in twee talen; de vertaling wordt niet geëxporteerd")
            done.warnings.append(said % {"slug": page.slug})
            continue
        seen.add(page.slug)
        values, body = case_values(page if page.live else page.get_latest_revision_as_object())
        if page.live and page.pk not in public:
            values["published"] = None
            done.warnings.append(
                _("%(slug)s is niet openbaar, en wordt als concept geëxporteerd") % {"slug": page.slug}
            )
        done.warnings += [
            text % {"slug": page.slug, "names": ", ".join(names)} for text, names in _losses(body) if names
        ]
        done.warnings += [text % values for name, text in _GAPS.items() if not values[name]]
        done.count += 1
        yield values


def _losses(body: Written) -> list[tuple[str, tuple[str, ...]]]:
    """Return what is lost of a body in Markdown, as `(warning, names)`."""
    return [
        (_("%(slug)s: geen Markdown-vorm voor %(names)s, wordt tekst"), body.without_form),
        (_("%(slug)s noemt iets dat verwijderd is: %(names)s"), body.gone),
    ]


def case_values(page: PracticePage) -> tuple[Values, Written]:
    """Return the values of a case by field, and the Markdown of its body with its losses."""
    body = write_body(page.sections())
    contact = page.contact
    tagged = sorted(page.tagged_items.all(), key=lambda item: item.pk or math.inf)
    published_at = page.first_published_at if page.live else None
    makers = {body.pk for body in page.organisations()}
    others = (row for row in page.all_adoptions if row.organisation_id not in makers)
    exported = [row for row in others if row.is_exported]
    values = {
        "slug": page.slug,
        "title": page.title,
        "summary": page.summary,
        "body": body.markdown,
        "themes": [theme.slug for theme in page.themes.all()],
        "techniques": [technique.name for technique in page.techniques.all()],
        "tags": [item.tag.name for item in tagged],
        "organisations": [body.name for body in page.organisations()],
        "reused_by": [row.organisation.name for row in exported if row.status in TAKEN_OVER],
        "phase": page.phase,
        "stop_reason": page.stop_reason,
        "stopped_because": page.stopped_because,
        "next_time": page.next_time,
        "started": page.started,
        "place": page.place,
        "latitude": page.latitude,
        "longitude": page.longitude,
        "results": [{"label": row.label, "value": row.value, "unit": row.unit} for row in page.results.all()],
        "lessons": [lesson.text for lesson in page.lessons.all()],
        "sources": [{"title": source.title, "url": source.url} for source in page.sources.all()],
        "contact": contact.user.email if contact else "",
        "language": page.language,
        "published": timezone.localdate(published_at) if published_at else None,
        "adoptions": [_adoption_values(row) for row in exported],
    }
    return {name: _fit(value) for name, value in values.items()}, body


def _adoption_values(row: Adoption) -> Values:
    """Return an adoption; words that not everybody may read are left out."""
    said = Row(row)
    confirmed_at = row.confirmed_at if row.is_said else None
    return {
        "organisation": row.organisation.name,
        "status": row.status,
        "since": row.since,
        "scope": said.words["scope"],
        "changed": said.words["changed"],
        "results": said.words["effects"] or [],
        "partners": said.words["partners"],
        "stop_reason": row.stop_reason,
        "stop_words": said.words["stop_words"],
        "proof": said.words["proof"],
        "started_from": said.origin.name if said.origin else "",
        "confirmed": timezone.localdate(confirmed_at).isoformat() if confirmed_at else "",
        "source": row.source,
    }


def keep_adoptions(pages: list[PracticePage]) -> None:
    """Read the adoptions of many cases at once."""
    by_case: dict[UUID, list[Adoption]] = defaultdict(list)
    keys = [page.translation_key for page in pages]
    for adoption in Adoption.objects.filter(case_key__in=keys).with_bodies():
        by_case[adoption.case_key].append(adoption)
    for page in pages:
        page.__dict__["all_adoptions"] = by_case[page.translation_key]


def _fit(value: Any) -> Any:
    """Return the value without the characters that an import refuses."""
    match value:
        case str():
            return UNFIT.sub("", value.replace("\r\n", "\n").replace("\r", "\n")).strip()
        case list():
            return [_fit(item) for item in value]
        case dict():
            return {key: _fit(item) for key, item in value.items()}
    return value
