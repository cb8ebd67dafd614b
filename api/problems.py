"""Errors as `application/problem+json` (RFC 9457): those of the API, and those of Django below `/api/`."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views import csrf, defaults
from ninja import NinjaAPI
from ninja.errors import HttpError, Throttled, ValidationError
from ninja.renderers import JSONRenderer

BELOW = "/api/"
MEDIA_TYPE = "application/problem+json"
NOTHING_HERE = "There is nothing at this address."


def add_handlers(api: NinjaAPI) -> None:
    """Have every error of the API answered as a problem."""
    api.add_exception_handler(ValidationError, on_invalid)
    api.add_exception_handler(Throttled, on_throttled)
    api.add_exception_handler(Http404, on_not_found)
    api.add_exception_handler(HttpError, on_error)


def respond(request: HttpRequest, status: int, detail: str) -> HttpResponse:
    """Return the answer for an error."""
    title = HTTPStatus(status).phrase
    problem = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return HttpResponse(JSONRenderer().render(request, problem, response_status=status), status=status, content_type=MEDIA_TYPE)


def on_invalid(request: HttpRequest, error: Any) -> HttpResponse:
    """Say which parameter is wrong and what was expected."""
    faults = [f"{fault['loc'][-1]}: {fault['msg']}" for fault in error.errors]
    return respond(request, HTTPStatus.BAD_REQUEST, "; ".join(faults))


def on_throttled(request: HttpRequest, error: Any) -> HttpResponse:
    """Say how long to wait."""
    response = respond(request, HTTPStatus.TOO_MANY_REQUESTS, "Too many requests from this address.")
    response["Retry-After"] = str(int(error.wait or 1))
    return response


def on_not_found(request: HttpRequest, error: Any) -> HttpResponse:
    """Say that there is nothing here; not whether there is something that may not be seen."""
    return respond(request, HTTPStatus.NOT_FOUND, NOTHING_HERE)


def on_error(request: HttpRequest, error: Any) -> HttpResponse:
    """Say what the operation said."""
    return respond(request, error.status_code, str(error))


def answer_problems(patterns: list[Any]) -> list[Any]:
    """Return the patterns with a problem as the answer for a method that they do not have; Ninja answers HTML."""
    for pattern in patterns:
        pattern.callback = _with_problem(pattern.callback)
    return patterns


def _with_problem(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Return the view with that answer."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
            return response
        problem = respond(request, HTTPStatus.METHOD_NOT_ALLOWED, f"Only {response['Allow']} is possible here.")
        problem["Allow"] = response["Allow"]
        return problem

    return answer


def _problem_or_page(page: Callable[..., HttpResponse], status: int, detail: str) -> Callable[..., HttpResponse]:
    """Return what answers an error of Django: with a problem to a machine, with the page to everybody else."""

    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.path.startswith(BELOW):
            return respond(request, status, detail)
        return page(request, *args, **kwargs)

    return answer


bad_request = _problem_or_page(defaults.bad_request, HTTPStatus.BAD_REQUEST, "This request cannot be read.")
permission_denied = _problem_or_page(defaults.permission_denied, HTTPStatus.FORBIDDEN, "This is not open to you.")
csrf_failure = _problem_or_page(csrf.csrf_failure, HTTPStatus.FORBIDDEN, "This request does not show that you sent it.")
page_not_found = _problem_or_page(defaults.page_not_found, HTTPStatus.NOT_FOUND, NOTHING_HERE)
server_error = _problem_or_page(defaults.server_error, HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong on our side.")
