"""What stands before views of Wagtail that break, or that nobody needs."""

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from wagtail.admin.views import chooser
from wagtail.contrib.redirects.views import process_import


class ExternalLinkView(chooser.ExternalLinkView):
    """Wagtail's, which breaks on a form without its field."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Check the link, when there is one."""
        if f"{self.form_prefix}-{self.link_url_field_name}" not in request.POST:
            raise BadRequest("The field of the link is missing.")
        return super().post(request)


def import_redirects(request: HttpRequest) -> HttpResponse:
    """Do as Wagtail, which breaks on a form that does not say which file was sent before."""
    if request.method == "POST" and "import_file_name" not in request.POST:
        raise BadRequest("The name of the file is missing.")
    answer: HttpResponse = process_import(request)
    return answer


def nothing_here(request: HttpRequest, **kwargs: str | int) -> HttpResponse:
    """Stand before a view of Wagtail that nobody needs."""
    raise Http404
