"""The editors' forms of a page, and of a copy of one."""

import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import capfirst
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.forms.pages import CopyForm
from wagtail.models import Page


class PageForm(WagtailAdminPageForm):
    """The form of Wagtail, which also asks the page what it lacks to go live.

    A date of expiry that is over by now is no fault of who did not touch it.
    """

    def add_error(self, field: str | None, error: Any) -> None:
        """Note what is wrong, but for that date; who publishes has to choose another one."""
        if field != "expire_at" or not self._has_expired():
            super().add_error(field, error)

    def _post_clean(self) -> None:
        """Give the values to the page, and unless it stays a draft note what it lacks; a field says one thing at a time."""
        super()._post_clean()
        if self.is_deferred_validation:
            return
        for name, fault in self.instance.publishing_faults():
            if name in self.fields and name not in self.errors:
                self.add_error(name, fault)

    def _has_expired(self) -> bool:
        """Tell whether the date is the old one, to the minute that the field shows, and is over."""
        old, now = self.initial.get("expire_at"), self.cleaned_data.get("expire_at")
        is_same = old and now and old.replace(second=0, microsecond=0) == now.replace(second=0, microsecond=0)
        return bool(is_same and now < timezone.now() and "action-publish" not in self.data)


class PageCopyForm(CopyForm):
    """The form of Wagtail, which also asks the page itself what is wrong with a copy."""

    def clean(self) -> dict[str, Any]:
        """Refuse the copy that could not be saved: a draft by title and slug, what goes live by every field."""
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
        """Return the page as it would stand at its new place; it is not saved."""
        parent, copy = data["new_parent_page"], self.page.specific_class.objects.get(pk=self.page.pk)
        copy.pk = copy.id = None
        copy.slug, copy.title, copy.translation_key = data["new_slug"], data["new_title"], uuid.uuid4()
        copy.depth = parent.depth + 1
        copy.path = Page._get_path(parent.path, copy.depth, parent.numchild + 1)  # noqa: SLF001  treebeard has no other way
        return copy
