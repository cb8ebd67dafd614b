"""What the frame of a page shows: the menu and the language links. Makes no queries."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TypedDict

from django.conf import settings
from django.urls import reverse, translate_url
from django.utils.translation import get_language, gettext_lazy, override

from core.reserved import SECTION_SLUGS

NOTHING: Mapping[str, str] = MappingProxyType({})


class Link(TypedDict):
    """A link of the frame."""

    label: str
    url: str
    is_current: bool


class LanguageLink(Link):
    """A link to this page in a language, or to the nearest page; `is_translation` tells which of the two."""

    code: str
    is_translation: bool


SECTIONS = [
    ("praktijkvoorbeelden", gettext_lazy("Praktijkvoorbeelden")),
    ("organisaties", gettext_lazy("Organisaties")),
    ("leden", gettext_lazy("Leden")),
]


def home_url() -> str:
    """Return the address of the home page in the active language."""
    return reverse("wagtail_serve", args=("",))


def build_navigation(path: str) -> list[Link]:
    """Return the sections of the site; the one that `path` is in is marked current."""
    home = home_url()
    return [
        {"label": str(label), "url": f"{home}{slug}/", "is_current": path.startswith(f"{home}{slug}/")}
        for slug, label in SECTIONS
    ]


def build_language_links(
    path: str, urls: dict[str, str], others: Mapping[str, str] = NOTHING
) -> list[LanguageLink]:
    """Return a link per language.

    It leads to the translation in `urls`, else to the address in `others`, else to the same section or home
    page.
    """
    current = get_language()
    return [
        {
            "code": code,
            "label": label,
            "url": urls.get(code) or others.get(code) or _nearest(path, code),
            "is_current": code == current,
            "is_translation": code in urls,
        }
        for code, label in settings.LANGUAGES
    ]


def add_state(links: Iterable[LanguageLink], query: str) -> list[LanguageLink]:
    """Return the links to a list in other languages, with the query string of this one."""
    return [
        {**link, "url": f"{link['url']}?{query}"} if query and link["is_translation"] else link
        for link in links
    ]


def build_view_language_links(path: str) -> list[LanguageLink]:
    """Return a link per language for an address that exists in every language."""
    return build_language_links(path, {code: translate_url(path, code) for code, _ in settings.LANGUAGES})


def _nearest(path: str, code: str) -> str:
    """Return the address in language `code` of the section that `path` is in, or of the home page."""
    if code == get_language():
        return path
    words = path.removeprefix(home_url()).split("/")
    with override(code):
        return f"{home_url()}{words[0]}/" if words[0] in SECTION_SLUGS else home_url()
