"""The page that explains the API to people, with live answers as examples."""

import json
from copy import copy
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.urls import resolve, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from api.filters import CLOSED, FACETS, LISTS
from api.operations import MOST_PAGE_SIZE, MOST_PER_MINUTE
from core.layout import home_url
from practices.models import PracticePage
from practices.presentation import LICENCE
from search.query.parameters import WINDOW

MOST_CHARACTERS, MOST_ITEMS = 160, 1  # of a text and of a list in an example, so that it fits the page
A_MISTAKE = "/api/v1/cases?phase=klaar"


@require_safe
def api_page(request: HttpRequest) -> HttpResponse:
    """Show what the API offers, how to call it, and on what terms."""
    context = {
        "breadcrumbs": [{"title": _("Start"), "url": home_url()}, {"title": _("API"), "url": ""}],
        "addresses": list_addresses(),
        "examples": [
            example | {"answer": show_answer(request, example["address"])} for example in list_examples()
        ],
        "mistake": {"address": A_MISTAKE, "answer": show_answer(request, A_MISTAKE)},
        "filters": list_filters(),
        "description_url": reverse("api-1:openapi-json"),
        "licence": LICENCE,
        "most_per_minute": MOST_PER_MINUTE,
        "most_page_size": MOST_PAGE_SIZE,
        "most_hits": WINDOW,
    }
    return TemplateResponse(request, "api/api_page.html", context)


def list_addresses() -> list[dict[str, str]]:
    """Return the addresses of the API, as `{address, text}`."""
    texts = {
        "search": _("Zoeken in alles, met het aantal resultaten per filter"),
        "suggest": _("Namen die beginnen met wat iemand typt"),
        "cases": _("De praktijkvoorbeelden, het nieuwste eerst, met dezelfde filters als zoeken"),
        "cases/{slug}": _("Eén praktijkvoorbeeld, met de hele tekst"),
        "cases/{slug}/similar": _("Voorbeelden die erop lijken, met de reden"),
        "cases/{slug}/adoptions": _("Welke organisaties dit ook doen, en hoe ver ze zijn"),
        "organisations/{slug}/adoptions": _("Wat een organisatie doet van wat anderen maakten"),
        "themes": _("De thema’s, met hun slugs en het aantal voorbeelden"),
        "techniques": _("De technieken, met hun slugs en het aantal voorbeelden"),
        "organisations": _("De organisaties, met hun slugs en het aantal voorbeelden"),
    }
    return [{"address": f"/api/v1/{name}", "text": text} for name, text in texts.items()]


def list_examples() -> list[dict[str, str]]:
    """Return requests that this site can answer, as `{address, text}`."""
    case = (
        PracticePage.objects.listed()
        .filter(themes__isnull=False)
        .order_by("-first_published_at", "pk")
        .first()
    )
    theme = case and case.themes.first()
    addresses = {"/api/v1/themes?page_size=1": _("De thema’s")}
    if case and theme:
        addresses[f"/api/v1/cases?theme={theme.slug}&page_size=1"] = _("De voorbeelden bij een thema")
        addresses[f"/api/v1/cases/{case.slug}"] = _("Eén voorbeeld")
    addresses["/api/v1/search?q=data&type=case&page_size=1"] = _("Zoeken met een vraag en een filter")
    return [{"address": address, "text": text} for address, text in addresses.items()]


def list_filters() -> list[dict[str, Any]]:
    """Return the filters as `{name, label, values, address}`.

    `values` is empty where the list is not closed; `address` then lists what is on the site.
    """
    filters = []
    for facet in FACETS:
        labels = facet.labels() if facet.name in CLOSED else {}
        values = [{"value": value, "label": label} for value, label in labels.items()]
        address = f"/api/v1/{LISTS[facet.name]}" if facet.name in LISTS else ""
        filters.append({"name": facet.name, "label": facet.label, "values": values, "address": address})
    return filters


def show_answer(request: HttpRequest, address: str) -> str:
    """Return the API's answer to an anonymous visitor, in the language of the page and shortened."""
    path, _mark, query = address.partition("?")
    asked: Any = copy(request)
    asked.method, asked.path, asked.GET = "GET", path, QueryDict(query)
    asked.user, asked.COOKIES = AnonymousUser(), {}
    asked.META = request.META | {"HTTP_ACCEPT_LANGUAGE": get_language() or ""}
    asked.is_example = True  # not counted: the page would show "too many requests" to everybody
    asked.resolver_match = match = resolve(path)
    answer = match.func(asked, *match.args, **match.kwargs)
    return json.dumps(shorten(json.loads(answer.content)), indent=2, ensure_ascii=False)


def shorten(value: Any) -> Any:
    """Return a JSON value with only the beginning of each list and long text."""
    match value:
        case str():
            return value if len(value) <= MOST_CHARACTERS else f"{value[:MOST_CHARACTERS].rstrip()}…"
        case list():
            return [shorten(item) for item in value[:MOST_ITEMS]]
        case dict():
            return {key: shorten(item) for key, item in value.items()}
    return value
