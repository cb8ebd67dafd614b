"""A case outside its own page: its cover as an image, and a card of it for the pages of other sites."""

from csp.decorators import csp_replace
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from practices.cards import cover_url
from practices.cover import build_standalone, cover_data
from practices.models import PracticePage
from reuse.choices import Status
from reuse.lists import CaseAdoptions

MOST_ROWS = 3  # of a card, which has the height that the code for other sites gives it
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


@require_safe
@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})  # type: ignore[arg-type]  # it knows no views with arguments
def embed(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer with a card of a public case and who does it too, for a frame in a page of another site.

    It is made without the request, so it is the same for everybody. In place of a case that is not public
    the frame says so: an error page would not show there.
    """
    pages = list(PracticePage.findable().filter(slug=slug).order_by("path"))
    pages.sort(key=lambda page: page.locale.language_code != get_language())
    context = _build_card(pages[0]) if pages else {}
    context |= {"base_url": settings.WAGTAILADMIN_BASE_URL, "demonstration": settings.DEMONSTRATION}
    return HttpResponse(render_to_string("practices/embed.html", context), status=200 if pages else 404)


def _build_card(page: PracticePage) -> dict[str, object]:
    """Return what the card of a case shows: who does it, and not who stopped."""
    reuse = CaseAdoptions(page, [body.pk for body in page.organisations()])
    doing = [row for row in reuse.rows if not row.is_proposal and row.adoption.status != Status.STOPPED]
    themes = page.themes.all()
    return {
        "page": page,
        "colour": themes[0].colour if themes else "",
        "cover_url": cover_url(page),
        "reuse": reuse,
        "rows": doing[:MOST_ROWS],
        "more": len(doing[MOST_ROWS:]),
    }
