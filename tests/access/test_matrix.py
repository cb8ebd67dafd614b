"""Who may do what at every URL: `matrix.toml` says it, and each role tries GET and POST."""

import re
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from addresses import addresses, routes, views
from django.contrib.messages import get_messages
from django.contrib.messages.constants import ERROR
from matrix import NOTHING, OWN, REFUSED, ROLES, RULES, find_rule

METHODS = ["get", "post"]
OTHERS = {"allauth", "django", "functools", "ninja", "wagtail"}  # whose views are not ours


def read(answer: Any) -> str:
    """Return what the matrix calls an answer."""
    if answer.status_code in {301, 302}:
        if "login/" in answer["Location"]:
            return "login"
        told = [message.level for message in get_messages(answer.wsgi_request)]
        return "denied" if answer["Location"] == "/cms/" and ERROR in told else str(answer.status_code)
    return str(answer.status_code)


def test_every_address_is_one_that_somebody_thought_about() -> None:
    ours = {route for route, view in views() if view.__module__.split(".")[0] not in OTHERS}
    rest = set(routes()) - OWN.keys()
    assert ours <= OWN.keys(), "each of our own routes has a line"
    assert {route for route in rest if find_rule(route) is None} == set(), "each of another's has a rule"
    assert OWN.keys() - set(routes()) <= {r"^media/(?P<path>.*)$", r"^static/(?P<path>.*)$"}, (
        "these are there in development only"
    )
    patterns = [pattern for rule in RULES for pattern in rule["routes"]]
    assert [pattern for pattern in patterns if not any(re.fullmatch(pattern, route) for route in rest)] == []


def ask_all(ask: Any, places: Iterable[str]) -> dict[tuple[str, str, str], str]:
    """Return what every role gets at addresses, by address, method and role."""
    places = list(places)
    found = {}
    for role in ROLES:
        as_role: Callable[..., Any] = ask(role)
        found |= {
            (place, method, role): read(as_role(method, place)) for place in places for method in METHODS
        }
    return found


def test_our_own_addresses_answer_each_role_as_they_should(ask: Any, planted: dict[str, Any]) -> None:
    places = {
        route: line.get("at", "/" + route).format(**planted)
        for route, line in OWN.items()
        if route in set(routes())
    }
    places = {route: re.sub(r"<[^>]*>", str(planted["key"]), place) for route, place in places.items()}
    found = ask_all(ask, places.values())
    said = {
        (route, method): " ".join(found[place, method, role] for role in ROLES)
        for route, place in places.items()
        for method in METHODS
    }
    wrong = {
        (route, method): answers
        for (route, method), answers in said.items()
        if set(answers.split()) != {OWN[route][method]} and answers != OWN[route][method]
    }
    assert wrong == {}


@pytest.mark.hard
def test_addresses_of_wagtail_and_allauth_are_open_to_those_who_may_and_to_nobody_else(
    ask: Any, planted: dict[str, Any]
) -> None:
    places = {route: list(addresses(route, planted)) for route in dict.fromkeys(routes()) if route not in OWN}
    found = ask_all(ask, [place for those in places.values() for place in those])
    assert {cell: answer for cell, answer in found.items() if answer.startswith("5")} == {}
    gets = {
        route: [
            role
            for role in ROLES
            if not {found[p, m, role] for p in those for m in METHODS} <= REFUSED | NOTHING
        ]
        for route, those in places.items()
    }
    assert gets == {route: find_rule(route)["may"] for route in places}
