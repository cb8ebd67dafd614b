"""The query log in Wagtail: the report, the wishes in the menu of search, and both on the dashboard."""

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.snippets.models import register_snippet

from core.menu import PermittedMenuItem
from core.snippets import SiteSnippetViewSet
from curation.wagtail_hooks import MENU, PrefilledCreateView
from querylog.first_page import add_panels
from querylog.models import CaseWish
from querylog.reports import PinView, QuestionReportView

MAY_SEE = "querylog.view_questioncount"
MAY_SEE_WISHES = "querylog.view_casewish"


class CaseWishViewSet(SiteSnippetViewSet):
    """What people missed."""

    model = CaseWish
    icon = "help"
    menu_item_is_registered = True  # below, in the menu of search
    add_view_class = PrefilledCreateView
    list_display = ("question", "times", "note", "state", "changed_date")
    list_filter = ("state",)
    search_fields = ("question", "note")
    ordering = ("-times", "question")
    copy_view_enabled = False


@hooks.register("register_admin_urls")
def register_report_urls() -> list[Any]:
    """Add the URLs of the report and of the form for pinned results."""
    return [
        path("reports/zoekvragen/", QuestionReportView.as_view(), name="question_report"),
        path(
            "reports/zoekvragen/results/",
            QuestionReportView.as_view(results_only=True),
            name="question_report_results",
        ),
        path("reports/zoekvragen/vastzetten/", PinView.as_view(), name="pin_question"),
    ]


@hooks.register("register_reports_menu_item")
def register_report_menu_item() -> MenuItem:
    """Add the report to the menu."""
    return PermittedMenuItem(
        _("Zoekvragen"), reverse("question_report"), icon_name="search", order=600, right=MAY_SEE
    )


@hooks.register(MENU)
def register_wishes_menu_item() -> MenuItem:
    """Add the wishes to the menu of search."""
    address = reverse("wagtailsnippets_querylog_casewish:list")
    return PermittedMenuItem(
        _("Wensen"), address, name="wishes", icon_name="help", order=60, right=MAY_SEE_WISHES
    )


@hooks.register("register_permissions")
def register_report_permission() -> QuerySet[Permission]:
    """Let administrators give a group the permission to see the report."""
    return Permission.objects.filter(content_type__app_label="querylog", codename="view_questioncount")


register_snippet(CaseWishViewSet)
hooks.register("construct_homepage_panels", add_panels)
