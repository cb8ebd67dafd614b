"""Search and suggestions show an account no more people than the directory does, and end at page ten."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from members import limits
from members.choices import Seen
from members.limits import DAY, Limit
from members.models import Member, Sighting
from organisations.models import Organisation
from search.answers.services import search
from search.query import parameters
from search.query.parameters import SearchParameters

pytestmark = pytest.mark.django_db
WORD = "Kwartel"


@pytest.fixture
def reader(make_member: Callable[..., Member], client: Client) -> Client:
    """Return the browser of a member who may be shown three people a day."""
    client.force_login(make_member("Wim Kijkt").user)
    return client


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lower the limit of cards to three people a day."""
    monkeypatch.setattr(limits, "LIMITS", limits.LIMITS | {Seen.CARD: (Limit(3, DAY),)})


@pytest.fixture
def people(make_member: Callable[..., Member], fallback: Callable[[], int]) -> Callable[[str, int], None]:
    """Return a function that makes so many members who are found by a word."""

    def make(word: str, count: int) -> None:
        for number in range(count):
            make_member(f"{word} Lid{number}")
        fallback()

    return make


PAGES = ["/leden/?q={}", "/zoeken/?q={}", "/en/zoeken/?q={}"]
API = ["/api/v1/search?q={}", "/api/v1/suggest?q={}"]


@pytest.mark.parametrize("address", [*PAGES, *API])
def test_an_answer_with_too_many_people_is_refused_and_says_when_to_come_back(
    few: None, no_time_passes: None, people: Callable[[str, int], None], reader: Client, address: str
) -> None:
    people(WORD, 3)
    people("Patrijs", 1)
    assert f"{WORD} Lid1" in reader.get(address.format(WORD)).text
    answer = reader.get(address.format("Patrijs"))
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == str(24 * 60 * 60)
    assert "Patrijs Lid" not in answer.text
    assert reader.get(address.format(WORD)).status_code == 200, "they were seen already"
    assert reader.get("/api/v1/cases").status_code == 200
    assert reader.get("/praktijkvoorbeelden/").status_code == 200


def test_the_api_says_it_as_a_problem(
    few: None, no_time_passes: None, people: Callable[[str, int], None], reader: Client
) -> None:
    people(WORD, 4)
    answer = reader.get("/api/v1/search", {"q": WORD})
    assert answer.headers["Content-Type"] == "application/problem+json"
    moment = (timezone.now() + DAY).isoformat(timespec="seconds")
    assert json.loads(answer.content) == {
        "type": "about:blank",
        "title": "Too Many Requests",
        "status": 429,
        "detail": f"This account was shown as many members as it may see in a day. Try again at {moment}.",
    }


def test_the_script_that_renews_a_list_is_sent_to_the_page_that_says_so(
    few: None, people: Callable[[str, int], None], reader: Client
) -> None:
    people(WORD, 4)
    answer = reader.get("/leden/", {"q": WORD}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (429, f"/leden/?q={WORD}")


def test_who_is_shown_in_several_ways_counts_once(
    few: None, people: Callable[[str, int], None], reader: Client
) -> None:
    people(WORD, 3)
    for address in [*PAGES, *API]:
        assert reader.get(address.format(WORD)).status_code == 200
    assert Sighting.objects.count() == 3


def test_strangers_are_shown_nobody_and_nothing_is_counted(
    few: None, people: Callable[[str, int], None], client: Client
) -> None:
    people(WORD, 4)
    for address in [*PAGES[1:], *API]:
        assert client.get(address.format(WORD)).status_code == 200
    assert not Sighting.objects.exists()


def test_counting_costs_the_same_however_many_are_shown(
    people: Callable[[str, int], None], reader: Client
) -> None:
    def count_queries() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert reader.get("/leden/").status_code == 200
        return len(queries)

    people(WORD, 1)
    reader.get("/praktijkvoorbeelden/")
    Sighting.objects.all().delete()
    new, again = count_queries(), count_queries()
    people("Patrijs", 10)
    assert (count_queries(), count_queries()) == (new, again)
    assert new <= again + 1


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let lists with people end after two hits, a page of the API."""
    monkeypatch.setattr(parameters, "PEOPLE_WINDOW", 2)


def test_a_list_with_people_ends_at_page_ten() -> None:
    assert parameters.PEOPLE_WINDOW == 200
    assert SearchParameters(is_of_people=True).last_page == 10
    assert SearchParameters().last_page == 500


@pytest.mark.parametrize(
    ("asked", "ends"),
    [
        ({}, True),
        ({"listing": "member"}, True),
        ({"facets": {"type": ("member", "case")}}, True),
        ({"facets": {"type": ("case",)}}, False),
        ({"listing": "case"}, False),
    ],
)
def test_only_lists_in_which_people_can_be_end_there(
    make_member: Callable[..., Member], asked: dict[str, Any], ends: bool
) -> None:
    member, stranger = make_member("Wim Kijkt").user, make_member("Wacht", is_approved=False).user
    assert search(SearchParameters(**asked), viewer=member).is_of_people is ends
    assert search(SearchParameters(**asked), viewer=stranger).is_of_people is False


def test_beyond_the_end_the_api_is_empty_and_keeps_its_total(
    short: None, people: Callable[[str, int], None], reader: Client
) -> None:
    people(WORD, 3)
    pages = [
        json.loads(reader.get(f"/api/v1/search?q={WORD}&type=member&page_size=1&page={page}").content)
        for page in (2, 3)
    ]
    assert [(page["total"], len(page["results"])) for page in pages] == [(3, 1), (3, 0)]


def test_beyond_the_end_the_page_of_results_says_how_to_go_on(
    short: None, people: Callable[[str, int], None], reader: Client
) -> None:
    people(WORD, 30)
    answer = reader.get(f"/zoeken/?q={WORD}&pagina=2")
    assert answer.status_code == 200
    assert "waar leden bij staan, tonen we hoogstens 2 resultaten" in answer.text
    assert f"{WORD} Lid" not in answer.text.partition("<h2")[2]


def test_what_anybody_may_see_has_no_such_end(
    short: None, make_case: Callable[..., Any], people: Callable[[str, int], None], reader: Client
) -> None:
    for number in range(3):
        Organisation.objects.create(name=f"Gemeente Kwarteldorp {number}", kind="gemeente")
    people(WORD, 1)
    assert reader.get("/organisaties/?q=Kwarteldorp").text.count("Gemeente Kwarteldorp") >= 3
