"""Similar cases on the page of a case; facets with their choices, and hits as rows.

A page with results has ten facets, fifty choices and twenty rows. As templates they took most of its processor time, so they
are put together here; every value is escaped, by `fill` or once for all pages.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from html import escape
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.text import Truncator, slugify
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from core.templatetags.theme import icon
from search.answers.reasons import BY_MEANING
from search.answers.services import similar
from search.query.results import Bucket, Hit
from search.text.hyphenation import hyphenate

register = template.Library()

MOST_WORDS = 35  # of a summary in a row
REMEMBERED = 2000  # choices
NOTHING = SafeString("")
_FACET = (
    '<details class="facet" id="facet-{name}"{is_open}><summary>{label}</summary><fieldset><legend class="vh">{label}</legend>'
    '{seek}<div class="facet__values" id="waarden-{name}">{state}{choices}{rest}</div>{more}</fieldset></details>\n'
)
_SEEK = (
    '<label class="vh" for="{seek}">{title}</label><input class="utrecht-textbox utrecht-textbox--html-input facet__seek"'
    ' id="{seek}" name="{seek}" type="search" value="{sought}" placeholder="{hint}" maxlength="50" autocomplete="off"'
    ' spellcheck="false" hx-get="{seek_url}" hx-include="closest form" hx-trigger="input changed delay:250ms, search"'
    ' hx-push-url="false" hx-target="#waarden-{name}" hx-select="#waarden-{name}" hx-indicator="#waarden-{name}">'
)
_MORE = (
    '<p class="facet__more"><a class="nl-link" href="{toggle_url}#facet-{name}" hx-get="{toggle_url}" data-more="{name}">'
    '{text}<span class="vh">: {label}</span></a></p>'
)
_FIELD = (
    ' for="{id}"><input class="utrecht-checkbox utrecht-checkbox--html-input" type="checkbox" id="{id}" name="{}" value="{}"'
)
_CHOICE = '<label class="check{}"{}{}><span>{}</span><span class="n">{}<span class="vh"> {}</span></span></label>\n'
_ROW = (
    '<li class="hit" data-theme="{}">{}<div><p class="kind"><span>{}</span>{}</p>'
    '<h3 class="nl-heading nl-heading--level-3"{lang}><a class="nl-link" href="{}">{}</a></h3>{}<p class="meta">{}</p>'
    "</div></li>"
)
_COVER = '<div class="art"><img src="{}" alt="" width="480" height="300" decoding="async"></div>'
_SIGN = '<div class="art art--sign">{}</div>'


@register.inclusion_tag("search/similar_cases.html", takes_context=True)
def similar_cases(context: dict[str, Any], page: Any) -> dict[str, Any]:
    """Show at most three cases that resemble this one, each with the reason; nothing in a preview of what is not live."""
    request = context.get("request")
    if request is None or not page.live:
        return {"hits": ()}
    return {"hits": similar(page, viewer=request.user), "request": request}


@register.filter
def soft(text: str, language: str = "") -> str:
    """Return a heading in which long Dutch words may break where Dutch breaks them; one in another language as it is.

    Without a language it is that of the page.
    """
    if (language or get_language()) != "nl":
        return text
    return type(text)(hyphenate(text)) if isinstance(text, SafeString) else hyphenate(str(text))


def fill(pattern: str, *values: object, **named: object) -> SafeString:
    """Return HTML with these values escaped, as `format_html` does, which is four times as slow: it looks for lazy texts."""
    return SafeString(pattern.format(*map(_escape, values), **{name: _escape(value) for name, value in named.items()}))


def _escape(value: object) -> str:
    """Return a value as HTML; what is HTML already stays as it is."""
    return value if isinstance(value, SafeString) else escape(str(value))


@register.simple_tag
def facet_fields(facets: Iterable[dict[str, Any]]) -> SafeString:
    """Return the facets as fields of a form; a long one can be searched in, and has a link that shows more or less of it."""
    return SafeString("".join(map(_facet, facets)))


def _facet(facet: dict[str, Any]) -> SafeString:
    """Return one facet, as `build_results` describes it."""
    return fill(
        _FACET,
        name=facet["name"],
        is_open=SafeString(" open" if facet["is_open"] else ""),
        label=facet["label"],
        seek=_seek(facet) if facet["is_long"] else NOTHING,
        state=_state(facet),
        choices=_choices(facet["name"], facet["buckets"]),
        rest=_rest(facet),
        more=_more(facet) if facet["is_long"] else NOTHING,
    )


def _seek(facet: dict[str, Any]) -> SafeString:
    """Return the field in which to look for a value."""
    names = ("name", "seek", "sought", "seek_url")
    title = _("Zoek in %(facet)s") % {"facet": facet["label"]}
    return fill(_SEEK, title=title, hint=_("Zoek in deze lijst"), **{name: facet[name] for name in names})


def _state(facet: dict[str, Any]) -> SafeString:
    """Return what keeps a facet unfolded, and how many values are like what somebody looks for."""
    kept = fill('<input type="hidden" name="meer" value="{}">', facet["name"]) if facet["is_expanded"] else NOTHING
    if not facet["sought"]:
        return kept
    found = ngettext("%(n)s keuze gevonden", "%(n)s keuzes gevonden", facet["matches"]) % {"n": facet["matches"]}
    return kept + fill('<p class="facet__found">{}</p>', found if facet["matches"] else _("Geen keuze gevonden"))


def _rest(facet: dict[str, Any]) -> SafeString:
    """Return what to do when there are more values than a long list shows."""
    if not (facet["has_more"] and (facet["is_expanded"] or facet["sought"])):
        return NOTHING
    return fill('<p class="facet__more">{}</p>', _("Er is meer. Zoek in deze lijst om het te vinden."))


def _more(facet: dict[str, Any]) -> SafeString:
    """Return the link that shows more values, or fewer."""
    text = _("Toon minder") if facet["is_expanded"] else _("Toon meer")
    return fill(_MORE, text=text, **{name: facet[name] for name in ("name", "label", "toggle_url")})


def _choices(parameter: str, buckets: Iterable[Bucket]) -> SafeString:
    """Return the choices of a facet, each with how many hits it leaves."""
    one, more = escape(_("resultaat")), escape(_("resultaten"))
    return SafeString("".join(_choice(parameter, bucket, one if bucket.count == 1 else more) for bucket in buckets))


def _choice(parameter: str, bucket: Bucket, unit: str) -> str:
    """Return one choice; all that goes into the pattern is HTML already."""
    field, label = _field(parameter, bucket.value), _word(bucket.label)
    none, checked = "" if bucket.count else " check--none", " checked" if bucket.selected else ""
    return _CHOICE.format(none, field, checked, label, bucket.count, unit)


@lru_cache(maxsize=REMEMBERED)
def _field(parameter: str, value: str) -> SafeString:
    """Return the field of a choice up to whether it is chosen: the same on every page."""
    return fill(_FIELD, parameter, value, id=f"{parameter}-{slugify(value)}")


@lru_cache(maxsize=REMEMBERED)
def _word(label: str) -> str:
    """Return the words of a choice as HTML."""
    return escape(label)


@register.simple_tag
def hit_rows(hits: Iterable[Hit]) -> SafeString:
    """Return hits of any kind as rows that show why they were found."""
    language = get_language() or ""
    return SafeString("".join(_row(hit, language) for hit in hits))


def _row(hit: Hit, language: str) -> SafeString:
    """Return one hit; a text in another language than the page says so."""
    is_foreign = bool(hit.language) and hit.language != language
    lang = fill(' lang="{}"', hit.language) if is_foreign else NOTHING
    return fill(
        _ROW,
        hit.theme,
        _art(hit),
        hit.kind_label or hit.type_label,
        fill('<span class="tag" data-theme="{}">{}</span>', hit.theme, hit.theme_label) if hit.theme_label else "",
        f"{hit.url}#{hit.anchor}" if hit.anchor else hit.url,
        soft(hit.title_html or hit.title, hit.language),
        _excerpt(hit, lang),
        SafeString("".join(_facts(hit, is_foreign=is_foreign))),
        lang=lang,
    )


def _art(hit: Hit) -> SafeString:
    """Return the drawing of a case, or the sign of another kind."""
    if hit.type == "case":
        return fill(_COVER, hit.cover_url) if hit.cover_url else SafeString('<div class="art"></div>')
    if hit.type == "member":
        sign = render_to_string("components/initials.html", {"initials": hit.initials, "photo_url": hit.photo_url})
    else:
        sign = icon("building" if hit.type == "organisation" else "file")
    return fill(_SIGN, sign)


def _excerpt(hit: Hit, lang: SafeString) -> SafeString:
    """Return the parts of the text that were found, or else the beginning of the summary."""
    marked = SafeString(" … ".join(map(_escape, hit.highlights)))
    text = marked or Truncator(hit.summary).words(MOST_WORDS, truncate=" …")
    return fill('<p class="excerpt"{}>{}</p>', lang, text) if text else NOTHING


def _facts(hit: Hit, *, is_foreign: bool) -> Iterator[SafeString]:
    """Yield what is known of a hit beside its text, then why it is there."""
    facts = [", ".join(hit.organisations), hit.organisation, hit.place]
    if is_foreign:
        facts.append(_("in het Engels") if hit.language == "en" else _("in het Nederlands"))
    if hit.cases:
        facts.append(ngettext("%(n)s praktijkvoorbeeld", "%(n)s praktijkvoorbeelden", hit.cases) % {"n": hit.cases})
    yield from (fill("<span>{}</span>", fact) for fact in facts if fact)
    if hit.reuse:
        yield fill('<span class="reuse">{}</span>', _reuse(hit.reuse))
    if hit.is_pinned:
        yield fill("<strong>{}</strong>", _("Aanbevolen door de redactie"))
    if hit.is_by_meaning:
        yield fill('<span class="where">{}</span>', BY_MEANING)
    if hit.where:
        found = _("Gevonden in: %(fields)s") % {"fields": ", ".join(hit.where)}
        yield fill('<span class="where">{}</span>', found)


def _reuse(count: int) -> str:
    """Return how many organisations took it over."""
    text = ngettext("Overgenomen door %(count)s organisatie", "Overgenomen door %(count)s organisaties", count)
    return text % {"count": count}
