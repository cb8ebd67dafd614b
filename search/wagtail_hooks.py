"""Where search meets Wagtail."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from wagtail import hooks

from search.views import listing_page


@hooks.register("on_serve_page", order=100)  # inside Wagtail's check of private pages, which has order 0
def serve_listing(next_serve_page: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Fill the pages that name a kind of hits; this runs after Wagtail asked whether the page is private."""

    def serve(page: Any, request: HttpRequest, args: list[Any], kwargs: dict[str, Any]) -> HttpResponse:
        if getattr(page, "listing", ""):
            return listing_page(page, request)
        return next_serve_page(page, request, args, kwargs)

    return serve
