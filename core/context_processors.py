"""What every template can count on."""

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language

from core import layout as frame

MOST_ADDRESSES = 500


def layout(request: HttpRequest) -> dict[str, Any]:
    """Return the menu, the language links and the addresses that the frame of a page shows; `base_url` begins whole ones."""
    return {
        "demonstration": settings.DEMONSTRATION,
        "base_url": settings.WAGTAILADMIN_BASE_URL,
        **_build_frame(request.path, get_language()),
    }


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
