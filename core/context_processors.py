"""What every template can count on."""

from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse, translate_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language

from core import layout as frame

MOST_ADDRESSES = 500
# What the language switch of a view takes along, by the name of the view; pages with lists do so themselves.
KEPT = {"account_login": "next", "account_signup": "next", "wish": "q"}


def layout(request: HttpRequest) -> dict[str, Any]:
    """Return the menu, the language links and the addresses that the frame of a page shows; `base_url` begins whole ones."""
    frame_of_page = _build_frame(request.path, get_language())
    return {
        "demonstration": settings.DEMONSTRATION,
        "base_url": settings.WAGTAILADMIN_BASE_URL,
        **frame_of_page,
        "language_links": _keep_state(request, frame_of_page["language_links"]),
    }


def _keep_state(request: HttpRequest, links: list[frame.LanguageLink]) -> list[frame.LanguageLink]:
    """Return the links to a view in other languages with where it leads to, or with what was asked."""
    name = KEPT.get(getattr(request.resolver_match, "url_name", None) or "", "")
    value = request.GET.get(name) if name else ""  # an address may have more parameters than Django reads
    is_elsewhere = name == "next" and not url_has_allowed_host_and_scheme(value, {request.get_host()})
    if not value or is_elsewhere:
        return links
    values = {link["code"]: translate_url(value, link["code"]) if name == "next" else value for link in links}
    return [{**link, "url": f"{link['url']}?{urlencode({name: values[link['code']]})}"} for link in links]


@lru_cache(MOST_ADDRESSES)
def _build_frame(path: str, language: str) -> dict[str, Any]:
    """Return the frame of a page at this address in the active language, which depends on nothing else."""
    return {
        "nav": frame.build_navigation(path),
        "language_links": frame.build_view_language_links(path),
        "home_url": frame.home_url(),
        "search_page_url": reverse("search"),
        "login_url": reverse("account_login"),
        "account_url": reverse("profile"),
    }
