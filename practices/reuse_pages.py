"""The pages below a case about its reuse: who does this too, recording it, and proposing it of others."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from wagtail.contrib.routable_page.models import RoutablePageMixin, path

from practices import reuse_views


class ReusePages(RoutablePageMixin):
    """Adds them to a case; Wagtail asks first whether the visitor may read the case."""

    @path("hergebruik/")
    def reuse_page(self, request: HttpRequest) -> HttpResponse:
        """Show who does this too."""
        return reuse_views.overview(request, self)

    @path("hergebruik/melden/")
    def record_page(self, request: Any) -> HttpResponse:
        """Let a member say that her organisation does this."""
        return reuse_views.record(request, self)

    @path("hergebruik/voorstellen/")
    def propose_page(self, request: Any) -> HttpResponse:
        """Let the contact of the case, or an editor, say it of another organisation."""
        return reuse_views.propose(request, self)
