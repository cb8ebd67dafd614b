"""What the page of a case shows beside its text; what is not known is left out or said in one line."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from contact.recipients import away_until, find_recipients
from contact.topics import Topic
from core.layout import home_url
from core.provinces import NODES
from members.choices import Seen
from members.limits import limit_reached
from members.services import card_for, colleague_count, link_for, public_card, workplace_of
from members.workplaces import speaks_for
from organisations.likeness import Alike
from organisations.models import Organisation, OrganisationKind
from practices.asked import candidates_of, people_of
from practices.choices import Phase
from practices.cover import build_drawing, cover_data
from reuse.choices import Status
from reuse.lineage import Lineage
from reuse.lists import CaseAdoptions, Row

if TYPE_CHECKING:
    from practices.models import PracticePage

PUBLISHER = "Knooppunt"
CONDITIONS = "randvoorwaarden"  # the anchor of the section with this heading
# Of the texts of cases.
LICENCE = {"name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"}
FRAME = '<iframe src="{}" title="{}" width="100%" height="680" loading="lazy" style="border: 0"></iframe>'
# One of the sizes in the template of the block, so no other file is made for this.
SHARED_SIZE = "format-jpeg|width-1344"


def build_case_context(page: "PracticePage", request: HttpRequest) -> dict[str, Any]:
    """Return the context of the page of a case."""
    links = list(page.organisation_links.all())
    shown = build_reuse(page, request.user)
    reuse, results = shown["reuse"], list(page.results.all())
    asked = _build_asked(page, request.user)
    authors = build_authors(page, request.user)
    return (_build_terms(page) | shown | asked) | {
        "organisations": [
            _organisation(link.organisation) | {"role_label": link.get_role_display()} for link in links
        ],
        "users": page.users,
        "brief": build_brief(page, links, results, authors, asked["contact"]),
        "toc": build_toc(page),
        "cover_svg": build_drawing(cover_data(page)),
        "picture": build_picture(page),
        "results_measured": results,
        "lessons": list(page.lessons.all()),
        "sources": list(page.sources.all()),
        "stopped_url": _listing("fase", Phase.STOPPED),
        "conditions": [part for part in page.sections() if part.anchor.startswith(CONDITIONS)],
        "documents": [link.document for link in page.documents.all()],
        "provinces": build_provinces(page, reuse.rows, reuse.first_rows),
        "related": _related(page),
        "updated": _date_of(page),
        "licence": LICENCE,
        "address": _whole(page.canonical_url()),
        "citation": build_citation(page),
        "json_ld": build_json_ld(page, links),
    }


def _build_terms(page: "PracticePage") -> dict[str, Any]:
    """Return the themes and techniques of a case with the lists that they lead to."""
    themes = list(page.themes.all())
    return {
        "theme": themes[0] if themes else None,
        "themes": [
            {"label": theme.label, "colour": theme.colour, "url": _listing("thema", theme.slug)}
            for theme in themes
        ],
        "techniques": [
            {"label": term.label, "url": _listing("techniek", term.slug)} for term in page.techniques.all()
        ],
    }


def _build_asked(page: "PracticePage", viewer: Any) -> dict[str, Any]:
    """Return who is asked about a case, as this viewer may know."""
    contact = build_contact(page, viewer)
    return {
        "contact": contact,
        "pause": build_pause(page, viewer, contact),
        "colleagues": 0 if contact else count_colleagues(page, viewer),
    }


def build_contact(page: "PracticePage", viewer: Any) -> dict[str, Any] | None:
    """Return the card of the first whom a question leads to and whose name this viewer may see, or None.

    Members of the network see what members may, and the card counts as seen: who was shown too many people
    sees none. Others see what is public, and only whom the case itself names: who answers for a body did not
    choose to stand here.
    """
    if not getattr(viewer, "is_approved", False):
        public = (public_card(item.member) for item in people_of(page))
        return next(filter(None, public), None)
    cards = (card_for(item.member, viewer) for item in candidates_of(page))
    card = next(filter(None, cards), None)
    return None if card and limit_reached(viewer, Seen.CARD, [card["slug"]]) else card


def build_pause(page: "PracticePage", viewer: Any, contact: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return until when the contact takes no questions, and whom the message box offers first meanwhile.

    `{until, name}`, or None when she takes them. Only members may know when she does.
    """
    if contact is None or contact["account"] is None:
        return None
    until = away_until([contact["account"]]).get(contact["account"])
    if until is None:
        return None
    asked = find_recipients(Topic("case", page.pk), viewer)
    return {"until": until, "name": next(item.name for item in asked if item.until is None)}


def count_colleagues(page: "PracticePage", viewer: Any) -> int:
    """Return how many members work at the bodies of a case, for who is no member: she sees no names."""
    return 0 if getattr(viewer, "is_approved", False) else colleague_count(*page.organisations())


def build_authors(page: "PracticePage", viewer: Any) -> list[dict[str, Any]]:
    """Return the authors who show this viewer their name, and who left, as `{text, url, is_demo}`."""
    links = [link_for(author, viewer) for author in page.authors.all()]
    if page.has_former_author:
        links.append({"text": _("voormalig lid"), "url": "", "is_demo": False})
    return [link for link in links if link]


