"""Middleware for `/cms/` and its previews: security policies, and answers to requests that break views."""

from collections.abc import Callable
from itertools import chain
from json import JSONDecodeError
from typing import Any

from csp.constants import SELF, UNSAFE_INLINE
from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.datastructures import MultiValueDictKeyError
from django.utils.http import url_has_allowed_host_and_scheme

from core.locking import ONLY_READ

BELOW = "/cms/"
MOST_DIGITS = 18  # of a key: databases count to more than that
PAGES = {"wagtailadmin_pages", "simple_translation"}  # the namespaces of views that save them

ADMIN_POLICY = {
    # Wagtail's date, inline and chooser widgets carry inline scripts; its editor sets inline styles.
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "frame-ancestors": [SELF],
}
# The editor shows a preview beside the form; its scripts are those of the public page.
PREVIEW_POLICY = {"frame-ancestors": [SELF]}


class AdminPolicyMiddleware:
    """Let the editors' pages run Wagtail's inline scripts, and frame the previews of pages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with another policy for an address of `/cms/` or a preview."""
        # `Any`: django-csp reads an attribute of the response that Django does not know.
        response: Any = self.get_response(request)
        # Wagtail requests a preview by the address of the page itself, so the path does not tell.
        is_preview = getattr(request, "is_preview", False)
        if is_preview or request.path.startswith(BELOW):
            response._csp_replace = PREVIEW_POLICY if is_preview else ADMIN_POLICY
            response["X-Frame-Options"] = "SAMEORIGIN"
        return response


class AdminFaultMiddleware:
    """Answer a faulty request on which a view of `/cms/` breaks; a fault of the site stays a 500."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> None:
        """Raise Http404 for a bulk action on what cannot be a key, before it is looked for."""
        match, keys = request.resolver_match, request.GET.getlist("id")
        if match is not None and match.url_name == "wagtail_bulk_action" and not all(map(_is_key, keys)):
            raise Http404

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Refuse a form without its fields, and show why a page cannot be published, copied or moved.

        The latter sends back to where it was asked. Raises BadRequest for the former.
        """
        if not request.path.startswith(BELOW) or request.method in ONLY_READ:
            return None
        if isinstance(exception, MultiValueDictKeyError) or _is_broken_field(exception, request):
            raise BadRequest("A field of the form is missing, or is not what the form sends.") from exception
        if not isinstance(exception, ValidationError) or not hasattr(exception, "error_dict"):
            return None
        if not _changes_pages(request):
            return None
        for message in exception.messages:
            messages.error(request, message)
        return redirect(_origin(request))


def _is_key(text: str) -> bool:
    """Tell whether a text can name a row, or is the word of Wagtail for all of a list."""
    return text == "all" or (text.isdecimal() and len(text) <= MOST_DIGITS)


def _is_broken_field(exception: Exception, request: HttpRequest) -> bool:
    """Tell whether a field of the request is invalid JSON; invalid JSON of our own is a fault of the site."""
    texts = chain.from_iterable(texts for _, texts in request.POST.lists())
    return isinstance(exception, JSONDecodeError) and exception.doc in texts


def _changes_pages(request: HttpRequest) -> bool:
    """Tell whether this is a view of Wagtail that saves pages without a form that validates them first."""
    match = request.resolver_match
    return match is not None and (match.namespace in PAGES or match.url_name == "wagtail_bulk_action")


def _origin(request: HttpRequest) -> str:
    """Return the page that the request was sent from, or the first page of `/cms/` when that is not ours."""
    origin = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(
        origin, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return origin if is_ours else BELOW
