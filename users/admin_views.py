"""The moderators' page of people who wait."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from users.models import User
from users.requests import AccountRequest
from users.services import account_approve, account_decline

may_approve = permission_required("users.approve_user", raise_exception=True)


@may_approve
def waiting(request: AccountRequest) -> HttpResponse:
    """List who confirmed an address and waits."""
    return TemplateResponse(request, "users/admin/waiting.html", {"accounts": User.objects.waiting()})


@may_approve
@require_POST
def decide(request: AccountRequest, pk: int) -> HttpResponse:
    """Let somebody in or not; only who waits can be decided about, and somebody else may just have done it."""
    user = User.objects.waiting().filter(pk=pk).first()
    decision = request.POST.get("decision")
    if user is None:
        messages.warning(request, _("Over deze aanmelding is al beslist."))
    elif decision == "approve":
        account_approve(user=user, moderator=request.user)
        messages.success(request, _("%(name)s is nu lid en krijgt bericht.") % {"name": user})
    elif decision == "decline":
        account_decline(user=user, moderator=request.user)
        messages.success(request, _("De aanmelding van %(name)s is afgewezen. Die persoon krijgt bericht.") % {"name": user})
    return redirect("waiting_accounts")