def build_brief(
    page: "PracticePage",
    links: list[Any],
    results: list[Any],
    authors: list[Any],
    contact: dict[str, Any] | None,
) -> list[dict[str, Any]]:
    """Return the known lines of the box "in het kort": label, values and a note.

    A value is a text, or a dict of `text` with `url`, `is_demo` and `language` where these are known.
    """
    who = [{"text": link.organisation.name, "url": link.organisation.get_absolute_url()} for link in links]
    where = ", ".join(dict.fromkeys(part for part in (page.place, page.get_province_display()) if part))
    effects = [{"text": _effect(result), "language": page.language} for result in results]
    asked = (
        [{"text": contact["name"], "url": contact["url"], "is_demo": contact["is_demo"]}] if contact else []
    )
    lines: list[dict[str, Any]] = [
        {"label": _("Wie"), "values": who, "note": ""},
        {"label": _("Waar"), "values": [where or _("Landelijk")], "note": ""},
        {"label": _("Sinds"), "values": [str(page.started or "")], "note": ""},
        {"label": _("Fase"), "values": [Phase(page.phase).label if page.phase else ""], "note": ""},
        {"label": _("Effect"), "values": effects or [_("Niet in cijfers gemeten")], "note": ""},
        {"label": _("Geschreven door"), "values": authors, "note": ""},
        {"label": _("Vragen aan"), "values": asked, "note": contact["role"] if contact else ""},
    ]
    return [line for line in lines if any(line["values"])]


def _effect(result: Any) -> str:
    """Return a measured result as a phrase: "30% minder water per ton aardappelen"."""
    unit = result.unit if result.unit.startswith("%") or not result.unit else f" {result.unit}"
    return f"{result.value}{unit} {result.label[:1].lower()}{result.label[1:]}"


def build_toc(page: "PracticePage") -> list[dict[str, str]]:
    """Return the parts of the page as `{anchor, title, language}`, in order.

    The language is empty for the titles that the site gives, which are in the language of the reader.
    """
    sections = [
        {"anchor": part.anchor, "title": part.title, "language": page.language}
        for part in page.sections()
        if part.title
    ]
    parts: list[tuple[str, str]] = []
    parts += [("resultaten", _("Gemeten resultaten"))] if page.results.all() else []
    parts += [("lessen", _("Geleerde lessen"))] if page.lessons.all() else []
    parts += [("gestopt", _("Waarom het stopte"))] if page.stop_reason else []
    parts += [("overgenomen", _("Wie doet dit ook"))]
    parts += [("vragen", _("Vragen over dit voorbeeld"))]
    parts += [("bronnen", _("Bronnen"))] if page.sources.all() else []
    return [*sections, *({"anchor": anchor, "title": title, "language": ""} for anchor, title in parts)]


def build_picture(page: "PracticePage") -> dict[str, Any] | None:
    """Return the first picture as `{url, width, height, alt}`, or None.

    It comes in a size that the page shows too, so there is none before the page was shown once.
    """
    blocks = (
        block for section in page.body for block in section.value["content"] if block.block_type == "image"
    )
    image = next((block.value["image"] for block in blocks if block.value["image"]), None)
    if image is None:
        return None
    # The template of the block looks here first, so the renditions are read once.
    image.prefetched_renditions = list(image.renditions.all())
    found = next((each for each in image.prefetched_renditions if each.filter_spec == SHARED_SIZE), None)
    return found and {
        "url": found.url,
        "width": found.width,
        "height": found.height,
        "alt": image.contextual_alt_text,
    }


def build_reuse(page: "PracticePage", viewer: Any) -> dict[str, Any]:
    """Return who does this too (`reuse`, bodies like the viewer's first) and from whom it came (`lineage`).

    With what the viewer's organisation says of it, if she speaks for it (`own`), or whether it made the case.
    """
    workplace, makers = workplace_of(viewer), page.organisations()
    alike = [body.pk for body in Alike(workplace).bodies] if workplace else []
    reuse = CaseAdoptions(page, [body.pk for body in makers], alike)
    member = getattr(viewer, "member", None)
    body = member.organisation if member else None
    return {
        "reuse": reuse,
        "lineage": Lineage(reuse.rows, [body.display_name for body in makers]),
        "own": reuse.find_said(body) if body and speaks_for(viewer, body) else None,
        "is_maker": body in makers,
    }


def build_embed(page: "PracticePage") -> dict[str, str] | None:
    """Return address and code of the card for other sites, or None when not everybody may read the case."""
    if not type(page).objects.listed().filter(pk=page.pk).exists():
        return None
    address = _whole(reverse("embed", args=(page.slug,)))
    title = _("Wie doet dit ook: %(title)s") % {"title": page.title}
    return {"address": address, "code": format_html(FRAME, address, title)}


