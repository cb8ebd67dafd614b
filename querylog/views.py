"""What browsers send: which place of a list was chosen, and what a visitor missed; both anonymous."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.layout import home_url
from core.throttling import AddressThrottle
from querylog import labels
from querylog.counting import Moment, remember
from querylog.forms import WishForm
from querylog.models import MOST_CHARACTERS, shorten
from querylog.services import wish_add
from querylog.visits import is_counted, is_from_here

CLICKS, WISHES = ("click", "60/m"), ("wish", "5/h")  # per IP address, more than any person makes
LAST_PLACE = 10_000  # bounds the number in a request; all places after 10 are counted together anyway
MOST_TYPED = 1000  # characters of the address that are shortened into the form; bounds the work


# `is_from_here` protects it instead: a token would need a cookie, and would keep pages out of caches.
@csrf_exempt
@require_POST
def count_click(request: HttpRequest) -> HttpResponse:
    """Count which place of a list was chosen; the response is always the same."""
    question, place = request.POST.get("q", ""), request.POST.get("place", "")
    listing = request.POST.get("listing", "")
    has_question = 0 < len(question) <= MOST_CHARACTERS
    is_usable = has_question and place.isdecimal() and listing in {"", *labels.LISTINGS}
    may_count = is_usable and is_from_here(request) and is_counted(request)
    if may_count and AddressThrottle(*CLICKS).allow_request(request):
        clicked = min(int(place[: len(str(LAST_PLACE))]), LAST_PLACE)
        remember(Moment(question, get_language() or "", listing, clicked=clicked))
    return HttpResponse(status=204)


@csrf_exempt  # for the same reason
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def wish(request: HttpRequest) -> HttpResponse:
    """Show the form for a missing case, and store what is sent."""
    if request.method != "POST":
        return _show(request, WishForm(initial={"q": shorten(request.GET.get("q", "")[:MOST_TYPED])}))
    if not is_from_here(request):
        raise PermissionDenied
    form = WishForm(request.POST)
    if form.is_of_program:
        return redirect("wish_thanks")
    if not AddressThrottle(*WISHES).allow_request(request):
        return TemplateResponse(request, "429.html", status=429)
    if not form.is_valid():
        return _show(request, form, status=422)
    wish_add(question=form.cleaned_data["q"], note=form.cleaned_data["note"])
    return redirect("wish_thanks")


def _show(request: HttpRequest, form: WishForm, status: int = 200) -> HttpResponse:
    """Return the page with the form."""
    context = {"form": form, "breadcrumbs": _crumbs()}
    return TemplateResponse(request, "querylog/wish.html", context, status=status)


@require_safe
def wish_thanks(request: HttpRequest) -> HttpResponse:
    """Say what happens with a wish."""
    return TemplateResponse(request, "querylog/wish_thanks.html", {"breadcrumbs": _crumbs()})


def _crumbs() -> list[dict[str, str]]:
    """Return the breadcrumbs of these pages."""
    return [{"title": _("Start"), "url": home_url()}, {"title": _("Geef door wat je mist"), "url": ""}]
