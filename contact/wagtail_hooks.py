"""Contact in `/cms/`: the reports, and what waits for moderators and for who answers for the editors."""

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.log_actions import LogActionRegistry

from contact.models import Conversation, Report
from contact.moderation import DECIDE, report, reports
from contact.views import ANSWERS_FOR_EDITORS
from core.menu import PermittedMenuItem


class ReportsPanel(Component):
    """How many reports wait for this moderator."""

    name = "waiting_reports"
    template_name = "contact/admin/reports_panel.html"
    order = 92

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        """Return the number."""
        return {"count": _waiting(parent_context["request"]).count()}


class EditorsPanel(Component):
    """How many conversations with the editors have something new."""

    name = "waiting_questions"
    template_name = "contact/admin/editors_panel.html"
    order = 93

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        """Return the number."""
        return {"count": _unread().count()}


def _waiting(request: HttpRequest) -> QuerySet[Report]:
    """Return the reports that wait for the person who asks."""
    return Report.objects.waiting().for_moderator(request.user)


def _unread() -> QuerySet[Conversation]:
    """Return the conversations with the editors that have something new."""
    return Conversation.objects.of_editors().unread()


@hooks.register("construct_homepage_panels")
def add_contact_panels(request: HttpRequest, panels: list[Component]) -> None:
    """Tell people what waits for them."""
    if request.user.has_perm(DECIDE) and _waiting(request).exists():
        panels.append(ReportsPanel())
    if request.user.has_perm(ANSWERS_FOR_EDITORS) and _unread().exists():
        panels.append(EditorsPanel())


@hooks.register("register_admin_urls")
def register_report_urls() -> list[Any]:
    """Add the addresses."""
    return [path("meldingen/", reports, name="reports"), path("meldingen/<int:pk>/", report, name="report")]


@hooks.register("register_admin_menu_item")
def register_reports_menu_item() -> MenuItem:
    """Add the entry in the menu."""
    return PermittedMenuItem(_("Meldingen"), reverse("reports"), icon_name="warning", order=266, right=DECIDE)


@hooks.register("register_permissions")
def register_contact_permissions() -> QuerySet[Permission]:
    """Let administrators give the rights to a group."""
    return Permission.objects.filter(
        content_type__app_label="contact", codename__in=["decide_report", "answer_for_editors"]
    )


@hooks.register("register_log_actions")
def register_decision(actions: LogActionRegistry) -> None:
    """Name the decision in the log."""
    actions.register_action("contact.decide", _("Melding beoordelen"), _("Over een melding beslist"))