def build_provinces(
    page: "PracticePage", rows: list[Row], beside: list[Row] | None = None
) -> list[dict[str, Any]]:
    """Return the twelve nodes of the map: where the practice comes from and where it is done too.

    The latter lead to the first of `rows` there, in the list beside the map. When that has only the rows
    `beside`, others are on the page with all of them.
    """
    used = _rows_by_province(rows)
    if not page.province and not used:
        return []
    near = rows if beside is None else beside
    return [
        {
            "code": code,
            "name": province.label,
            "x": int(40 + column * 60),
            "y": int(34 + row * 54),
            "is_source": province == page.province,
            "is_use": province in used,
            "bodies": len(used.get(province, [])),
            "url": _find_row(page, used[province][0], near) if province in used else "",
        }
        for province, (code, column, row) in NODES.items()
    ]


def _rows_by_province(rows: list[Row]) -> dict[str, list[Row]]:
    """Return the rows that count and are not stopped, by the province of the organisation."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        if row.organisation.province and row.is_counted and row.adoption.status != Status.STOPPED:
            found.setdefault(row.organisation.province, []).append(row)
    return found


def _find_row(page: "PracticePage", row: Row, near: list[Row]) -> str:
    """Return the address of a row: on the page that has these rows near, or on the page with all."""
    anchor = f"#{row.anchor}"
    return anchor if row in near else f"{page.reuse_url}{anchor}"


def _date_of(page: "PracticePage") -> dict[str, Any] | None:
    """Return the date of the text as `{label, text, iso}`, or None.

    It is the month that the editor gave, or else the day on which the case was published or edited.
    """
    if page.as_of:
        return {"label": _("Stand van"), "text": date_format(page.as_of, "F Y"), "iso": f"{page.as_of:%Y-%m}"}
    if moment := page.last_published_at or page.latest_revision_created_at:
        day = timezone.localdate(moment)
        return {"label": _("Bijgewerkt"), "text": date_format(day, "j F Y"), "iso": day.isoformat()}
    return None


def build_citation(page: "PracticePage") -> str:
    """Return how to cite this case.

    The site is the publisher; the organisations are its subject, not its authors.
    """
    names = ", ".join(body.display_name for body in page.organisations())
    date = _date_of(page)
    parts = [
        f"“{page.title}” ({names})" if names else f"“{page.title}”",
        f"{PUBLISHER}, {date['label'].lower()} {date['text']}" if date else PUBLISHER,
        _whole(page.canonical_url()),
    ]
    return ". ".join(parts)


def build_json_ld(page: "PracticePage", links: list[Any]) -> SafeString:
    """Return the case as schema.org data, escaped so that it cannot end the script element."""
    data = {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": page.title,
        "description": page.summary,
        "inLanguage": page.language,
        "url": _whole(page.canonical_url()),
        "about": [
            *(theme.name for theme in page.themes.all()),
            *(_describe_body(link.organisation) for link in links),
        ],
        # "mentions" says no more than that they are named: schema.org has no word for who works like this.
        "mentions": [_describe_body(each.organisation) for each in page.adopters],
        "publisher": {"@type": "Organization", "name": PUBLISHER, "url": _whole(home_url())},
        "license": LICENCE["url"],
        "contentReferenceTime": page.as_of and f"{page.as_of:%Y-%m}",
        "spatialCoverage": page.place or "Nederland",
        "datePublished": page.first_published_at and timezone.localtime(page.first_published_at).isoformat(),
        "dateModified": page.last_published_at and timezone.localtime(page.last_published_at).isoformat(),
    }
    script = json_script({key: value for key, value in data.items() if value})
    return mark_safe(script.replace("application/json", "application/ld+json", 1))  # noqa: S308


def _whole(path: str) -> str:
    """Return the full address, with the canonical host name whichever one the request had."""
    return f"{settings.WAGTAILADMIN_BASE_URL}{path}"


def _describe_body(body: Organisation) -> dict[str, str]:
    """Return an organisation as schema.org data."""
    return {"@type": _schema_type(body), "name": body.name}


def _schema_type(body: Organisation) -> str:
    """Return the type in schema.org of this kind of organisation."""
    others = {OrganisationKind.BEDRIJF, OrganisationKind.KENNIS, OrganisationKind.KOEPEL}
    return "Organization" if body.kind in others else "GovernmentOrganization"


def _organisation(body: Organisation) -> dict[str, str]:
    """Return an organisation as its names, the address of its page and its province."""
    return {
        "name": body.name,
        "url": body.get_absolute_url(),
        "province": body.get_province_display(),
        "short": body.display_name,
    }


def _listing(parameter: str, value: str) -> str:
    """Return the address of the list of cases with one filter."""
    return f"{home_url()}praktijkvoorbeelden/?{parameter}={value}"


def _related(page: "PracticePage") -> list[Any]:
    """Return the cards of the public cases that an editor put beside this one."""
    ids = [link.related_id for link in page.related_links.all()]
    cards = {card.pk: card for card in type(page).cards().filter(pk__in=ids)} if ids else {}
    return [cards[pk] for pk in ids if pk in cards]
