"""Failed tasks in `/cms/`: a panel on the first page, and a button to try them again."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from wagtail import hooks
from wagtail.admin.ui.components import Component
from wagtail.log_actions import LogActionRegistry

from worker.failed import failed_retry, failed_tasks

MAY_RETRY = "django_tasks_database.change_dbtaskresult"
MOST_SHOWN = 5  # tasks in the panel: it shares the first page with others


@require_POST
@permission_required(MAY_RETRY, raise_exception=True)
def retry_tasks(request: HttpRequest) -> HttpResponse:
    """Put the failed tasks back in the queue."""
    count = failed_retry(user=request.user)
    text = ngettext("%(n)s taak begint opnieuw.", "%(n)s taken beginnen opnieuw.", count)
    messages.success(request, text % {"n": count})
    return redirect("wagtailadmin_home")


class FailedPanel(Component):
    """How many tasks failed, the last few of them, and a button to try them again."""

    name = "failed_tasks"
    template_name = "worker/admin/failed_panel.html"
    order = 80

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        """Return the number, the last few, and what the form needs."""
        tasks = failed_tasks()
        return {
            "count": tasks.count(),
            "tasks": tasks[:MOST_SHOWN],
            "csrf_token": parent_context["csrf_token"],
        }


@hooks.register("construct_homepage_panels")
def add_failed_panel(request: HttpRequest, panels: list[Component]) -> None:
    """Show the panel to those who may put tasks back, when there are any."""
    if request.user.has_perm(MAY_RETRY) and failed_tasks().exists():
        panels.append(FailedPanel())


@hooks.register("register_admin_urls")
def register_task_urls() -> list[Any]:
    """Add the address of the button."""
    return [path("taken/opnieuw/", retry_tasks, name="retry_tasks")]


@hooks.register("register_permissions")
def register_task_permission() -> QuerySet[Permission]:
    """Let administrators give a group the right to put tasks back."""
    app, _dot, codename = MAY_RETRY.partition(".")
    return Permission.objects.filter(content_type__app_label=app, codename=codename)


@hooks.register("register_log_actions")
def register_task_actions(actions: LogActionRegistry) -> None:
    """Name the action in the log."""
    actions.register_action(
        "core.retry_tasks", _("Taken opnieuw proberen"), _("Vastgelopen taken opnieuw geprobeerd")
    )
