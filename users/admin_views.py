"""What moderators and administrators do with accounts: let people in or not, remove a lost second step."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from users.admin_forms import DeclineForm
from users.middleware import has_second_factor
from users.models import APPROVE, User
from users.requests import AccountRequest
from users.services import account_approve, account_decline, second_step_reset

MOST_DECLINED = 50  # keeps the page short; the latest come first
may_approve = permission_required(APPROVE, raise_exception=True)


@may_approve
def waiting(request: AccountRequest) -> HttpResponse:
    """List the people who confirmed an address and wait, and below them those who were turned down lately."""
    context = {"accounts": User.objects.waiting(), "declined": User.objects.declined()[:MOST_DECLINED]}
    return TemplateResponse(request, "users/admin/waiting.html", context)


@may_approve
@require_POST
def approve(request: AccountRequest, pk: int) -> HttpResponse:
    """Let in somebody who waits or was turned down; another moderator may just have done so."""
    user = User.objects.waiting().filter(pk=pk).first() or User.objects.declined().filter(pk=pk).first()
    if user is None:
        return _say_decided(request)
    account_approve(user=user, moderator=request.user)
    messages.success(request, _("%(name)s is nu lid en krijgt bericht.") % {"name": user})
    return redirect("waiting_accounts")


@may_approve
def decline(request: AccountRequest, pk: int) -> HttpResponse:
    """Ask why somebody is turned down, then do it; only people who wait can be turned down."""
    user = User.objects.waiting().filter(pk=pk).first()
    if user is None:
        return _say_decided(request)
    form = DeclineForm(request.POST or None)
    if not form.is_valid():
        return TemplateResponse(request, "users/admin/decline.html", {"account": user, "form": form})
    account_decline(user=user, moderator=request.user, reason=form.cleaned_data["reason"])
    text = _(
        "De aanmelding van %(name)s is afgewezen. Die persoon krijgt bericht. "
        "Onderaan staat hoe je dit terugdraait."
    )
    messages.success(request, text % {"name": user})
    return redirect("waiting_accounts")


def _say_decided(request: AccountRequest) -> HttpResponse:
    """Say that somebody has already decided."""
    messages.warning(request, _("Over deze aanmelding is al beslist."))
    return redirect("waiting_accounts")


def reset_second_step(request: AccountRequest, pk: int) -> HttpResponse:
    """Ask whether to remove somebody's second step, then do it; for administrators, and for others only."""
    if not request.user.is_superuser:
        raise PermissionDenied
    user = get_object_or_404(User, pk=pk)
    if user == request.user:
        messages.error(
            request, _("Je eigen tweede stap haal je hier niet weg. Vraag het een andere beheerder.")
        )
    elif not has_second_factor(user):
        messages.warning(request, _("%(name)s heeft geen tweede stap.") % {"name": user})
    elif request.method == "POST":
        second_step_reset(user=user, administrator=request.user)
        text = _("De tweede stap van %(name)s is weggehaald. Die persoon en alle beheerders krijgen bericht.")
        messages.success(request, text % {"name": user})
    else:
        return TemplateResponse(request, "users/admin/reset_second_step.html", {"account": user})
    return redirect("wagtailusers_users:edit", user.pk)
