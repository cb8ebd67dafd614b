"""Documents follow the pages that they are on."""

from django.http import Http404, HttpRequest
from wagtail import hooks
from wagtail.documents.models import AbstractDocument

from pages.documents import may_read


# After Wagtail's check of the collection, which has order 0.
@hooks.register("before_serve_document", order=100)
def refuse_document(document: AbstractDocument, request: HttpRequest) -> None:
    """Hide a document from anybody who may read none of the pages that it is on."""
    if not may_read(document, request):
        raise Http404
