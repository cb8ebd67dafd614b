"""Who takes questions now, and who said lately that her profile is right: filters that move with time."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from contact.models import Conversation, Correspondent, Participation
from members.models import Member
from search.answers.services import search
from search.index.audit import find_differences
from search.query.facets import PLAIN_LISTS, _plain_aggregations
from search.query.parameters import SearchParameters
from search.text import vocabulary
from users.models import User
from users.services import account_still_right

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

TODAY = datetime.date(2026, 6, 17)
NOW = ("nu",)


@pytest.fixture(params=[pytest.param("engine", marks=pytest.mark.engine), "database"])
def refresh(request: pytest.FixtureRequest) -> Callable[[], Any]:
    """Return a function that makes everything findable, on each of both ways to search."""
    make = request.getfixturevalue("index" if request.param == "engine" else "fallback")

    def refresh() -> None:
        make()
        vocabulary._KEPT.clear()

    return refresh


@pytest.fixture(autouse=True)
def _on_a_day() -> Any:
    """Let it be a day in the middle of a month, at the moment at which the date of UTC is another one."""
    with on(TODAY):
        yield


def on(day: datetime.date) -> Any:
    """Return a context in which it is this day, a quarter past midnight."""
    midnight = datetime.datetime.combine(day, datetime.time(0, 15), timezone.get_default_timezone())
    return time_machine.travel(midnight, tick=False)


@pytest.fixture
def reader(make_member: Callable[..., Member]) -> Any:
    """Return a member who asks, and who is not to be found herself."""
    return make_member("Zoë Vraagt", is_listed=False).user


def names(viewer: Any, **facets: tuple[str, ...]) -> list[str]:
    """Return the names that this viewer finds with these choices."""
    found = search(SearchParameters(listing="member", facets=facets), viewer=viewer)
    shown = [hit.title for hit in found.hits]
    assert found.total == len(shown), "the index counts whom the page shows"
    return shown


def counts(viewer: Any, name: str, **facets: tuple[str, ...]) -> dict[str, int]:
    """Return the counts of the values of a facet."""
    found = search(SearchParameters(listing="member", facets=facets), viewer=viewer)
    return {
        bucket.value: bucket.count for facet in found.facets for bucket in facet.buckets if facet.name == name
    }


def got_question(user: User) -> None:
    """Have a member get a question now."""
    conversation = Conversation.objects.create(subject="Vraag")
    Participation.objects.create(conversation=conversation, person=user)


class TestWilling:
    """Who takes questions now."""

    def test_a_pause_ends_without_anybody_writing_the_index(
        self, make_member: Any, refresh: Any, reader: Any
    ) -> None:
        make_member("Ans")
        bo = make_member("Bo").user
        Correspondent.objects.create(account=bo, paused_until=TODAY + datetime.timedelta(days=2))
        refresh()
        assert names(reader, willing=NOW) == ["Ans"]
        assert counts(reader, "willing") == {"nu": 1}
        with on(TODAY + datetime.timedelta(days=2)):
            assert names(reader, willing=NOW) == ["Ans"], "the last day is a day of the pause"
        with on(TODAY + datetime.timedelta(days=3)):
            assert names(reader, willing=NOW) == ["Ans", "Bo"]
            assert counts(reader, "willing") == {"nu": 2}

    def test_who_had_as_many_questions_as_she_wants_is_back_when_the_month_turns(
        self, make_member: Any, refresh: Any, reader: Any
    ) -> None:
        ans = make_member("Ans").user
        Correspondent.objects.create(account=ans, most_per_month=1)
        refresh()
        assert names(reader, willing=NOW) == ["Ans"]
        got_question(ans)
        refresh()
        assert names(reader, willing=NOW) == []
        with on(datetime.date(2026, 6, 30)):
            assert names(reader, willing=NOW) == []
        with on(datetime.date(2026, 7, 1)):
            assert names(reader, willing=NOW) == ["Ans"]

    def test_who_takes_none_is_never_there(self, make_member: Any, refresh: Any, reader: Any) -> None:
        Correspondent.objects.create(account=make_member("Ans").user, most_per_month=0)
        refresh()
        assert names(reader) == ["Ans"]
        for days in (0, 40, 4000):
            with on(TODAY + datetime.timedelta(days=days)):
                assert names(reader, willing=NOW) == []

    def test_what_the_index_holds_does_not_depend_on_the_day(
        self, make_member: Any, refresh: Any, run_tasks: Any
    ) -> None:
        ans, bo = (make_member(name).user for name in ("Ans", "Bo"))
        Correspondent.objects.create(account=ans, paused_until=TODAY)
        Correspondent.objects.create(account=bo, most_per_month=1)
        got_question(bo)
        refresh()
        assert list(find_differences()) == []
        with on(datetime.date(2026, 9, 1)):
            got_question(ans)
            run_tasks()
            assert list(find_differences()) == []

    def test_a_choice_reaches_the_index(self, make_member: Any, refresh: Any, reader: Any) -> None:
        ans = make_member("Ans").user
        refresh()
        chosen = Correspondent.objects.create(account=ans, paused_until=datetime.date.max)
        refresh()
        assert names(reader, willing=NOW) == []
        chosen.paused_until = None
        chosen.save()
        refresh()
        assert names(reader, willing=NOW) == ["Ans"]

    def test_who_hides_or_is_no_member_is_not_there(
        self, make_member: Any, refresh: Any, reader: Any
    ) -> None:
        make_member("Verborgen", is_listed=False)
        make_member("Stil", visibility={"name": "organisation"})
        make_member("Wacht", is_approved=False)
        refresh()
        assert names(reader, willing=NOW) == names(reader, confirmed=("jaar",)) == []
        assert counts(reader, "willing") == counts(reader, "confirmed") == {}

    def test_a_value_that_there_is_not_finds_nobody(
        self, make_member: Any, refresh: Any, reader: Any
    ) -> None:
        make_member("Ans")
        refresh()
        assert names(reader, willing=("straks",)) == []
        assert names(reader, willing=("nu", "straks")) == ["Ans"]


class TestConfirmed:
    """Who said lately that all is right."""

    @pytest.fixture(autouse=True)
    def people(self, make_member: Any, refresh: Any) -> None:
        """Have three members who said so at different times."""
        for name, days in (("Ans", 91), ("Bo", 182), ("Cas", 366)):
            user = make_member(name).user
            with on(TODAY - datetime.timedelta(days=days)):
                account_still_right(user=user)
        refresh()

    def test_periods_move_with_today(self, reader: Any) -> None:
        assert counts(reader, "confirmed") == {"kwartaal": 1, "halfjaar": 2, "jaar": 2}
        assert names(reader, confirmed=("kwartaal",)) == ["Ans"]
        assert names(reader, confirmed=("halfjaar",)) == ["Ans", "Bo"]
        assert names(reader, confirmed=("kwartaal", "jaar")) == ["Ans", "Bo"]
        with on(TODAY + datetime.timedelta(days=1)):
            assert names(reader, confirmed=("kwartaal",)) == []
            assert counts(reader, "confirmed") == {"halfjaar": 1, "jaar": 2}

    def test_who_says_so_again_is_there_at_once(self, reader: Any, refresh: Any) -> None:
        account_still_right(user=User.objects.get(member__name="Cas"))
        refresh()
        assert names(reader, confirmed=("kwartaal",)) == ["Ans", "Cas"]

    def test_choices_of_both_filters_count_together(self, reader: Any, refresh: Any) -> None:
        bo = User.objects.get(member__name="Bo")
        Correspondent.objects.create(account=bo, paused_until=TODAY)
        refresh()
        assert names(reader, willing=NOW, confirmed=("jaar",)) == ["Ans"]
        assert counts(reader, "confirmed", willing=NOW) == {"kwartaal": 1, "halfjaar": 1, "jaar": 1}


def test_what_is_asked_of_the_engine_is_remembered_for_a_day_only() -> None:
    _plain_aggregations.cache_clear()
    for days in range(2 * PLAIN_LISTS):
        _plain_aggregations("member", TODAY + datetime.timedelta(days=days))
    assert _plain_aggregations.cache_info().currsize == PLAIN_LISTS


class TestCards:
    """A card says that somebody pauses, where it else has the way to ask her."""

    @pytest.fixture
    def visit(self, client: Client, reader: Any) -> Callable[[str], BeautifulSoup]:
        """Return a function that opens an address as a member."""
        client.force_login(reader)
        return lambda address: BeautifulSoup(client.get(address).text, "html.parser")

    @pytest.fixture
    def people(self, make_member: Any, terms: dict[str, Any], refresh: Any) -> list[Member]:
        """Return two members of one organisation, of whom the second pauses."""
        body = {"organisation": terms["breda"], "workplace_proof": "moderator"}
        ans, bo = (make_member(name, can_help="sluizen bedienen", **body) for name in ("Ans", "Bo"))
        Correspondent.objects.create(account=bo.user, paused_until=TODAY)
        refresh()
        return [ans, bo]

    @pytest.mark.parametrize(
        "address", ["/leden/", "/leden/?q=sluizen", "/zoeken/?q=sluizen", "/organisaties/gemeente-breda/"]
    )
    def test_in_every_list(self, people: list[Member], visit: Any, address: str) -> None:
        page = visit(address)
        asked = [link["href"] for link in page.select('a[href*="over=member"]')]
        assert asked == ["/berichten/nieuw/?over=member:ans"]
        assert page.text.count("Neemt tot en met 17 juni 2026 geen vragen aan.") == 1
        with on(TODAY + datetime.timedelta(days=1)):
            assert len(visit(address).select('a[href*="over=member"]')) == 2

    def test_with_as_many_queries_for_more_people(
        self, people: list[Member], make_member: Any, refresh: Any, client: Client, visit: Any
    ) -> None:
        def cost() -> int:
            refresh()
            visit("/leden/?q=sluizen")
            with CaptureQueriesContext(connection) as queries:
                client.get("/leden/?q=sluizen")
            return len(queries)

        Correspondent.objects.update(most_per_month=3)
        few = cost()
        for number in range(9):
            other = make_member(f"Lid {number}", can_help="sluizen bedienen").user
            Correspondent.objects.create(account=other, paused_until=TODAY, most_per_month=3)
        assert cost() == few
