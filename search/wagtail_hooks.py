"""Hooks of search in Wagtail: pages for editors, and pages that list hits."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component

from core.menu import PermittedMenuItem
from curation.wagtail_hooks import MENU
from search.cms import views
from search.cms.lag import LagPanel
from search.index.health import do_vectors_lag
from search.page.views import listing_page


@hooks.register("register_admin_urls")
def register_trial_urls() -> list[Any]:
    """Add the pages with the explanation of results and with the trial of synonyms."""
    return [
        path("zoeken/uitleg/", views.explain, name="explain_search"),
        path("zoeken/synoniemen/", views.synonym_trial, name=views.PAGE),
        path("zoeken/synoniemen/proef/", views.start_trial, name="start_trial"),
        path("zoeken/synoniemen/<int:pk>/live/", views.go_live, name="synonyms_go_live"),
    ]


@hooks.register(MENU)
def register_trial_menu_item() -> MenuItem:
    """Add the trial to the menu, below the synonyms."""
    title, address = _("Synoniemen live zetten"), reverse(views.PAGE)
    return PermittedMenuItem(title, address, icon_name="upload", order=25, right=views.MAY_TRY)


@hooks.register(MENU)
def register_explain_menu_item() -> MenuItem:
    """Add the explanation of results to the menu."""
    title, address = _("Waarom staat dit hier?"), reverse("explain_search")
    return PermittedMenuItem(title, address, icon_name="help", order=60, right=views.MAY_TRY)


@hooks.register("construct_homepage_panels")
def add_lag_panel(request: HttpRequest, panels: list[Component]) -> None:
    """Tell everybody who works in `/cms/` when search by meaning lags."""
    if do_vectors_lag():
        panels.append(LagPanel())


# After Wagtail's check of private pages, which has order 0.
@hooks.register("on_serve_page", order=100)
def serve_listing(next_serve_page: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Serve a page that names a kind of hits as a list of these; other pages as Wagtail does."""

    def serve(page: Any, request: HttpRequest, args: list[Any], kwargs: dict[str, Any]) -> HttpResponse:
        if getattr(page, "listing", ""):
            return listing_page(page, request)
        return next_serve_page(page, request, args, kwargs)

    return serve
