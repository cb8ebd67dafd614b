"""The e-mail address of a member is in no byte that anybody gets, and in no index."""

import json
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from addresses import KEY, addresses, routes
from allauth.account.models import EmailAddress
from django.utils import timezone
from matrix import OWN

from members.choices import FIELDS
from members.models import Member
from organisations.models import Organisation
from practices.models import PracticePage
from search.index.documents import build_document
from search.models import SearchEntry, Word
from users.models import User

POST = "kwetterpost"  # of the e-mail addresses, and in nothing else
NAME = "Fuutlust"


@pytest.fixture
def known(planted: dict[str, Any], run_tasks: Callable[[], int]) -> Member:
    """Return a member who shows everything to everybody, and is the contact of a case."""
    user = User.objects.create(email=f"{POST}@adres.example", approved_at=timezone.now(), first_name=NAME)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    EmailAddress.objects.create(user=user, email=f"{POST}@thuis.example", verified=True)
    member = Member.objects.create(
        user=user,
        name=f"{NAME} Weet",
        organisation=Organisation.objects.get(pk=KEY),
        workplace_proof="moderator",
        visibility=dict.fromkeys(FIELDS, "public"),
        about="Weet veel van watermolens.",
    )
    case = PracticePage.objects.get(pk=KEY)
    case.contact, case.authors = member, [member]
    case.save_revision().publish()
    run_tasks()
    return member


def leaks(ask: Callable[..., Any], places: Iterable[str]) -> tuple[int, set[str]]:
    """Return how many of these name the member, and which of them have her e-mail address."""
    naming, wrong = 0, set()
    for place in places:
        answer = ask("get", place)
        said = f"{answer.getvalue().decode(errors='replace')} {answer.headers} {answer.cookies}".casefold()
        naming += NAME.casefold() in said
        wrong |= {place} if POST in said else set()
    return naming, wrong


@pytest.mark.parametrize("role", ["visitor", "waiting", "member", "editor", "moderator"])
def test_nobody_gets_it_on_a_page_or_from_the_api(
    ask: Callable[..., Any], planted: dict[str, Any], known: Member, role: str
) -> None:
    numbers = planted | {"member": known.slug}
    own = [
        line.get("at", "/" + route).format(**numbers)
        for route, line in OWN.items()
        if not route.startswith("cms/") and "<" not in line.get("at", route)
    ]
    lists = ["/", "/leden/", "/organisaties/", "/praktijkvoorbeelden/", "/en/leden/"]
    searched = ("/zoeken/", "/leden/", "/api/v1/search", "/api/v1/suggest", "/zoeken/resultaten.csv")
    asked = [f"{path}?q={word}" for path in searched for word in (NAME, "watermolens", "adres.example")]
    naming, wrong = leaks(ask(role), [*own, *lists, *asked])
    assert wrong == set()
    assert naming >= (8 if role in {"member", "editor", "moderator"} else 1)


@pytest.mark.hard
def test_an_editor_gets_it_at_no_address(
    ask: Callable[..., Any], planted: dict[str, Any], known: Member
) -> None:
    places = [place for route in dict.fromkeys(routes()) for place in addresses(route, planted)]
    naming, wrong = leaks(ask("editor"), places)
    assert wrong == set()
    assert naming > 0


def test_no_index_and_no_vocabulary_has_it(known: Member) -> None:
    document = build_document(known, known.search_content())
    assert NAME in json.dumps(document, default=str)
    assert POST not in json.dumps(document, default=str)
    rows = [json.dumps(row, default=str) for row in SearchEntry.objects.values()]
    assert any(NAME in row for row in rows)
    assert not any(POST in row.casefold() for row in rows)
    assert not Word.objects.filter(word__contains=POST).exists()
