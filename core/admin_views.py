"""Replacements for Wagtail views that break on odd requests, or that nobody needs."""

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from wagtail.admin.views import chooser
from wagtail.contrib.redirects.views import process_import


class ExternalLinkView(chooser.ExternalLinkView):
    """Wagtail's view, which breaks on a form without its field."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Check the link, when there is one."""
        if f"{self.form_prefix}-{self.link_url_field_name}" not in request.POST:
            raise BadRequest("The field of the link is missing.")
        return super().post(request)


def import_redirects(request: HttpRequest) -> HttpResponse:
    """Call Wagtail's view, which breaks on a form that does not name the file that was uploaded before."""
    if request.method == "POST" and "import_file_name" not in request.POST:
        raise BadRequest("The name of the file is missing.")
    answer: HttpResponse = process_import(request)
    return answer


def nothing_here(request: HttpRequest, **kwargs: str | int) -> HttpResponse:
    """Answer 404 in the place of a Wagtail view that nobody needs."""
    raise Http404
