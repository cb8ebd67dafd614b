"""Documents follow the pages that they are on: anybody who may read one of these pages gets the document.

Editors of documents in `/cms/` get all of them. Wagtail's own check of the collection comes first.
"""

from collections.abc import Iterator
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import IntegerField
from django.db.models.functions import Cast
from django.db.transaction import non_atomic_requests
from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_cache_control
from wagtail.documents import get_document_model
from wagtail.documents.models import AbstractDocument
from wagtail.documents.views.serve import serve
from wagtail.models import Collection, Page, ReferenceIndex
from wagtail.permissions import policy_registry

from core.references import references_on
from page_cache.middleware import HARMLESS_COOKIES
from users.middleware import has_second_factor


@non_atomic_requests
def serve_document(request: HttpRequest, document_id: str, filename: str) -> HttpResponseBase:
    """Answer as Wagtail does, but without shared caches; a browser asks each time if it may still be read.

    What does not exist takes as many queries as what may not be read, so the time tells nobody what exists.
    """
    model = get_document_model()
    document = model.objects.filter(pk=document_id).first()
    if document is None or document.filename != filename:
        _look_for_nothing(model(pk=document_id, collection=Collection.get_first_root_node()), request)
    response = serve(request, document_id, filename)
    is_stranger = request.COOKIES.keys() <= HARMLESS_COOKIES
    patch_cache_control(response, private=True, **({"no_cache": True} if is_stranger else {"no_store": True}))
    return response


def _look_for_nothing(document: AbstractDocument, request: HttpRequest) -> None:
    """Ask what would be asked of a document, of one that does not exist."""
    list(document.collection.get_view_restrictions())
    may_read(document, request)


def may_read(document: AbstractDocument, request: HttpRequest) -> bool:
    """Tell whether the user may read a page that the document is on, or works with it in `/cms/`."""
    return keeps(request.user, document) or any(lets_in(page, request) for page in pages_with(document))


def keeps(user: Any, document: AbstractDocument) -> bool:
    """Tell whether this user may put the document on a page, or change it."""
    policy = policy_registry.get_by_type(type(document))
    may_use = policy.user_has_any_permission_for_instance(user, ["choose", "change"], document)
    return may_use and has_second_factor(user)


def lets_in(page: Page, request: HttpRequest) -> bool:
    """Tell whether a page is open to the user of this request."""
    return all(restriction.accept_request(request) for restriction in page.get_view_restrictions())


def pages_with(document: AbstractDocument) -> Iterator[Page]:
    """Yield the live pages that the document is on.

    Wagtail's reference index may be behind, so each page is checked again: the index can hide a document for
    a while, but not show one that was removed, or that only a draft names.
    """
    references = ReferenceIndex.get_references_to(document)
    on_pages = references.filter(base_content_type=ContentType.objects.get_for_model(Page))
    keys = on_pages.annotate(key=Cast("object_id", IntegerField())).values("key")
    wanted = (ContentType.objects.get_for_model(document).pk, str(document.pk))
    for page in Page.objects.live().filter(pk__in=keys).specific().iterator():
        if any(reference[:2] == wanted for reference in references_on(page)):
            yield page
