"""A member's own page: first what waits for her, then what the rooms show her."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control

from core.layout import home_url
from core.panels import build_panels, find_waiting
from users.requests import AccountRequest


@cache_control(private=True, no_store=True)
@login_required
def mine(request: AccountRequest) -> HttpResponse:
    """Show it; who is not let in yet reads what she can do meanwhile."""
    crumbs = [{"title": _("Start"), "url": home_url()}, {"title": _("Mijn Knooppunt"), "url": ""}]
    context = {
        "lines": find_waiting(request),
        "panels": build_panels(request) if request.user.is_approved else [],
        "breadcrumbs": crumbs,
    }
    return render(request, "desk/mine.html", context)
