"""The operations of the JSON API: thin, they call the services of the apps.

Their names are a contract: docs/architecture.md.
"""

from collections.abc import Iterable
from typing import Annotated, Any, Literal

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query

from api import schemas
from api.adoptions import describe_adoptions
from api.description import DescribedAPI, ReadableRenderer
from api.filters import CaseFilters, SearchFilters, read_filters
from api.links import case_links, hit_links, organisation_link, term_link
from api.problems import add_handlers, too_many_people
from api.throttling import ApiThrottle
from members.choices import Seen
from members.limits import limit_reached
from organisations.models import Organisation
from practices.exchange.exporting import case_values
from practices.models import PracticePage
from practices.queries import LINKS
from practices.services import adopted_by
from reuse.lists import CaseAdoptions
from search.answers import services
from search.query.parameters import MOST_PAGE, NEWEST, PAGE_SIZE, RELEVANCE, REUSED, SearchParameters
from search.query.results import Hit, Suggestion
from search.text.terms import clean_query
from taxonomy.models import Technique, Term, Theme

MOST_PAGE_SIZE = 100  # bounds the work and the bytes of one answer
# Requests of one address to one process: keeps one client from taking all time of a process.
MOST_PER_MINUTE = 600
Page = Annotated[int, Query(ge=1, le=MOST_PAGE)]
PageSize = Annotated[int, Query(ge=1, le=MOST_PAGE_SIZE)]
LEFT_OUT = {"contact", "adoptions"}  # of the fields of the exchange format
SORTS = {"relevance": RELEVANCE, "newest": NEWEST, "reuse": REUSED}
# gunicorn and nginx refuse an address that is too long (414) before we see it: that is no problem+json.
ERRORS: dict[int, Any] = {
    304: None,
    400: schemas.ProblemOut,
    414: None,
    429: schemas.ProblemOut,
    503: schemas.ProblemOut,
}
NOT_FOUND: dict[int, Any] = {404: schemas.ProblemOut}

api = DescribedAPI(
    title="Knooppunt",
    version="1",
    description=(
        "Search and published cases. Facets may be repeated: values of one facet are OR, facets are AND."
    ),
    servers=[{"url": settings.WAGTAILADMIN_BASE_URL}],
    docs_url=None,
    renderer=ReadableRenderer(),
    throttle=[ApiThrottle("api", f"{MOST_PER_MINUTE}/m")],
)
add_handlers(api)


def _refuse_greedy(request: HttpRequest, shown: Iterable[Hit | Suggestion]) -> HttpResponse | None:
    """Count the members among what is shown; return a problem when this account saw too many of them."""
    until = limit_reached(request.user, Seen.CARD, services.people_in(shown))
    return too_many_people(request, until) if until else None


def _result(request: HttpRequest, hit: Hit) -> dict[str, Any]:
    """Return a hit with its absolute address, and why it is one: when it is not sure, and of a member."""
    names = ("type", "slug", "title", "summary", "highlights", "score")
    return {name: getattr(hit, name) for name in names} | {
        "url": request.build_absolute_uri(hit.url),
        "reason": hit.reason or hit.why or None,
        **hit_links(request, hit),
    }


@api.get("/search", response={200: schemas.SearchOut, **ERRORS}, summary="Search over everything")
def search(
    request: HttpRequest,
    filters: Query[SearchFilters],  # type: ignore[valid-type]  # made from the list of facets
    q: str = "",
    page: Page = 1,
    page_size: PageSize = PAGE_SIZE,
    sort: Annotated[
        Literal["relevance", "newest", "reuse"], Query(description="the order of the results")
    ] = "relevance",
    literal: Annotated[
        bool, Query(description="`1` searches with the words as they are, without correcting them")
    ] = False,
) -> dict[str, Any] | HttpResponse:
    """Return what has every notion of the question, with counts per facet; only members find members.

    `maybe` has at most ten others on the first page: part of the words, or near in meaning. A score says
    nothing across the two lists.
    """
    chosen = read_filters(request, filters)
    parameters = SearchParameters(clean_query(q), chosen, SORTS[sort], page, page_size, is_literal=literal)
    found = services.search(parameters, viewer=request.user)
    if refused := _refuse_greedy(request, [*found.hits, *found.maybe]):
        return refused
    return {
        "total": found.total,
        "page": page,
        "page_size": page_size,
        "engine": found.engine,
        "suggestion": found.corrected or None,
        "results": [_result(request, hit) for hit in found.hits],
        "maybe": [_result(request, hit) for hit in found.maybe],
        "facets": {facet.name: facet.buckets for facet in found.facets},
    }


@api.get("/suggest", response={200: schemas.SuggestOut, **ERRORS}, summary="Names that begin with this")
def suggest(request: HttpRequest, q: str = "") -> dict[str, Any] | HttpResponse:
    """Return at most eight objects of which a name begins with `q`."""
    found = services.suggest(q, viewer=request.user)
    if refused := _refuse_greedy(request, found):
        return refused
    return {"suggestions": [vars(each) | {"url": request.build_absolute_uri(each.url)} for each in found]}


def _page(rows: QuerySet, page: int, page_size: int) -> dict[str, Any]:
    """Return one page of these rows as they come from the database, and the total."""
    start = (page - 1) * page_size
    return {
        "total": rows.count(),
        "page": page,
        "page_size": page_size,
        "results": rows[start : start + page_size],
    }


