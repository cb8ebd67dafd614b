"""The page on which somebody ends her own account."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control

from core.layout import home_url
from users.requests import AccountRequest
from users.services import account_erase


@cache_control(private=True, no_store=True)
@login_required
@reauthentication_required(allow_get=True)
def end(request: AccountRequest) -> HttpResponse:
    """Say what goes and what stays, then erase the account; editors need an administrator to end theirs."""
    user = request.user
    is_staff = user.has_perm("wagtailadmin.access_admin")
    if request.method != "POST" or is_staff:
        return render(request, "account/end.html", {"is_staff": is_staff})
    logout(request)
    account_erase(user=user)
    messages.success(request, _("Je account is beëindigd. Je gegevens zijn verwijderd."))
    return redirect(home_url())
