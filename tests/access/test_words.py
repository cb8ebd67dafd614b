"""Nobody meets a wrong word in `/cms/`: every URL is read, as somebody who works on the site."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from addresses import ARGUMENT, addresses, routes
from bs4 import BeautifulSoup

from curation.models import Synonym

ATTRIBUTES = ("aria-label", "title", "placeholder", "alt")
# English of Wagtail and Django, words for which docs/words.md has another one, and Python's names of values.
WRONG = re.compile(
    r"\b(None|True|False|Root|Role|Page|User|Port(?!-)|Site name|Actions?|Search|Save|Delete|Edit|Add|"
    r"Can (add|change|delete|view)|Select|Link text|Subject|Body|Task Result|Simple translation|[Ii]mages?|"
    r"this|your|you|been|"
    r"snippets?|[Ss]lug|[Tt]aalregio|[Uu]itgelicht\w*|[Tt]itel tag|worden verwijdert|u|uw)\b|\dvan|van\d|"
    r"- Wagtail$|\w(ss|jss|’s’?s)\b"
)
MANY = {"editor": 250, "moderator": 300, "administrator": 400}


def texts_of(answer: Any) -> Iterator[str]:
    """Yield what a response shows, or a screen reader reads; that of a chooser has its page in JSON."""
    markup = answer.getvalue().decode()
    if "json" in answer.headers["Content-Type"]:
        said = json.loads(markup)
        markup = said.get("html") or "" if isinstance(said, dict) else ""
    page = BeautifulSoup(markup, "html.parser")
    for element in page(["script", "style", "svg"]):
        element.decompose()
    yield from page.stripped_strings
    yield from (element[name] for name in ATTRIBUTES for element in page.select(f"[{name}]"))
    yield from (element["value"] for element in page.select("input[type=submit][value]"))


def wrong_words(ask: Callable[..., Any], places: Iterable[str]) -> tuple[int, set[tuple[str, str]]]:
    """Return the number of texts at these URLs, and those with a wrong word."""
    texts = {}
    for place in places:
        answer = ask("get", place)
        if (
            answer.status_code == 200
            and not answer.streaming
            and re.search("html|json", answer.headers["Content-Type"])
        ):
            texts |= dict.fromkeys((" ".join(text.split()) for text in texts_of(answer)), place)
    groups = Synonym.objects.values_list("words", flat=True)  # what editors wrote, also in English
    ours = {text: place for text, place in texts.items() if not any(words in text for words in groups)}
    return len(texts), {(text, place) for text, place in ours.items() if WRONG.search(text)}


def test_an_editor_reads_no_wrong_word_on_the_pages_that_she_opens_from_the_menu(
    ask: Any, planted: dict[str, Any]
) -> None:
    lists = [
        route for route in dict.fromkeys(routes()) if route.startswith("cms/") and not ARGUMENT.search(route)
    ]
    places = [f"/{route}" for route in lists if not route.endswith("results/")]
    places += [
        f"/cms/pages/{planted['key']}/{end}"
        for end in ("", "edit/", "history/", "usage/", "delete/", "copy/")
    ]
    count, wrong = wrong_words(ask("editor"), places)
    assert count > MANY["editor"]
    assert wrong == set()


@pytest.mark.hard
@pytest.mark.parametrize("role", MANY)
def test_who_works_on_the_site_reads_no_wrong_word_at_any_address(
    ask: Any, planted: dict[str, Any], role: str
) -> None:
    places = [
        place
        for route in dict.fromkeys(routes())
        if route.startswith("cms/")
        for place in addresses(route, planted)
    ]
    count, wrong = wrong_words(ask(role), places)
    assert count > MANY[role]
    assert wrong == set()