@api.get("/cases", response={200: schemas.CasesOut, **ERRORS}, summary="The published cases")
def cases(
    request: HttpRequest,
    filters: Query[CaseFilters],  # type: ignore[valid-type]  # made from the list of facets
    page: Page = 1,
    page_size: PageSize = PAGE_SIZE,
) -> dict[str, Any]:
    """Return a page of the published cases, the newest first."""
    listed = PracticePage.objects.listed().having(read_filters(request, filters))
    rows = listed.select_related("locale").with_relations(LINKS).order_by("-first_published_at", "pk")
    answer = _page(rows, page, page_size)
    return answer | {"results": [_summary(request, case) for case in answer["results"]]}


def _summary(request: HttpRequest, case: PracticePage) -> dict[str, Any]:
    """Return a case as an item of the list."""
    published = case.first_published_at
    names = ("slug", "title", "summary", "language", "phase", "started", "place")
    return {name: getattr(case, name) for name in names} | {
        "url": request.build_absolute_uri(case.canonical_url()),
        "published": timezone.localdate(published) if published else None,
        "updated": case.last_published_at,
        "links": case_links(request, case),
    }


@api.get(
    "/cases/{slug}", response={200: schemas.CaseOut, **ERRORS, **NOT_FOUND}, summary="One published case"
)
def case_detail(request: HttpRequest, slug: str) -> dict[str, Any]:
    """Return a case in the fields of the exchange format, without the contact."""
    case = _published(slug)
    values, _body = case_values(case)
    # A file for another site has proposals too, which the site itself does not show.
    shown = values | {"reused_by": [body.name for body in case.users]}
    return _summary(request, case) | {name: value for name, value in shown.items() if name not in LEFT_OUT}


@api.get(
    "/cases/{slug}/adoptions",
    response={200: schemas.AdoptionsOut, **ERRORS, **NOT_FOUND},
    summary="Which organisations do what a case describes",
)
def case_adoptions(request: HttpRequest, slug: str) -> dict[str, Any]:
    """Return what organisations said themselves, then proposals with a public source."""
    case = _published(slug)
    rows = CaseAdoptions(case, [body.pk for body in case.organisations()]).rows
    return {"results": describe_adoptions(request, rows)}


@api.get(
    "/cases/{slug}/similar",
    response={200: schemas.SimilarOut, **ERRORS, **NOT_FOUND},
    summary="Cases like this one",
)
def similar(request: HttpRequest, slug: str) -> dict[str, Any]:
    """Return at most three cases, each with the reason."""
    case = _published(slug)
    return {"results": [_result(request, hit) for hit in services.similar(case, viewer=request.user)]}


def _published(slug: str) -> PracticePage:
    """Return the published case with this slug, in the first language when translations share it.

    Raises Http404 when there is none.
    """
    if clean_query(slug) != slug:  # PostgreSQL refuses to look for NUL and the like, which no slug has
        raise Http404
    cases = PracticePage.objects.listed().with_everything().filter(slug=slug)
    if (case := cases.order_by("path").first()) is None:
        raise Http404
    return case


@api.get("/themes", response={200: schemas.TermsOut, **ERRORS}, summary="The themes")
def themes(request: HttpRequest, page: Page = 1, page_size: PageSize = PAGE_SIZE) -> dict[str, Any]:
    """Return a page of the themes, in the order of the site."""
    return _terms(request, "theme", Theme, page, page_size)


@api.get("/techniques", response={200: schemas.TermsOut, **ERRORS}, summary="The techniques")
def techniques(request: HttpRequest, page: Page = 1, page_size: PageSize = PAGE_SIZE) -> dict[str, Any]:
    """Return a page of the techniques, by name."""
    return _terms(request, "technique", Technique, page, page_size)


def _terms(request: HttpRequest, facet: str, model: type[Term], page: int, page_size: int) -> dict[str, Any]:
    """Return a page of the themes or techniques, each with the number of its public cases."""
    public = Q(practices__in=PracticePage.objects.listed().order_by().values("pk"))
    terms = model.objects.annotate(cases=Count("practices", filter=public, distinct=True))
    answer = _page(terms, page, page_size)
    rows = [
        term_link(request, facet, term.slug, term.label)
        | {"description": term.explanation, "cases": term.cases}
        for term in answer["results"]
    ]
    return answer | {"results": rows}


@api.get("/organisations", response={200: schemas.OrganisationsOut, **ERRORS}, summary="The organisations")
def organisations(request: HttpRequest, page: Page = 1, page_size: PageSize = PAGE_SIZE) -> dict[str, Any]:
    """Return a page of the organisations by name: those that exist, and those that ended and have a case."""
    answer = _page(Organisation.findable_by(request.user), page, page_size)
    return answer | {"results": [_organisation(request, body) for body in answer["results"]]}


@api.get(
    "/organisations/{slug}/adoptions",
    response={200: schemas.AdoptionsOut, **ERRORS, **NOT_FOUND},
    summary="What an organisation does of what others made",
)
def organisation_adoptions(request: HttpRequest, slug: str) -> dict[str, Any]:
    """Return what it said itself, then proposals with a public source; of public cases only."""
    body = Organisation.objects.filter(slug=slug).first() if clean_query(slug) == slug else None
    if body is None:
        raise Http404
    return {"results": describe_adoptions(request, adopted_by(body))}


def _organisation(request: HttpRequest, body: Any) -> dict[str, Any]:
    """Return an organisation as an item of the list; `findable_by` counted its cases."""
    facts = {"kind": body.kind, "provinces": body.provinces, "identifier": body.uri, "ended": body.ended_date}
    return organisation_link(request, body.slug, body.name) | facts | {"cases": body.cases}


@api.get("/{path:rest}", include_in_schema=False)
def nothing(request: HttpRequest, rest: str) -> None:
    """Answer any other address below the API with 404, as a problem too."""
    raise Http404
