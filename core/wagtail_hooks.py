"""For `/cms/`: tasks that gave up, on the first page of who may do something about it, and the address of private pictures."""

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import path, re_path
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.ui.components import Component
from wagtail.log_actions import LogActionRegistry

from core.admin_views import MAY_RETRY, give_picture, retry_tasks
from core.parked import parked_tasks

MOST_SHOWN = 5


class ParkedPanel(Component):
    """How many tasks gave up, the last few of them, and a button to try them again."""

    name = "parked_tasks"
    template_name = "core/admin/parked_panel.html"
    order = 80

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        """Return the number, the last few, and what the form needs."""
        tasks = parked_tasks()
        return {"count": tasks.count(), "tasks": tasks[:MOST_SHOWN], "csrf_token": parent_context["csrf_token"]}


@hooks.register("register_admin_urls")
def register_task_urls() -> list[Any]:
    """Add the address of the button."""
    return [path("taken/opnieuw/", retry_tasks, name="retry_tasks")]


@hooks.register("register_admin_urls")
def register_picture_urls() -> list[Any]:
    """Give what Wagtail itself shows of private files an address for who works in `/cms/`."""
    return [re_path(r"^bestanden/((?:original_images|avatar_images)/[^/]+)$", give_picture, name="private_picture")]


@hooks.register("construct_homepage_panels")
def add_parked_panel(request: HttpRequest, panels: list[Component]) -> None:
    """Tell who may put tasks back that there are some."""
    if request.user.has_perm(MAY_RETRY) and parked_tasks().exists():
        panels.append(ParkedPanel())


@hooks.register("register_permissions")
def register_task_permission() -> QuerySet[Permission]:
    """Let administrators give the right to put tasks back to a group."""
    return Permission.objects.filter(content_type__app_label="django_tasks_database", codename="change_dbtaskresult")


@hooks.register("register_log_actions")
def register_task_actions(actions: LogActionRegistry) -> None:
    """Name the action in the log."""
    actions.register_action("core.retry_tasks", _("Taken opnieuw proberen"), _("Vastgelopen taken opnieuw geprobeerd"))
