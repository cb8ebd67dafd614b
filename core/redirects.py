"""Old addresses of pages lead to the new ones, as far as who asks may see those, and never round in a circle."""

from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from wagtail.contrib.redirects import middleware
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page
from wagtail.signals import page_published, page_slug_changed, post_page_move


class RedirectMiddleware(middleware.RedirectMiddleware):
    """Wagtail's, without redirects that tell the address of a page that who asks may not see."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Answer with a redirect, or leave it at 404."""
        answer = super().process_response(request, response)
        if answer is response:
            return response
        is_circle = urlsplit(answer["Location"]).path == request.path
        return response if is_circle or not _leads_to_open_page(request) else answer


def _leads_to_open_page(request: HttpRequest) -> bool:
    """Tell whether the redirect from this address has a target that who asks may see."""
    path = Redirect.normalise_path(request.get_full_path(), decode_unicode=False)
    redirect = middleware.get_redirect(request, path) or middleware.get_redirect(request, urlsplit(path).path)
    if redirect is None:  # taken away a moment ago
        return False
    page = redirect.redirect_page
    return page is None or (page.live and all(one.accept_request(request) for one in page.get_view_restrictions()))


def connect() -> None:
    """Follow where pages stand."""
    for signal in (page_published, page_slug_changed, post_page_move):
        signal.connect(on_page_placed, dispatch_uid=f"redirects-{id(signal)}")


def on_page_placed(instance: Page, **kwargs: Any) -> None:
    """Forget what Wagtail noted of another page that had this address, or of this one when it had it before."""
    placed = [instance, *instance.get_descendants().live()] if instance.live else []
    paths = [Redirect.normalise_path(parts[2]) for page in placed if (parts := page.get_url_parts()) and parts[2]]
    Redirect.objects.filter(automatically_created=True, old_path__in=paths).delete()
