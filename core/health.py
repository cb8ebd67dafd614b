"""Is the process up, and can it do its work? For the start script, the load balancer and monitoring."""

from collections.abc import Callable

from django.db import DatabaseError, connection
from django.db.transaction import non_atomic_requests
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache

OK = "ok"

Check = Callable[[], str]
_checks: dict[str, Check] = {}
_vital: set[str] = set()


def register(name: str, check: Check, *, is_vital: bool = True) -> None:
    """Add a part to `/readyz`; its check returns "ok" or says in a few words what is wrong.

    A part that is not vital is shown, and does not change the status.
    """
    _checks[name] = check
    if is_vital:
        _vital.add(name)


def _database() -> str:
    """Ask the database the smallest question."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "unavailable"
    return OK


# Without a transaction: one around the view would fail before the view can say that the database is away.
@non_atomic_requests
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 as long as the process can answer at all."""
    return JsonResponse({"process": OK})


@non_atomic_requests
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when every vital part is usable, else 503; one key per part."""
    parts = {name: check() for name, check in _checks.items()}
    return JsonResponse(parts, status=200 if all(parts[name] == OK for name in _vital) else 503)


register("database", _database)
