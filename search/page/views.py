"""The search page, its results as a table, and the lists of one kind that are pages of the site."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.layout import LanguageLink, add_state, build_view_language_links, home_url
from core.throttling import AddressThrottle
from members.choices import Seen
from members.limits import refuse_greedy
from members.services import workplace_of
from querylog.services import record
from search.answers.services import people_in, search
from search.backends import database
from search.page.download import write_table
from search.page.forms import SearchForm
from search.page.likeness import LIKE_NAME
from search.page.presentation import build_results
from search.query.parameters import SearchParameters
from search.query.results import SearchResults

DOWNLOADS = ("csv", "30/m")  # for one address; each is up to ten searches


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
    return _respond(
        request, page.get_template(request), listing=page.listing, context=page.get_context(request)
    )


@require_safe
def results_csv(request: HttpRequest) -> HttpResponse:
    """Give the results as a table.

    It is of the same question and filters as the page, and the same for everybody.
    """
    throttle = AddressThrottle(*DOWNLOADS)
    if not throttle.allow_request(request):
        wait = {"Retry-After": str(int(throttle.wait() or 1))}
        return TemplateResponse(request, "429.html", status=429, headers=wait)
    name = f"knooppunt-{timezone.localdate():%Y-%m-%d}.csv"
    response = HttpResponse(
        write_table(SearchForm(request.GET).parameters()), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "no-cache"
    return response


def _respond(request: Any, template: str, *, listing: str, context: dict[str, Any]) -> HttpResponse:
    """Answer with the page, or with the results alone when htmx renews them in place."""
    form = SearchForm(request.GET)
    parameters = form.parameters(listing)
    results = search(parameters, viewer=request.user)
    people = people_in([*results.hits, *results.maybe, *results.members])
    if refused := refuse_greedy(request, Seen.CARD, people):
        refused["HX-Redirect"] = request.get_full_path()  # htmx shows no page with an error in place
        return refused
    _count(request, parameters, results)
    shown = build_results(results, parameters, request.path, workplace_of(request.user))
    found = {"form": form, "listing": listing, "results": shown}
    context |= found | {"language_links": _keep_state(request, context, shown["url"])}
    is_part = request.htmx and not request.htmx.history_restore_request
    response = TemplateResponse(request, "search/_results.html" if is_part else template, context)
    if is_part:  # the browser shows the address of the state, however the form put it
        header = "HX-Push-Url" if request.htmx.target == "resultaten" else "HX-Replace-Url"
        response[header] = shown["url"]
    patch_vary_headers(response, ["HX-Request", "HX-Target", "HX-History-Restore-Request"])
    if results.engine == database.NAME:  # a page that says so is wrong as soon as the engine is back
        patch_cache_control(response, no_store=True)
    return response


def _keep_state(request: HttpRequest, context: dict[str, Any], url: str) -> list[LanguageLink]:
    """Return the links to the other languages, which show the same list in the same state as `url` does."""
    there = context.get("language_links") or build_view_language_links(request.path)
    return add_state(there, url.partition("?")[2])


def _count(request: HttpRequest, parameters: SearchParameters, results: SearchResults) -> None:
    """Have the question counted; leafing through the list is no new one."""
    if parameters.query and parameters.page == 1:
        record(
            parameters.query,
            hits=results.total,
            maybe=len(results.maybe),
            facets=(*parameters.facets, *([LIKE_NAME] if parameters.like else [])),
            language=get_language() or "",
            listing=parameters.listing,
            request=request,
        )
