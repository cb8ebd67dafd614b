"""Documents follow the pages that they stand on."""

from django.http import Http404, HttpRequest
from wagtail import hooks
from wagtail.documents.models import AbstractDocument

from pages.documents import may_read


@hooks.register(
    "before_serve_document", order=100
)  # after Wagtail's check of the collection, which has order 0
def refuse_document(document: AbstractDocument, request: HttpRequest) -> None:
    """Hide a document from who may read no page that it stands on."""
    if not may_read(document, request):
        raise Http404
