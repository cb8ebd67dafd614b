"""Errors as `application/problem+json` (RFC 9457): those of the API, and Django's own below `/api/`."""

import datetime
import sys
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template import loader
from django.views import csrf, defaults
from ninja import NinjaAPI
from ninja.errors import HttpError, Throttled, ValidationError

from api.description import MEDIA_TYPE, ReadableRenderer
from core.locking import is_locked
from members.limits import seconds_until

BELOW = "/api/"
NOTHING_HERE = "There is nothing at this address."
RETRY_AFTER = 10  # seconds; a writer that held the lock longer than a request waits is seldom done at once


def add_handlers(api: NinjaAPI) -> None:
    """Have every error of the API answered as a problem."""
    api.add_exception_handler(ValidationError, on_invalid)
    api.add_exception_handler(Throttled, on_throttled)
    api.add_exception_handler(Http404, on_not_found)
    api.add_exception_handler(HttpError, on_error)


def respond(request: HttpRequest, status: int, detail: str) -> HttpResponse:
    """Return the response for an error."""
    content = ReadableRenderer().render(request, build_problem(status, detail), response_status=status)
    response = HttpResponse(
        content, status=status, content_type=MEDIA_TYPE, headers={"Cache-Control": "no-store"}
    )
    return allow_other_sites(response)


def build_problem(status: int, detail: str) -> dict[str, Any]:
    """Return the body of a problem."""
    return {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}


def allow_other_sites(response: HttpResponse) -> HttpResponse:
    """Let pages of all other sites read an answer; browsers send no cookie for them (decision 0018)."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = "ETag, Retry-After"
    return response


def on_invalid(request: HttpRequest, error: Any) -> HttpResponse:
    """Say which parameter is wrong and what was expected."""
    return respond(request, HTTPStatus.BAD_REQUEST, "; ".join(map(_describe, error.errors)))


def _describe(fault: dict[str, Any]) -> str:
    """Return the name of the parameter and what is wrong with it.

    For a value in a list `loc` ends with the place in that list, so the name is its last text.
    """
    name = next(part for part in reversed(fault["loc"]) if isinstance(part, str))
    return f"{name}: {fault['msg'].removeprefix('Value error, ')}"


def on_throttled(request: HttpRequest, error: Any) -> HttpResponse:
    """Say how long to wait."""
    response = respond(request, HTTPStatus.TOO_MANY_REQUESTS, "Too many requests from this address.")
    response["Retry-After"] = str(int(error.wait or 1))
    return response


def too_many_people(request: HttpRequest, until: datetime.datetime) -> HttpResponse:
    """Say when members can be shown to this account again."""
    moment = until.isoformat(timespec="seconds")
    detail = f"This account was shown as many members as it may see in a day. Try again at {moment}."
    response = respond(request, HTTPStatus.TOO_MANY_REQUESTS, detail)
    response["Retry-After"] = str(seconds_until(until))
    return response


def on_not_found(request: HttpRequest, error: Any) -> HttpResponse:
    """Say that there is nothing here, and do not tell whether something hidden exists."""
    return respond(request, HTTPStatus.NOT_FOUND, NOTHING_HERE)


def on_error(request: HttpRequest, error: Any) -> HttpResponse:
    """Say what the operation said."""
    return respond(request, error.status_code, str(error))


def _problem_or_page(
    page: Callable[..., HttpResponse], status: int, detail: str
) -> Callable[..., HttpResponse]:
    """Return a handler of a Django error: a problem below `/api/`, the page elsewhere."""

    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.path.startswith(BELOW):
            return respond(request, status, detail)
        return page(request, *args, **kwargs)

    return answer


bad_request = _problem_or_page(defaults.bad_request, HTTPStatus.BAD_REQUEST, "This request cannot be read.")
permission_denied = _problem_or_page(
    defaults.permission_denied, HTTPStatus.FORBIDDEN, "This is not open to you."
)
csrf_failure = _problem_or_page(
    csrf.csrf_failure, HTTPStatus.FORBIDDEN, "This request does not show that you sent it."
)
page_not_found = _problem_or_page(defaults.page_not_found, HTTPStatus.NOT_FOUND, NOTHING_HERE)


def _busy_page(request: HttpRequest) -> HttpResponse:
    """Return the page that asks for a little patience."""
    return HttpResponse(loader.get_template("503.html").render(), status=HTTPStatus.SERVICE_UNAVAILABLE)


_broken = _problem_or_page(
    defaults.server_error, HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong on our side."
)
_busy = _problem_or_page(
    _busy_page, HTTPStatus.SERVICE_UNAVAILABLE, "Something else is being written. Please try again."
)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer an uncaught exception with 500, or with 503 when the request waited too long for a lock."""
    if not is_locked(sys.exception()):
        return _broken(request)
    response = _busy(request)
    response["Retry-After"] = str(RETRY_AFTER)
    return response
