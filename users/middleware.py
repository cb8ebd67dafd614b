"""Everybody who works on the site needs a second factor."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from users.models import User

CMS = "/cms/"
OPEN = (f"{CMS}logout/", f"{CMS}login/")
SECOND_FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def has_second_factor(user: User) -> bool:
    """Tell whether this person logs in with more than a password."""
    return bool(is_mfa_enabled(user, SECOND_FACTORS))


class StaffSecondFactorMiddleware:
    """Keep `/cms/` closed to people without rights there, and to an editor until she has a second factor."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Refuse or redirect people who may not enter; Wagtail itself sends visitors to the login page."""
        if not request.path.startswith(CMS) or request.path in OPEN or not request.user.is_authenticated:
            return None
        if not request.user.has_perm("wagtailadmin.access_admin"):
            raise PermissionDenied  # Wagtail would send her to the login page, and that back here
        if has_second_factor(request.user):
            return None
        messages.warning(request, _("Wie aan de site werkt, logt in met een tweede stap. Stel die eerst in."))
        return redirect(f"{reverse('mfa_index')}?{urlencode({'next': request.get_full_path()})}")
