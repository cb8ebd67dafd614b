"""The content security policy of `/cms/`, looser than that of the public pages."""

from collections.abc import Callable
from typing import Any

from csp.constants import SELF, UNSAFE_INLINE
from django.http import HttpRequest, HttpResponse

ADMIN_POLICY = {
    # Wagtail's date, inline and chooser widgets carry inline scripts; its editor sets inline styles.
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "frame-ancestors": [SELF],
}


class AdminPolicyMiddleware:
    """Let the editors' pages run Wagtail's inline scripts, and let its preview frame them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with the looser policy when the address is an editors' one."""
        response: Any = self.get_response(request)  # django-csp reads an attribute of it that Django does not know
        if request.path.startswith("/cms/"):
            response._csp_replace = ADMIN_POLICY
            response["X-Frame-Options"] = "SAMEORIGIN"
        return response
