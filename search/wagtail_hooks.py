"""Where search meets Wagtail."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from curation.wagtail_hooks import MENU
from search.cms import views as curating
from search.page.views import listing_page


class TrialMenuItem(MenuItem):
    """Shown to who may put synonyms live."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Tell whether this person may."""
        return request.user.has_perm(curating.MAY_TRY)


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
    return TrialMenuItem(_("Synoniemen live zetten"), reverse(curating.PAGE), icon_name="upload", order=25)


@hooks.register(MENU)
def register_explain_menu_item() -> MenuItem:
    """Add the explanation of results."""
    return TrialMenuItem(_("Waarom staat dit hier?"), reverse("explain_search"), icon_name="help", order=60)


@hooks.register("on_serve_page", order=100)  # inside Wagtail's check of private pages, which has order 0
def serve_listing(next_serve_page: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Fill the pages that name a kind of hits; this runs after Wagtail asked whether the page is private."""

    def serve(page: Any, request: HttpRequest, args: list[Any], kwargs: dict[str, Any]) -> HttpResponse:
        if getattr(page, "listing", ""):
            return listing_page(page, request)
        return next_serve_page(page, request, args, kwargs)

    return serve
