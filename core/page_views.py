"""Our views of pages in `/cms/`, in the place of Wagtail's: edit, approve, copy, move and delete."""

from inspect import unwrap
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.views.pages.bulk_actions.move import MoveBulkAction, MoveForm
from wagtail.admin.views.pages.convert_alias import ConvertAliasView
from wagtail.admin.views.pages.copy import CopyView
from wagtail.admin.views.pages.delete import DeleteView
from wagtail.admin.viewsets.pages import PageViewSet
from wagtail.models import Page

from core.locking import ONLY_READ
from core.moderation import SiteEditView, SiteWorkflowActionView
from core.moves import KEEPS_LANGUAGE, leaves_language


class SiteCopyView(CopyView):
    """The form to copy a page, in which the new place is validated: Wagtail reads it before that."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Check the form, and copy."""
        return FormView.post(self, request, *args, **kwargs)


class ReadWithoutLock:
    """Shows a page without a transaction: Wagtail opens one per request, which takes SQLite's write lock."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer; a request that only reads bypasses the decorator with Wagtail's transaction."""
        dispatch = super().dispatch  # type: ignore[misc]
        if request.method in ONLY_READ:
            return unwrap(dispatch)(self, request, *args, **kwargs)
        return dispatch(request, *args, **kwargs)


class SiteDeleteView(ReadWithoutLock, DeleteView):
    """Asks whether to delete a page, and does it."""


class SiteConvertAliasView(ReadWithoutLock, ConvertAliasView):
    """Asks whether to make an alias a page of its own, and does it."""


class SitePageViewSet(PageViewSet):
    """The editors' views of all pages."""

    convert_alias_view_class = SiteConvertAliasView
    delete_view_class = SiteDeleteView
    copy_view_class = SiteCopyView
    edit_view_class = SiteEditView
    workflow_action_view_class = SiteWorkflowActionView


def keep_language(request: HttpRequest, page: Page, destination: Page) -> HttpResponse | None:
    """Say why a page cannot move to another language; Wagtail only says that it is not allowed."""
    if not leaves_language(page, destination):
        return None
    copy = messages.button(reverse("wagtailadmin_pages:copy", args=[page.pk]), _("Kopiëren"))
    messages.error(request, KEEPS_LANGUAGE, buttons=[copy])
    return redirect("wagtailadmin_pages:move", page.pk)


class MovePagesForm(MoveForm):
    """Asks for the destination of pages, and says why it cannot be in another language."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Remember the pages."""
        self.pages = kwargs["pages_to_move"]
        super().__init__(*args, **kwargs)

    def clean_chooser(self) -> Page:
        """Refuse a destination in another language; Wagtail only says that the pages cannot go there."""
        destination: Page = self.cleaned_data["chooser"]
        if any(leaves_language(page, destination) for page in Page.objects.filter(pk__in=self.pages)):
            raise ValidationError(KEEPS_LANGUAGE)
        return destination


class MovePagesBulkAction(MoveBulkAction):
    """Moves pages within their language."""

    form_class = MovePagesForm

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the form the pages: on a POST, Wagtail looks them up too late."""
        if not self.pages_to_move:
            self.get_actionable_objects()
        kwargs: dict[str, Any] = super().get_form_kwargs()
        return kwargs
