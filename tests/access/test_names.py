"""Nobody reads a hidden name in `/cms/`: editors and moderators ask every URL for it."""

import re
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from addresses import ARGUMENT, ASKED, PEOPLE, WORD, addresses, routes
from django.contrib.messages import get_messages

SHOWN = {
    "cms/snippets/choose/members/member/",
    "cms/pages/<int:page_id>/history/",
    "cms/reports/site-history/",
}
LISTS = "cms/snippets/members/member/"
# What the form of a profile and the page on privacy say that moderators see.
SAID = {
    LISTS,
    f"{LISTS}results/",
    f"{LISTS}edit/<int:pk>/",
    "cms/bulk/<str:app_label>/<str:model_name>/<str:action>/",
}
ABOUT_MEMBERS = re.compile(
    r"^cms/(bulk|snippets/(choose/)?members|pages/.*(compare|history|edit|copy)|users)/|site-history|<.*model_name>/"
)
MANY = 20
SAID |= {"cms/reports/site-history/", "cms/reports/site-history/results/"}


def says(answer: Any) -> bool:
    """Tell whether the word is in a response, in its headers, or in its messages for the next page."""
    told = [str(message) for message in get_messages(answer.wsgi_request)]
    return WORD in f"{answer.getvalue().decode(errors='replace')} {answer.headers} {told}".casefold()


def naming(ask: Callable[..., Any], asked: Iterable[str], numbers: dict[str, int]) -> set[str]:
    """Return the routes that give a hidden name; a list is also searched, and exported where it can be.

    Fails when a list of members or of the log is not shown, as that would prove nothing.
    """
    found, shown = set(), set()
    for route in asked:
        for address in addresses(route, numbers):
            answers = [ask("get", address, id=PEOPLE)]
            shown |= {route} if answers[0].status_code == 200 else set()
            if answers[0].status_code == 200 and not ARGUMENT.search(route):
                answers.append(ask("get", address, id=PEOPLE, q=ASKED, export="csv"))
            if answers[0].status_code == 405:
                answers.append(ask("post", address, id=PEOPLE))
            found |= {route for answer in answers if says(answer)}
    assert shown >= SHOWN
    return found


def test_no_address_about_members_names_to_an_editor_who_hides(numbers: dict[str, int], ask: Any) -> None:
    asked = [route for route in routes() if ABOUT_MEMBERS.search(route)]
    assert len(asked) > MANY
    assert naming(ask("editor"), asked, numbers) == set()


@pytest.mark.hard
@pytest.mark.parametrize(("role", "said"), [("editor", set()), ("moderator", SAID)])
def test_no_address_names_who_hides_but_what_members_are_told_that_moderators_see(
    numbers: dict[str, int], ask: Any, role: str, said: set[str]
) -> None:
    assert naming(ask(role), (route for route in routes() if route.startswith("cms/")), numbers) == said
