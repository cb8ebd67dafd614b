"""The panel at the top of the first page of `/cms/`: a new case."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from wagtail.admin.ui.components import Component

from practices.models import PracticeIndexPage, PracticePage


class NewCasePanel(Component):
    """A button that opens the form of a new case, and three sentences on what happens next."""

    name = "new_case"
    template_name = "practices/cms/new_case_panel.html"
    order = 50  # above the panels of Wagtail

    def __init__(self, index: PracticeIndexPage) -> None:
        """Keep the index page that the case comes below."""
        self.index = index

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        """Return the address of the form."""
        names = (PracticePage._meta.app_label, PracticePage._meta.model_name, self.index.pk)
        return {"url": reverse("wagtailadmin_pages:add", args=names)}


def add_new_case_panel(request: HttpRequest, panels: list[Component]) -> None:
    """Add the panel for those who may write a case."""
    index = PracticeIndexPage.objects.filter(locale__language_code=settings.LANGUAGE_CODE).first()
    if index and index.permissions_for_user(request.user).can_add_subpage():
        panels.append(NewCasePanel(index))
