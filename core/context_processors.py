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

MOST_ADDRESSES = 500  # frames that a process remembers: anybody can ask for any address
# The parameter that the language switch of a view keeps, by name of the view; pages with lists do so
# themselves.
KEPT = {"account_login": "next", "account_signup": "next", "wish": "q"}


def layout(request: HttpRequest) -> dict[str, Any]:
    """Return what the frame of a page shows: the menu, the language links and addresses.

    `base_url` is what absolute addresses begin with.
    """
    frame_of_page = _build_frame(request.path, get_language())
    return {
        "demonstration": settings.DEMONSTRATION,
        "base_url": settings.WAGTAILADMIN_BASE_URL,
        **frame_of_page,
        "language_links": _keep_state(request, frame_of_page["language_links"]),
    }


def _keep_state(request: HttpRequest, links: list[frame.LanguageLink]) -> list[frame.LanguageLink]:
    """Return the links to a view in other languages with its `next` or its query, when there is one."""
    name = KEPT.get(getattr(request.resolver_match, "url_name", None) or "", "")
    value = request.GET.get(name) if name else ""  # an address may have more parameters than Django reads
    is_elsewhere = name == "next" and not url_has_allowed_host_and_scheme(value, {request.get_host()})
    if not value or is_elsewhere:
        return links
    values = {link["code"]: translate_url(value, link["code"]) if name == "next" else value for link in links}
    return [{**link, "url": f"{link['url']}?{urlencode({name: values[link['code']]})}"} for link in links]


@lru_cache(MOST_ADDRESSES)
def _build_frame(path: str, language: str) -> dict[str, Any]:
    """Return the frame of a page: it depends on the path and the language alone."""
    return {
        "nav": frame.build_navigation(path),
        "language_links": frame.build_view_language_links(path),
        "home_url": frame.home_url(),
        "search_page_url": reverse("search"),
        "login_url": reverse("account_login"),
        "account_url": reverse("profile"),
    }
