"""The JSON API: thin, it asks the services of the apps. Its names are fixed: docs/architecture.md."""

from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control, patch_vary_headers
from ninja import NinjaAPI, Query

from api import schemas
from api.problems import add_handlers, answer_problems
from api.throttling import AddressThrottle
from practices.exchange.exporting import case_values
from practices.models import PracticePage
from search import services
from search.forms import read_facets
from search.parameters import MOST_PAGE, NEWEST, PAGE_SIZE, RELEVANCE, REUSED, SearchParameters
from search.reasons import BY_MEANING
from search.results import Hit
from search.terms import clean_query

Page = Annotated[int, Query(ge=1, le=MOST_PAGE)]
SORTS = {"relevance": RELEVANCE, "newest": NEWEST, "reuse": REUSED}
PageSize = Annotated[int, Query(ge=1, le=100)]
Errors = dict[int, Any]
ERRORS: Errors = {400: schemas.ProblemOut, 404: schemas.ProblemOut, 429: schemas.ProblemOut}

api = NinjaAPI(
    title="Knooppunt",
    version="1",
    description="Search and published cases. Facets may be repeated: values of one facet are OR, facets are AND.",
    docs_url=None,
    throttle=[AddressThrottle("600/m")],
)
add_handlers(api)


def for_reader(operation: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer in the language of the reader, and keep the answers of a member out of shared caches."""

    @wraps(operation)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with translation.override(translation.get_language_from_request(request)):
            response = operation(request, *args, **kwargs)
        patch_vary_headers(response, ["Accept-Language", "Cookie"])
        if request.user.is_authenticated:
            patch_cache_control(response, private=True, no_store=True)
        return response

    return answer


api.add_decorator(for_reader, mode="view")


def _result(request: HttpRequest, hit: Hit) -> dict[str, Any]:
    """Return a hit with its full address, and why it is there when that is not for its words."""
    names = ("type", "slug", "title", "summary", "highlights", "score")
    return {name: getattr(hit, name) for name in names} | {
        "url": request.build_absolute_uri(hit.url),
        "reason": hit.reason or (str(BY_MEANING) if hit.is_by_meaning else None),
    }


@api.get("/search", response={200: schemas.SearchOut, **ERRORS}, summary="Search over everything")
def search(
    request: HttpRequest,
    q: str = "",
    page: Page = 1,
    page_size: PageSize = PAGE_SIZE,
    type: Annotated[list[str], Query()] = [],  # noqa: A002, B006  read from the request, named by the contract
    theme: Annotated[list[str], Query()] = [],  # noqa: B006
    technique: Annotated[list[str], Query()] = [],  # noqa: B006
    organisation: Annotated[list[str], Query()] = [],  # noqa: B006
    organisation_kind: Annotated[list[str], Query()] = [],  # noqa: B006
    province: Annotated[list[str], Query()] = [],  # noqa: B006
    phase: Annotated[list[str], Query()] = [],  # noqa: B006
    year: Annotated[list[str], Query()] = [],  # noqa: B006
    reuse: Annotated[list[str], Query(description="times taken over: `0`, `1`, `2-4` or `5-`")] = [],  # noqa: B006
    language: Annotated[list[str], Query()] = [],  # noqa: B006
    sort: Annotated[Literal["relevance", "newest", "reuse"], Query(description="the order of the results")] = "relevance",
    literal: Annotated[bool, Query(description="`1` searches with the words as they are, without correcting them")] = False,
) -> dict[str, Any]:
    """Return hits and counts per facet; members only for members."""
    facets = read_facets(request.GET, "name")
    parameters = SearchParameters(clean_query(q), facets, SORTS[sort], page, page_size, is_literal=literal)
    found = services.search(parameters, viewer=request.user)
    return {
        "total": found.total,
        "page": page,
        "page_size": page_size,
        "engine": found.engine,
        "suggestion": found.suggestion or None,
        "results": [_result(request, hit) for hit in found.hits],
        "facets": {facet.name: facet.buckets for facet in found.facets},
    }


@api.get("/suggest", response={200: schemas.SuggestOut, **ERRORS}, summary="Names that begin with this")
def suggest(request: HttpRequest, q: str = "") -> dict[str, Any]:
    """Return at most eight objects to go to."""
    return {"suggestions": services.suggest(q, viewer=request.user)}


@api.get("/cases", response={200: schemas.CasesOut, **ERRORS}, summary="The published cases")
def cases(request: HttpRequest, page: Page = 1, page_size: PageSize = PAGE_SIZE) -> dict[str, Any]:
    """Return a page of the published cases, the newest first."""
    listed = PracticePage.objects.listed().select_related("locale").order_by("-first_published_at", "pk")
    start = (page - 1) * page_size
    rows = [_summary(request, case) for case in listed[start : start + page_size]]
    return {"total": listed.count(), "page": page, "page_size": page_size, "results": rows}


def _summary(request: HttpRequest, case: PracticePage) -> dict[str, Any]:
    """Return a case as a line of the list."""
    published = case.first_published_at
    return {
        "slug": case.slug,
        "title": case.title,
        "summary": case.summary,
        "url": request.build_absolute_uri(case.hit_url()),
        "published": timezone.localdate(published) if published else None,
        "language": case.language,
    }


@api.get("/cases/{slug}", response={200: schemas.CaseOut, **ERRORS}, summary="One published case")
def case_detail(request: HttpRequest, slug: str) -> dict[str, Any]:
    """Return a case in the fields of the exchange format; who the contact is stays on the site."""
    case = _published(slug)
    values, _lost = case_values(case)
    return {name: value for name, value in values.items() if name != "contact"} | _summary(request, case)


@api.get("/cases/{slug}/similar", response={200: schemas.SimilarOut, **ERRORS}, summary="Cases like this one")
def similar(request: HttpRequest, slug: str) -> dict[str, Any]:
    """Return at most three cases, each with the reason."""
    case = _published(slug)
    return {"results": [_result(request, hit) for hit in services.similar(case, viewer=request.user)]}


def _published(slug: str) -> PracticePage:
    """Return the published case with this slug; a translation has the same one, the first language comes first."""
    case = PracticePage.objects.listed().with_everything().filter(slug=slug).order_by("path").first()
    if case is None:
        raise Http404
    return case


@api.get("/{path:rest}", include_in_schema=False)
def nothing(request: HttpRequest, rest: str) -> None:
    """Answer for any other address below the API, as a problem too."""
    raise Http404


urls = (answer_problems(api.urls[0]), *api.urls[1:])
