"""What holds for `/cms/` and its previews alone: other security policies, and answers to what its views cannot take."""

from collections.abc import Callable
from itertools import chain
from json import JSONDecodeError
from typing import Any

from csp.constants import SELF, UNSAFE_INLINE
from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.datastructures import MultiValueDictKeyError
from django.utils.http import url_has_allowed_host_and_scheme

from core.locking import ONLY_READ

BELOW = "/cms/"
PAGES = {"wagtailadmin_pages", "simple_translation"}  # the namespaces of views that save them

ADMIN_POLICY = {
    # Wagtail's date, inline and chooser widgets carry inline scripts; its editor sets inline styles.
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "frame-ancestors": [SELF],
}
PREVIEW_POLICY = {
    "frame-ancestors": [SELF]
}  # the editor shows it beside the form; scripts stay those of the public page


class AdminPolicyMiddleware:
    """Let the editors' pages run Wagtail's inline scripts, and frame the previews of pages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with another policy when the address is an editors' one, or Wagtail asks for a preview from within it."""
        response: Any = self.get_response(
            request
        )  # django-csp reads an attribute of it that Django does not know
        is_preview = getattr(
            request, "is_preview", False
        )  # Wagtail asks with the address that the page has for visitors
        if is_preview or request.path.startswith(BELOW):
            response._csp_replace = PREVIEW_POLICY if is_preview else ADMIN_POLICY
            response["X-Frame-Options"] = "SAMEORIGIN"
        return response


class AdminFaultMiddleware:
    """Answer what is wrong with a request, where a view of `/cms/` breaks on it; what is wrong with the site stays a 500."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Refuse a form without its fields; say what a page that is published, copied or moved lacks, where that was asked."""
        if not request.path.startswith(BELOW) or request.method in ONLY_READ:
            return None
        if isinstance(exception, MultiValueDictKeyError) or _is_broken_field(exception, request):
            raise BadRequest("A field of the form is missing, or is not what the form sends.") from exception
        if (
            isinstance(exception, ValidationError)
            and hasattr(exception, "error_dict")
            and _changes_pages(request)
        ):
            for message in exception.messages:
                messages.error(request, message)
            return redirect(_origin(request))
        return None


def _is_broken_field(exception: Exception, request: HttpRequest) -> bool:
    """Tell whether something failed as what was sent in a field is no JSON; another text is ours."""
    texts = chain.from_iterable(texts for _, texts in request.POST.lists())
    return isinstance(exception, JSONDecodeError) and exception.doc in texts


def _changes_pages(request: HttpRequest) -> bool:
    """Tell whether a view of Wagtail was asked that saves pages, of which no form said before what is wrong."""
    match = request.resolver_match
    return match is not None and (match.namespace in PAGES or match.url_name == "wagtail_bulk_action")


def _origin(request: HttpRequest) -> str:
    """Return where the request was sent from, as far as that is a page for editors."""
    origin = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(
        origin, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return origin if is_ours else BELOW
