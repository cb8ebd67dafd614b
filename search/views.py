"""The search page, and the lists of one kind that are pages of the site."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.layout import home_url
from querylog.services import record
from search import database
from search.forms import SearchForm
from search.parameters import SearchParameters
from search.presentation import build_results
from search.results import SearchResults
from search.services import search


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """Show what is found over everything."""
    crumbs = [{"title": _("Start"), "url": home_url()}, {"title": _("Zoeken"), "url": ""}]
    return _respond(request, "search/search_page.html", listing="", context={"breadcrumbs": crumbs})


def listing_page(page: Any, request: HttpRequest) -> HttpResponse:
    """Show the list of one kind on a page that names it."""
    refused = page.refusal(request)
    if refused:
        return refused
    return _respond(request, page.get_template(request), listing=page.listing, context=page.get_context(request))


def _respond(request: Any, template: str, *, listing: str, context: dict[str, Any]) -> HttpResponse:
    """Answer with the page, or with the results alone when htmx renews them in place."""
    form = SearchForm(request.GET)
    parameters = form.parameters(listing)
    results = search(parameters, viewer=request.user)
    _count(request, parameters, results)
    shown = build_results(results, parameters, request.path)
    context |= {"form": form, "listing": listing, "results": shown}
    is_part = request.htmx and not request.htmx.history_restore_request
    response = TemplateResponse(request, "search/_results.html" if is_part else template, context)
    if is_part:  # the address that the browser shows is that of the state, however the form put it
        response["HX-Push-Url" if request.htmx.target == "resultaten" else "HX-Replace-Url"] = shown["url"]
    patch_vary_headers(response, ["HX-Request", "HX-Target", "HX-History-Restore-Request"])
    if results.engine == database.NAME:  # a page that says so is wrong as soon as the engine is back
        patch_cache_control(response, no_store=True)
    return response


def _count(request: HttpRequest, parameters: SearchParameters, results: SearchResults) -> None:
    """Have the question counted; leafing through the list is no new one."""
    if parameters.query and parameters.page == 1:
        record(
            parameters.query,
            hits=results.total,
            facets=tuple(parameters.facets),
            language=get_language() or "",
            listing=parameters.listing,
            request=request,
        )
