"""The cover of a case as an image."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.cache import cache_control

from practices.cards import cover_url
from practices.cover import build_standalone, cover_data
from practices.models import PracticePage

YEAR = 31_536_000  # seconds; the address changes with the drawing, so it never goes stale


@cache_control(public=True, max_age=YEAR, immutable=True)
def _drawing(request: HttpRequest, page: PracticePage) -> HttpResponse:
    """Answer with the drawing; clients may keep it for a year."""
    return HttpResponse(build_standalone(cover_data(page)), content_type="image/svg+xml")


def cover(request: HttpRequest, slug: str, digest: str) -> HttpResponseBase:
    """Answer with the cover of a public case; an outdated address redirects to the current one."""
    page = PracticePage.findable().filter(slug=slug).order_by("path").first()
    if page is None:
        raise Http404
    return _drawing(request, page) if digest == cover_data(page).digest else redirect(cover_url(page))
