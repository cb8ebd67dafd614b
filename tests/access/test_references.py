"""What somebody may not see answers like what does not exist: in status, headers, body, and what it costs."""

import random
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache, caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from foreign import DOORS, ENDS, WORD, closed_routes, make_foreign, references
from matrix import ROLES

from search.text import vocabulary

ALL = 20_000  # pairs of requests, of all roles together
SHARE = 40  # of which `make test` does one, in a minute and a half; a tenth took six
TRIES = 2
METHODS = ("get", "get", "get", "head", "post")
# What differs each time, whatever is asked.
TOKENS = re.compile(
    r'(?<=name="csrfmiddlewaretoken" value=")\w+|(?<=name=csrfmiddlewaretoken value=)\w+|(?<=nonce-)[\w+/=-]+'
    r'|(?<=nonce=")[\w+/=-]+|(?<="CSRF_TOKEN": ")\w+|(?<="csrfToken": ")\w+'
)
OF_THE_MOMENT = {"ETag", "Expires"}  # follow from the body and its tokens, and from the clock


@pytest.fixture(autouse=True)
def _keep_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the process look once whether words changed: each half minute would be a query more for some."""
    monkeypatch.setattr(vocabulary, "_LOOKED_AT", dict[str, bool]())


@pytest.fixture
def look(ask: Callable[..., Any]) -> Callable[[str], Callable[..., dict[str, Any]]]:
    """Return a function from a role to one that asks, and tells all that can be seen of the answer."""

    def enter(role: str) -> Callable[..., dict[str, Any]]:
        send = ask(role)

        def look(method: str, address: str, name: str) -> dict[str, Any]:
            caches["counters"].clear()
            cache.clear()
            connection.queries_log.clear()  # it is full after some thousand queries
            with CaptureQueriesContext(connection) as queries:
                answer = send(method, address)
            return describe(answer, name) | {"queries": len(queries)}

        return look

    return enter


def describe(answer: Any, name: str) -> dict[str, Any]:
    """Return status, headers, cookies and body, without what was asked for and without tokens."""
    body = answer.getvalue().decode(errors="replace")
    headers = {
        key: value.replace(name, "§") for key, value in answer.headers.items() if key not in OF_THE_MOMENT
    }
    return {
        "status": answer.status_code,
        "headers": {key: TOKENS.sub("§", value) for key, value in headers.items()},
        "names": sorted(answer.headers),
        "cookies": sorted(answer.cookies),
        "body": TOKENS.sub("§", body.replace(name, "§")),
    }


def lengthen(address: str, end: str) -> str:
    """Return the address with more of a question."""
    return f"{address}{'&' if '?' in address else '?'}{end}" if end else address


@pytest.mark.parametrize("role", ROLES)
def test_what_is_foreign_answers_like_what_is_not_there(
    look: Callable[[str], Callable[..., Any]],
    planted: dict[str, Any],
    site_frame: Any,
    run_tasks: Callable[[], int],
    rounds: Callable[[int], int],
    role: str,
) -> None:
    make_foreign(site_frame, run_tasks)
    own = [(one, *pair) for one in references(planted) if role in one.roles for pair in one.pairs()]
    ask, chance = look(role), random.Random(f"references of a {role}")
    chance.shuffle(own)
    cases = own + list(closed_routes(role, planted))
    assert len(own) > 300
    different = {}
    for number in range(max(ALL // SHARE, rounds(ALL)) // len(ROLES) + 1):
        case = cases[number] if number < len(own) else chance.choice(cases)
        method, end = chance.choice(METHODS), chance.choice(ENDS)
        # Asked again when it differs, as a process remembers some of what it reads first.
        if all(found := compare(ask, case, method, end) for _ in range(TRIES)):
            different[method, lengthen(case[1], end)] = found
    assert different == {}


def compare(ask: Callable[..., Any], case: Any, method: str, end: str) -> dict[str, Any]:
    """Return in what the answers about a foreign object and about none differ."""
    reference, there, name, missing, other = case
    found = ask(method, lengthen(there, end), name)
    expected = ask(method, lengthen(missing, end), other)
    return {
        key: (found[key], expected[key])
        for key in found
        if found[key] != expected[key] and key not in reference.told
    }


def test_the_comparison_sees_each_difference(
    look: Callable[[str], Callable[..., Any]], planted: dict[str, Any]
) -> None:
    ask = look("member")
    shown, missing = planted["member"], "niemand"
    found, expected = ask("get", f"/leden/{shown}/", shown), ask("get", f"/leden/{missing}/", missing)
    assert {key for key in found if found[key] != expected[key]} >= {"status", "body", "queries"}
    assert WORD not in found["body"]


def test_each_exception_has_its_reason() -> None:
    assert all(len(reason.split()) > 5 for reason in DOORS.values())
