"""Where search meets Wagtail."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from core.menu import PermittedMenuItem
from curation.wagtail_hooks import MENU
from search.cms import views as curating
from search.page.views import listing_page


@hooks.register("register_admin_urls")
def register_trial_urls() -> list[Any]:
    """Add the addresses of the trial of synonyms."""
    return [
        path("zoeken/uitleg/", curating.explain, name="explain_search"),
        path("zoeken/synoniemen/", curating.synonym_trial, name=curating.PAGE),
        path("zoeken/synoniemen/proef/", curating.start_trial, name="start_trial"),
        path("zoeken/synoniemen/<int:pk>/live/", curating.go_live, name="synonyms_go_live"),
    ]


@hooks.register(MENU)
def register_trial_menu_item() -> MenuItem:
    """Add the trial below the synonyms."""
    title, address = _("Synoniemen live zetten"), reverse(curating.PAGE)
    return PermittedMenuItem(title, address, icon_name="upload", order=25, right=curating.MAY_TRY)


@hooks.register(MENU)
def register_explain_menu_item() -> MenuItem:
    """Add the explanation of results."""
    title, address = _("Waarom staat dit hier?"), reverse("explain_search")
    return PermittedMenuItem(title, address, icon_name="help", order=60, right=curating.MAY_TRY)


@hooks.register("on_serve_page", order=100)  # inside Wagtail's check of private pages, which has order 0
def serve_listing(next_serve_page: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Fill the pages that name a kind of hits; this runs after Wagtail asked whether the page is private."""

    def serve(page: Any, request: HttpRequest, args: list[Any], kwargs: dict[str, Any]) -> HttpResponse:
        if getattr(page, "listing", ""):
            return listing_page(page, request)
        return next_serve_page(page, request, args, kwargs)

    return serve
