"""Images and documents in `/cms/`: who sees private files, and who may delete files that pages use."""

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
    """Answer with a private file; the URL pattern decides which files, and who may ask."""
    return serve_file(request, path, settings.PRIVATE_ROOT)


def serve_file(request: HttpRequest, path: str, folder: Path) -> HttpResponseBase:
    """Answer with a file of a folder.

    Raises Http404 for a file that is not there, and for a name that no file system takes, such as 300
    letters.
    """
    try:
        return serve(request, path, document_root=str(folder))
    except (OSError, ValueError) as error:
        raise Http404 from error


def register_picture_urls() -> list[Any]:
    """Return the address for the private files that Wagtail's own pages in `/cms/` show."""
    return [
        re_path(
            r"^bestanden/((?:original_images|avatar_images)/[^/]+)$", give_picture, name="private_picture"
        )
    ]


class FilePolicy(CollectionOwnershipPermissionPolicy):
    """Wagtail's rights on files, except that nobody deletes a file of a page that she may not publish."""

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        """Tell whether this person may do so."""
        may = bool(super().user_has_permission_for_instance(user, action, instance))
        return may and not (action == "delete" and pages_of_others(user, [instance]).exists())


def register_policies() -> None:
    """Register our policy for exactly these models, or Wagtail's own, which comes later, would replace it."""
    for model, permissions_of in (
        (SiteImage, "wagtailimages.Image"),
        (get_document_model(), "wagtaildocs.Document"),
    ):
        policy = FilePolicy(model, auth_model=permissions_of, owner_field_name="uploaded_by_user")
        register_permission_policy(model, policy, exact_class=True)


class DeleteFilesMixin:
    """Deletes files as Wagtail does, but looks up links from pages of others once, not per file."""

    request: Any
    permission_policy: Any

    @classmethod
    def get_queryset(cls, model: type[Model], object_ids: list[str]) -> list[Any]:
        """Return the files, with the relations that decide who may change them."""
        files = model._default_manager.select_related("collection", "uploaded_by_user")
        return get_list_or_404(files, pk__in=object_ids)

    def check_perm(self, file: Any) -> bool:
        """Tell whether this person may delete a file that no page uses: she may when she may change it."""
        policy = self.permission_policy
        return bool(policy.user_has_permission_for_instance(self.request.user, "change", file))

    def get_actionable_objects(self) -> tuple[list[Any], dict[str, list[Any]]]:
        """Return the files that this person may delete, and the others by reason."""
        files, others = super().get_actionable_objects()  # type: ignore[misc]
        named = keys_named_by_others(self.request.user, files)
        others["items_with_no_access"] += [file for file in files if str(file.pk) in named]
        return [file for file in files if str(file.pk) not in named], others

    def annotate_items(self, items: list[Any]) -> list[Any]:
        """Return the files without `get_usage`: the template counts per file with it, and shows one total."""
        for file in items:
            file.get_usage = None
        annotated: list[Any] = super().annotate_items(items)  # type: ignore[misc]
        return annotated


class DeleteImagesBulkAction(DeleteFilesMixin, ImageDeleteBulkAction):
    """Deletes images."""


class DeleteDocumentsBulkAction(DeleteFilesMixin, DocumentDeleteBulkAction):
    """Deletes documents."""
