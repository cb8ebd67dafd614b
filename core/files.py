"""Pictures and documents in `/cms/`: who sees what is private, and who deletes what pages use."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_list_or_404
from django.urls import re_path
from django.views.decorators.http import require_safe
from django.views.static import serve
from wagtail.documents import get_document_model
from wagtail.documents.views.bulk_actions.delete import DeleteBulkAction as DocumentDeleteBulkAction
from wagtail.images.views.bulk_actions.delete import DeleteBulkAction as ImageDeleteBulkAction
from wagtail.permission_policies.collections import CollectionOwnershipPermissionPolicy
from wagtail.permissions import register_permission_policy

from core.models import SiteImage
from core.references import keys_named_by_others, pages_of_others


@require_safe
def give_picture(request: HttpRequest, path: str) -> HttpResponseBase:
    """Answer with a private file; which of them may be asked for, and by whom, is said where the address is."""
    return serve_file(request, path, settings.PRIVATE_ROOT)


def serve_file(request: HttpRequest, path: str, folder: Path) -> HttpResponseBase:
    """Answer with a file of a folder; a name that no file system can have, such as one of 300 letters, is not there either."""
    try:
        return serve(request, path, document_root=str(folder))
    except (OSError, ValueError) as error:
        raise Http404 from error


def register_picture_urls() -> list[Any]:
    """Give what Wagtail itself shows of private files an address for who works in `/cms/`."""
    return [
        re_path(
            r"^bestanden/((?:original_images|avatar_images)/[^/]+)$", give_picture, name="private_picture"
        )
    ]


class FilePolicy(CollectionOwnershipPermissionPolicy):
    """Who may do what with pictures and documents: as in Wagtail, and nobody takes one from a page that she may not publish."""

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        """Tell whether this person may do so."""
        may = bool(super().user_has_permission_for_instance(user, action, instance))
        return may and not (action == "delete" and pages_of_others(user, [instance]).exists())


def register_policies() -> None:
    """Have Wagtail ask our policy; its own comes later, and would replace one that is not for exactly these models."""
    for model, permissions_of in (
        (SiteImage, "wagtailimages.Image"),
        (get_document_model(), "wagtaildocs.Document"),
    ):
        policy = FilePolicy(model, auth_model=permissions_of, owner_field_name="uploaded_by_user")
        register_permission_policy(model, policy, exact_class=True)


class DeleteFilesMixin:
    """Deletes files as Wagtail does, and asks once which of them pages of others name: the policy asks that of each."""

    request: Any
    permission_policy: Any

    @classmethod
    def get_queryset(cls, model: type[Model], object_ids: list[str]) -> list[Any]:
        """Return the files with what decides who may change them."""
        return get_list_or_404(
            model._default_manager.select_related("collection", "uploaded_by_user"), pk__in=object_ids
        )

    def check_perm(self, file: Any) -> bool:
        """Tell whether this person may delete a file that no page names: who may change it."""
        return bool(
            self.permission_policy.user_has_permission_for_instance(self.request.user, "change", file)
        )

    def get_actionable_objects(self) -> tuple[list[Any], dict[str, list[Any]]]:
        """Return the files that she may delete, and the others."""
        files, others = super().get_actionable_objects()  # type: ignore[misc]
        named = keys_named_by_others(self.request.user, files)
        others["items_with_no_access"] += [file for file in files if str(file.pk) in named]
        return [file for file in files if str(file.pk) not in named], others

    def annotate_items(self, items: list[Any]) -> list[Any]:
        """Add who names them."""
        for file in items:
            file.get_usage = None  # the template counts it for each and shows the count of all
        annotated: list[Any] = super().annotate_items(items)  # type: ignore[misc]
        return annotated


class DeleteImagesBulkAction(DeleteFilesMixin, ImageDeleteBulkAction):
    """Deletes pictures."""


class DeleteDocumentsBulkAction(DeleteFilesMixin, DocumentDeleteBulkAction):
    """Deletes documents."""
