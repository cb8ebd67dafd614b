"""The page of people who wait, in the moderators' menu and on the dashboard, and administrators' actions."""

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.log_actions import LogActionRegistry

from core.menu import PermittedMenuItem
from users.admin_views import approve, decline, reset_second_step, waiting
from users.models import APPROVE, User
from users.requests import AccountRequest


class WaitingPanel(Component):
    """How many people wait, on the dashboard of `/cms/`."""

    name = "waiting_accounts"
    template_name = "users/admin/waiting_panel.html"
    order = 90

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        """Return the number."""
        return {"count": User.objects.waiting().count()}


@hooks.register("register_admin_urls")
def register_waiting_urls() -> list[Any]:
    """Add the addresses."""
    return [
        path("aanmeldingen/", waiting, name="waiting_accounts"),
        path("aanmeldingen/<int:pk>/goedkeuren/", approve, name="approve_account"),
        path("aanmeldingen/<int:pk>/afwijzen/", decline, name="decline_account"),
        path("tweede-stap/<int:pk>/", reset_second_step, name="reset_second_step"),
    ]


@hooks.register("register_admin_menu_item")
def register_waiting_menu_item() -> MenuItem:
    """Add the entry in the menu."""
    address = reverse("waiting_accounts")
    return PermittedMenuItem(_("Aanmeldingen"), address, icon_name="user", order=265, right=APPROVE)


@hooks.register("construct_homepage_panels")
def add_waiting_panel(request: HttpRequest, panels: list[Component]) -> None:
    """Tell the people who may decide that others wait."""
    if request.user.has_perm(APPROVE) and User.objects.waiting().exists():
        panels.append(WaitingPanel())


@hooks.register("register_permissions")
def register_approval_permission() -> QuerySet[Permission]:
    """Let administrators give the right to decide to a group."""
    return Permission.objects.filter(content_type__app_label="users", codename="approve_user")


@hooks.register("after_create_user")
def admit_created_account(request: AccountRequest, user: User) -> None:
    """Approve an account that an administrator made: she knows whom it is for."""
    user.approved_at, user.approved_by = timezone.now(), request.user
    user.save(update_fields=["approved_at", "approved_by"])


@hooks.register("register_log_actions")
def register_decisions(actions: LogActionRegistry) -> None:
    """Name the decisions in the log."""
    actions.register_action("users.admit", _("Account toelaten"), _("Account toegelaten om het e-maildomein"))
    actions.register_action("users.approve", _("Account goedkeuren"), _("Account goedgekeurd"))
    actions.register_action("users.decline", _("Aanmelding afwijzen"), _("Aanmelding afgewezen"))
    actions.register_action(
        "users.lapse", _("Account laten verlopen"), _("Account wacht weer op goedkeuring")
    )
    actions.register_action("users.withdraw", _("Account sluiten"), _("Account gesloten na een melding"))
    actions.register_action("users.reset_second_step", _("Tweede stap weghalen"), _("Tweede stap weggehaald"))
