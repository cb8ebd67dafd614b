"""Reuse in `/cms/`: the words that wait for an editor, and what others may do with adoptions."""

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import Permission
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.log_actions import LogActionRegistry

from core.menu import PermittedMenuItem
from reuse.choices import Standing, Words
from reuse.models import Adoption
from reuse.services import REVIEW

PER_PAGE = 50


class WordsPanel(Component):
    """How many adoptions have words that wait."""

    name = "waiting_words"
    template_name = "reuse/admin/words_panel.html"
    order = 94

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        """Return the number."""
        return {"count": Adoption.objects.with_waiting_words().count()}


@hooks.register("construct_homepage_panels")
def add_words_panel(request: HttpRequest, panels: list[Component]) -> None:
    """Tell editors what waits for them."""
    if request.user.has_perm(REVIEW) and Adoption.objects.with_waiting_words().exists():
        panels.append(WordsPanel())


@permission_required(REVIEW, raise_exception=True)
def adoptions(request: HttpRequest) -> HttpResponse:
    """List the rows with words that wait, and all others, the latest first."""
    others = Adoption.objects.of_public_cases().with_bodies().exclude(standing=Standing.ENDED)
    others = others.exclude(words=Words.WAITING).order_by("-recorded_at", "-pk")
    page = Paginator(others, PER_PAGE).get_page(request.GET.get("p"))
    waiting = Adoption.objects.with_waiting_words().with_bodies()
    return TemplateResponse(request, "reuse/admin/adoptions.html", {"waiting": waiting, "page": page})


@hooks.register("register_admin_urls")
def register_adoption_urls() -> list[Any]:
    """Add the address."""
    return [path("overnames/", adoptions, name="adoptions")]


@hooks.register("register_admin_menu_item")
def register_adoptions_menu_item() -> MenuItem:
    """Add the entry in the menu."""
    return PermittedMenuItem(_("Overnames"), reverse("adoptions"), icon_name="copy", order=267, right=REVIEW)


@hooks.register("register_permissions")
def register_reuse_permissions() -> QuerySet[Permission]:
    """Let administrators give the right to a group."""
    return Permission.objects.filter(content_type__app_label="reuse", codename="review_adoption")


@hooks.register("register_log_actions")
def register_decisions(actions: LogActionRegistry) -> None:
    """Name what editors do in the log."""
    actions.register_action("reuse.refused", _("Voorstel weigeren"), _("Voorstel van overname geweigerd"))
    actions.register_action(
        "reuse.words_shown", _("Toelichting tonen"), _("Toelichting van overname getoond")
    )
    actions.register_action(
        "reuse.words_hidden", _("Toelichting verbergen"), _("Toelichting van overname verborgen")
    )
