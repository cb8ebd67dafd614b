"""Items of the menu of `/cms/`."""

from typing import Any

from django.http import HttpRequest
from wagtail.admin.menu import MenuItem


class PermittedMenuItem(MenuItem):
    """An item for those who have a certain right."""

    def __init__(self, *args: Any, right: str, **options: Any) -> None:
        """Keep the right."""
        super().__init__(*args, **options)
        self.right = right

    def is_shown(self, request: HttpRequest) -> bool:
        """Tell whether this person has it."""
        return request.user.has_perm(self.right)
