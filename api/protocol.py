"""What holds for every answer of the API: methods, the language of the reader, pages of other sites, and caches."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from api.problems import allow_other_sites, respond

METHODS = "GET, HEAD, OPTIONS"
DAY = 86_400  # seconds
Parameters = Callable[[str], list[str] | None]


def serve(patterns: list[Any], parameters_of: Parameters) -> list[Any]:
    """Return the patterns with views that keep to all this; `parameters_of` tells what an address may be asked for."""
    for pattern in patterns:
        pattern.callback = _serve(pattern.callback, parameters_of)
    return patterns


def _serve(view: Callable[..., HttpResponse], parameters_of: Parameters) -> Callable[..., HttpResponse]:
    """Return the view with what it does not do itself."""

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
    """Answer what a browser asks before a page of another site may send headers of its own."""
    response = HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"Allow": METHODS})
    response["Access-Control-Allow-Methods"] = METHODS
    response["Access-Control-Allow-Headers"] = "*"
    response["Access-Control-Max-Age"] = str(DAY)
    return allow_other_sites(response)


def _refuse_method(request: HttpRequest) -> HttpResponse:
    """Say what is possible."""
    problem = respond(request, HTTPStatus.METHOD_NOT_ALLOWED, f"Only {METHODS} are possible here.")
    problem["Allow"] = METHODS
    return problem


def _find_unknown(request: HttpRequest, parameters_of: Parameters) -> str:
    """Return what to say of names that this address does not have: a typing error would else be an answer to nothing."""
    match = request.resolver_match
    known = parameters_of(match.route) if match else None
    unknown = [] if known is None else sorted(request.GET.keys() - set(known))
    if not unknown:
        return ""
    return f"Unknown here: {', '.join(unknown)}. Possible: {', '.join(known or []) or 'nothing'}."


def _read(view: Callable[..., HttpResponse], request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Return the answer to GET also for HEAD, of which the server leaves out the body."""
    method, request.method = request.method, "GET"
    try:
        return view(request, *args, **kwargs)
    finally:
        request.method = method


def _with_headers(response: HttpResponse, *, is_of_member: bool) -> HttpResponse:
    """Say who may read and keep an answer: of a member nobody else, of a stranger who asks each time if it is still so."""
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    if is_of_member:
        del response["Access-Control-Allow-Origin"]
        response["Cache-Control"] = "private, no-store"
        return response
    response.setdefault("Cache-Control", "no-cache")  # the rules for Varnish know these very words
    return allow_other_sites(response)
