"""What every template can count on."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from core import layout as frame


def layout(request: HttpRequest) -> dict[str, Any]:
    """Return the menu, the language links and the addresses that the frame of a page shows."""
    return {
        "demonstration": settings.DEMONSTRATION,
        "nav": frame.build_navigation(request.path),
        "language_links": frame.build_view_language_links(request.path),
        "home_url": frame.home_url(),
        "search_page_url": reverse("search"),
        "login_url": reverse("account_login"),
        "account_url": reverse("profile"),
    }
