"""The panels of cases on the first page of `/cms/`: a new case, and cases whose contact works elsewhere."""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from wagtail.admin.ui.components import Component
from wagtail.permissions import page_permission_policy

from practices.models import PracticeIndexPage, PracticePage

MOST_SHOWN = 5  # keeps the panel short


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


class LeftContactsPanel(Component):
    """The cases whose contact works elsewhere; when some have another contact, the next ones show."""

    name = "left_contacts"
    template_name = "practices/cms/left_contacts_panel.html"
    order = 94

    def __init__(self, cases: QuerySet[PracticePage]) -> None:
        """Keep the cases."""
        self.cases = cases

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        """Return the first few, and how many there are."""
        return {"cases": self.cases.order_by("title", "pk")[:MOST_SHOWN], "count": self.cases.count()}


def add_left_contacts_panel(request: HttpRequest, panels: list[Component]) -> None:
    """Add the panel for those who may edit such a case."""
    mine = page_permission_policy.instances_user_has_permission_for(request.user, "change")
    cases = PracticePage.objects.live().left_by_contact().filter(pk__in=mine.values("pk"))
    if cases.exists():
        panels.append(LeftContactsPanel(cases))


def add_new_case_panel(request: HttpRequest, panels: list[Component]) -> None:
    """Add the panel for those who may write a case."""
    index = PracticeIndexPage.objects.filter(locale__language_code=settings.LANGUAGE_CODE).first()
    if index and index.permissions_for_user(request.user).can_add_subpage():
        panels.append(NewCasePanel(index))
