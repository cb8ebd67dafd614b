"""Pages and documents behind a password that their readers share; Wagtail's own views limit no guesses."""

from collections.abc import Callable
from typing import Any

from allauth.core import ratelimit
from allauth.core.internal.ratelimit import get_ip
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.cache import add_never_cache_headers
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from wagtail.forms import PasswordViewRestrictionForm
from wagtail.models import BaseViewRestriction, CollectionViewRestriction, Page, PageViewRestriction

TOO_OFTEN = "too_often"
WAIT = 300  # seconds, as in the limit `shared_password` of the settings


class SharedPasswordForm(PasswordViewRestrictionForm):
    """Asks for the password of a restriction; each IP address may be wrong a few times."""

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        """Keep the request; the reader need not type where to go."""
        super().__init__(*args, **kwargs)
        self.request = request
        self.fields["return_url"].required = False

    def clean_password(self) -> str:
        """Check the password, unless too many were wrong; the right one starts the count anew."""
        key = f"{self.restriction._meta.label_lower}:{self.restriction.pk}:{get_ip(self.request)}"
        if not ratelimit.consume(self.request, action="shared_password", key=key):
            raise ValidationError(
                _("Dit ging te vaak mis. Wacht vijf minuten en probeer het dan opnieuw."), code=TOO_OFTEN
            )
        password: str = self.cleaned_data["password"]
        if not constant_time_compare(password, self.restriction.password):
            raise ValidationError(_("Dit wachtwoord klopt niet. Kijk of je het goed hebt getypt."))
        ratelimit.clear(self.request, action="shared_password", key=key)
        return password


def open_page(request: HttpRequest, page_view_restriction_id: int, page_id: int) -> HttpResponse:
    """Open a page, and with it all pages below the one that has the password."""
    page = get_object_or_404(Page.objects.live(), pk=page_id).specific
    restrictions = page.get_view_restrictions().filter(restriction_type=BaseViewRestriction.PASSWORD)
    restriction: PageViewRestriction = get_object_or_404(restrictions, pk=page_view_restriction_id)
    address = reverse("wagtailcore_authenticate_with_password", args=[restriction.pk, page.pk])
    return _ask(
        request, restriction, lambda form: page.serve_password_required_response(request, form, address)
    )


def open_documents(request: HttpRequest, restriction_id: int) -> HttpResponse:
    """Open the documents of a collection."""
    restrictions = CollectionViewRestriction.objects.filter(restriction_type=BaseViewRestriction.PASSWORD)
    restriction = get_object_or_404(restrictions, pk=restriction_id)
    address = reverse("wagtaildocs_authenticate_with_password", args=[restriction.pk])
    template = "wagtaildocs/password_required.html"
    return _ask(
        request,
        restriction,
        lambda form: TemplateResponse(request, template, {"form": form, "action_url": address}),
    )


def _ask(
    request: HttpRequest, restriction: BaseViewRestriction, show: Callable[[SharedPasswordForm], HttpResponse]
) -> HttpResponse:
    """Redirect a reader who gives the password; show the form to everybody else."""
    form = SharedPasswordForm(request.POST or None, instance=restriction, request=request)
    if form.is_valid():
        restriction.mark_as_passed(request)
        target = form.cleaned_data["return_url"]
        is_ours = url_has_allowed_host_and_scheme(target, request.get_host(), request.is_secure())
        return redirect(target if is_ours else settings.LOGIN_REDIRECT_URL)
    response = show(form)
    if form.has_error("password", TOO_OFTEN):
        response.status_code, response["Retry-After"] = 429, str(WAIT)
    add_never_cache_headers(response)
    return response


# These come before Wagtail's patterns: a page may have any address, so Wagtail's own view of pages matches
# the first one too.
page_patterns = [
    path(
        "_util/authenticate_with_password/<int:page_view_restriction_id>/<int:page_id>/",
        open_page,
        name="wagtailcore_authenticate_with_password",
    )
]
document_patterns = [
    path(
        "authenticate_with_password/<int:restriction_id>/",
        open_documents,
        name="wagtaildocs_authenticate_with_password",
    )
]
