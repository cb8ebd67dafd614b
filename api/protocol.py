"""What all answers of the API share: methods, the reader's language, CORS headers, and caching."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from api.problems import allow_other_sites, respond

METHODS = "GET, HEAD, OPTIONS"
DAY = 86_400  # seconds that a browser may remember our answer to a preflight: it never changes with a request
Parameters = Callable[[str], list[str] | None]


def serve(patterns: list[Any], parameters_of: Parameters) -> list[Any]:
    """Wrap the views of these patterns in the protocol; `parameters_of` names the parameters of a route."""
    for pattern in patterns:
        pattern.callback = _serve(pattern.callback, parameters_of)
    return patterns


def _serve(view: Callable[..., HttpResponse], parameters_of: Parameters) -> Callable[..., HttpResponse]:
    """Return the view wrapped in the protocol."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "OPTIONS":
            return _tell_methods()
        if request.method not in {"GET", "HEAD"}:
            return _refuse_method(request)
        if fault := _find_unknown(request, parameters_of):
            return respond(request, HTTPStatus.BAD_REQUEST, fault)
        with translation.override(translation.get_language_from_request(request)):
            response = _read(view, request, *args, **kwargs)
        return _with_headers(response, is_of_member=request.user.is_authenticated)

    return answer


def _tell_methods() -> HttpResponse:
    """Answer the preflight that a browser sends before a page of another site may set headers."""
    response = HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"Allow": METHODS})
    response["Access-Control-Allow-Methods"] = METHODS
    response["Access-Control-Allow-Headers"] = "*"
    response["Access-Control-Max-Age"] = str(DAY)
    return allow_other_sites(response)


def _refuse_method(request: HttpRequest) -> HttpResponse:
    """Answer 405 with the methods that are allowed."""
    problem = respond(request, HTTPStatus.METHOD_NOT_ALLOWED, f"Only {METHODS} are possible here.")
    problem["Allow"] = METHODS
    return problem


def _find_unknown(request: HttpRequest, parameters_of: Parameters) -> str:
    """Return a message that names unknown parameters, or an empty text when all are known.

    A typing error in a name would otherwise give an answer that looks right and is not (decision 0018).
    """
    match = request.resolver_match
    known = parameters_of(match.route) if match else None
    unknown = [] if known is None else sorted(request.GET.keys() - set(known))
    if not unknown:
        return ""
    return f"Unknown here: {', '.join(unknown)}. Possible: {', '.join(known or []) or 'nothing'}."


def _read(view: Callable[..., HttpResponse], request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Run the view as GET, also for HEAD: the server leaves the body out."""
    method, request.method = request.method, "GET"
    try:
        return view(request, *args, **kwargs)
    finally:
        request.method = method


def _with_headers(response: HttpResponse, *, is_of_member: bool) -> HttpResponse:
    """Add the headers of caches and other sites.

    An answer to a member is for nobody else. One to an anonymous visitor may be cached, and is revalidated
    each time.
    """
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    if is_of_member:
        del response["Access-Control-Allow-Origin"]
        response["Cache-Control"] = "private, no-store"
        return response
    response.setdefault("Cache-Control", "no-cache")  # deploy/varnish.vcl compares this text
    return allow_other_sites(response)
