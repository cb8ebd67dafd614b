"""The editors' forms of a page, and of a copy."""

import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import capfirst
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.forms.pages import CopyForm
from wagtail.models import Page


class PageForm(WagtailAdminPageForm):
    """Wagtail's form, which also asks the page what it lacks to go live.

    An expiry date in the past is no fault as long as nobody changes it.
    """

    def add_error(self, field: str | None, error: Any) -> None:
        """Add an error, except on an unchanged expiry date; publishing needs a new one."""
        if field != "expire_at" or not self._has_expired():
            super().add_error(field, error)

    def _post_clean(self) -> None:
        """Fill the page, and unless it stays a draft add what it lacks, at most one error per field."""
        super()._post_clean()
        if self.is_deferred_validation:
            return
        for name, fault in self.instance.publishing_faults():
            if name in self.fields and name not in self.errors:
                self.add_error(name, fault)

    def _has_expired(self) -> bool:
        """Tell whether the expiry date is unchanged, to the minute that the field shows, and in the past."""
        old, now = self.initial.get("expire_at"), self.cleaned_data.get("expire_at")
        is_same = old and now and old.replace(second=0, microsecond=0) == now.replace(second=0, microsecond=0)
        return bool(is_same and now < timezone.now() and "action-publish" not in self.data)


class PageCopyForm(CopyForm):
    """Wagtail's form, which also asks the page itself what is wrong with a copy."""

    def clean(self) -> dict[str, Any]:
        """Refuse a copy that could not be saved: a draft by title and slug, a live page by every field."""
        data: dict[str, Any] = super().clean()
        if self.errors:
            return data
        goes_live = next((name for name in ("alias", "publish_copies") if data.get(name)), None)
        copy = self._build_copy(data)
        try:
            copy.full_clean(validate_unique=False)
        except ValidationError as error:
            for name, faults in error.message_dict.items():
                if f"new_{name}" in self.fields:
                    self.add_error(f"new_{name}", faults)
                elif goes_live and self.page.live:
                    label = capfirst(copy._meta.get_field(name).verbose_name)
                    self.add_error(goes_live, [f"{label}: {fault}" for fault in faults])
        return data

    def _build_copy(self, data: dict[str, Any]) -> Page:
        """Return the unsaved copy as it would stand at its new place."""
        parent, copy = data["new_parent_page"], self.page.specific_class.objects.get(pk=self.page.pk)
        copy.pk = copy.id = None
        copy.slug, copy.title, copy.translation_key = data["new_slug"], data["new_title"], uuid.uuid4()
        copy.depth = parent.depth + 1
        # treebeard has no public way to tell the path.
        copy.path = Page._get_path(parent.path, copy.depth, parent.numchild + 1)  # noqa: SLF001
        return copy
