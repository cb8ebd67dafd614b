"""What somebody says of her address after mail to it came back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mail.services import address_mended
from users.requests import AccountRequest


@require_POST
@login_required
def keep_address(request: AccountRequest) -> HttpResponse:
    """Send mail to her address again."""
    address_mended(address=request.user.email)
    messages.success(request, _("Goed, we sturen je weer e-mail op dit adres."))
    return redirect("account_email")
