"""The button under somebody who is suggested."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from members.choices import Seen
from members.gate import refuse_stranger
from members.limits import refuse_greedy
from members.models import Member
from members.views import keep_nowhere
from peers.services import peer_dismiss, peer_readmit
from users.requests import AccountRequest


@keep_nowhere
@require_POST
def dismiss(request: AccountRequest, slug: str) -> HttpResponse:
    """Suggest somebody no more, or take that back, and return to the page with the button."""
    # Counted before anybody looks for her, so that this tells nobody which profiles exist.
    refused = refuse_stranger(request) or refuse_greedy(request, Seen.CARD, [slug])
    if refused:
        return refused
    member = get_object_or_404(Member.objects.listed().exclude(user=request.user), slug=slug)
    if "terug" in request.POST:
        peer_readmit(person=request.user, other=member.user)
        messages.success(request, _("We kunnen je deze collega weer voorstellen."))
    else:
        peer_dismiss(person=request.user, other=member.user)
        messages.success(request, _("We stellen je deze collega niet meer voor."))
    return redirect(f"{_back(request)}#collegas")


def _back(request: AccountRequest) -> str:
    """Return the page with the button, if it is one of this site."""
    page = request.POST.get("next", "")
    return page if page and url_has_allowed_host_and_scheme(page, allowed_hosts=None) else reverse("mine")
