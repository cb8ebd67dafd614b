"""The editors' form of a page."""

from typing import Any

from django.utils import timezone
from wagtail.admin.forms import WagtailAdminPageForm


class PageForm(WagtailAdminPageForm):
    """The form of Wagtail, in which a date of expiry that is over by now is no fault of who did not touch it."""

    def add_error(self, field: str | None, error: Any) -> None:
        """Note what is wrong, but for that date; who publishes has to choose another one."""
        if field != "expire_at" or not self._has_expired():
            super().add_error(field, error)

    def _has_expired(self) -> bool:
        """Tell whether the date is the old one, to the minute that the field shows, and is over."""
        old, now = self.initial.get("expire_at"), self.cleaned_data.get("expire_at")
        is_same = old and now and old.replace(second=0, microsecond=0) == now.replace(second=0, microsecond=0)
        return bool(is_same and now < timezone.now() and "action-publish" not in self.data)
