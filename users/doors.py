"""The one door is the login page: every other login view leads to it, and accepts no password itself."""

from typing import Any

from allauth.account.utils import get_next_redirect_url
from allauth.account.views import login as allauth_login
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import path, re_path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

CMS = "/cms/"


@never_cache
def login(request: HttpRequest) -> HttpResponseBase:
    """Show the login page.

    Somebody who is logged in and was sent here reads why, instead of being redirected in circles.
    """
    if not request.user.is_authenticated or "next" not in request.GET:
        return allauth_login(request)
    context = {"next_url": get_next_redirect_url(request)}
    return render(request, "account/logged_in.html", context, status=200 if request.user.is_approved else 403)


@csrf_exempt  # nothing that is posted is read, so a form without a token is sent on like any other
def to_login(request: HttpRequest, default: str = CMS, **kwargs: Any) -> HttpResponse:
    """Redirect to the login page, also after a POST; `next` is kept when it stays on this site."""
    target = request.GET.get("next", default)
    is_ours = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return redirect_to_login(target if is_ours else default, reverse(settings.LOGIN_URL))


# These come before Wagtail's patterns: its own login and reset views ask for no second factor.
door_patterns = [
    path("cms/login/", to_login),
    re_path(r"^cms/password_reset/", to_login),
    path("_util/login/", to_login, {"default": "/"}),
    path("en/_util/login/", to_login, {"default": "/en/"}),
]
