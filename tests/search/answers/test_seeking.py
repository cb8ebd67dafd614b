"""Who asks what nobody surely knows hears who seeks help with it; who asks for herself finds her page."""

from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from members.models import Member
from search.answers.seeking import find_sought
from search.query.question import Question
from search.text import vocabulary
from taxonomy.models import Technique, Theme

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture(params=[pytest.param("engine", marks=pytest.mark.engine), "database"])
def refresh(request: pytest.FixtureRequest) -> Callable[[], Any]:
    """Return a function that makes everything findable, on each of both ways to search."""
    make = request.getfixturevalue("index" if request.param == "engine" else "fallback")

    def refresh() -> None:
        make()
        vocabulary._KEPT.clear()

    return refresh


@pytest.fixture
def topics(db: None) -> dict[str, Any]:
    """Return a theme and two techniques."""
    return {
        "debt": Theme.objects.create(name="Armoede en schulden", slug="armoede", name_en="Poverty and debt"),
        "drones": Technique.objects.create(name="Drones", slug="drones", name_en="UAV"),
        "sensors": Technique.objects.create(name="Sensordata", slug="sensordata", name_en="Sensor data"),
    }


@pytest.mark.parametrize(
    ("asked", "slugs"),
    [
        ("drones", {"drones"}),
        ("wie weet er van een drone bij een waterschap?", {"drones"}),
        ("schulden", {"armoede"}),
        ("poverty and debt", {"armoede"}),
        ("UAV", {"drones"}),
        ("warmtenetten", set()),
        ("wie kan helpen", set()),
        ("?!", set()),
    ],
)
def test_a_question_names_a_theme_or_a_technique(topics: dict[str, Any], asked: str, slugs: set[str]) -> None:
    assert set(find_sought(Question(asked, asked))) == slugs


def test_two_words_may_be_one(topics: dict[str, Any]) -> None:
    assert find_sought(Question("sensor data", "sensor data", respelled="sensordata")) == ("sensordata",)


class TestOnThePage:
    """What a page says when nobody surely knows."""

    @pytest.fixture
    def seeker(self, make_member: Callable[..., Member], topics: dict[str, Any]) -> Callable[..., Member]:
        """Return a function that makes a member who seeks help with drones."""

        def make(name: str, **fields: Any) -> Member:
            member = make_member(name, seeks="Hulp", **fields)
            member.sought.create(technique=topics["drones"])
            member.save()
            return member

        return make

    @pytest.fixture
    def visit(self, client: Client, make_member: Callable[..., Member]) -> Callable[[str], BeautifulSoup]:
        """Return a function that opens an address as a member."""
        client.force_login(make_member("Zoë Vraagt").user)
        return lambda address: BeautifulSoup(client.get(address).text, "html.parser")

    @staticmethod
    def told(page: BeautifulSoup) -> dict[str, str]:
        """Return what the page says of who seeks help, with the address of the link."""
        links = page.select('.results a[href*="zoekt="]')
        return {" ".join(link.text.split()): link["href"] for link in links}

    def test_it_says_how_many_seek_help_and_leads_to_them(
        self, seeker: Any, visit: Callable[[str], BeautifulSoup], refresh: Callable[[], Any]
    ) -> None:
        for name in ("Ans Zoekt", "Bo Zoekt"):
            seeker(name)
        refresh()
        said = {"2 leden zoeken zelf hulp bij dit onderwerp": "/leden/?zoekt=drones"}
        for address in ("/leden/?q=wie+weet+van+drones", "/zoeken/?q=drones"):
            assert self.told(visit(address)) == said, address
        found = visit("/leden/?zoekt=drones").select(".people h3")
        assert [name.text.strip() for name in found] == ["Ans Zoekt", "Bo Zoekt"]
        assert self.told(visit("/en/leden/?q=UAV")) == {
            "2 members seek help with this subject": "/en/leden/?zoekt=drones"
        }
        assert self.told(visit("/leden/?q=kwartels")) == {}

    def test_who_hides_it_and_who_asks_are_not_counted(
        self, seeker: Any, client: Client, refresh: Callable[[], Any], visit: Callable[[str], BeautifulSoup]
    ) -> None:
        seeker("Ans Zwijgt", visibility={"seeks": "private"})
        client.force_login(seeker("Bo Vraagt").user)
        refresh()
        assert self.told(visit("/leden/?q=drones")) == {}
        seeker("Cas Zoekt")
        refresh()
        assert list(self.told(visit("/leden/?q=drones"))) == ["1 lid zoekt zelf hulp bij dit onderwerp"]

    def test_it_is_told_to_members_only_and_not_beside_who_knows(
        self,
        seeker: Any,
        make_member: Callable[..., Member],
        topics: dict[str, Any],
        refresh: Callable[[], Any],
        visit: Callable[[str], BeautifulSoup],
    ) -> None:
        seeker("Ans Zoekt")
        refresh()
        assert "hulp bij dit onderwerp" not in Client().get("/zoeken/?q=drones").text
        knowing = make_member("Dee Weet")
        knowing.expertise.create(technique=topics["drones"], level=3)
        knowing.save()
        refresh()
        assert self.told(visit("/leden/?q=drones")) == {}

    def test_it_costs_the_same_number_of_queries_however_many_there_are(
        self, seeker: Any, refresh: Callable[[], Any], visit: Callable[[str], BeautifulSoup]
    ) -> None:
        counts = []
        for turn in range(2):
            for number in range(4):
                seeker(f"Lid {turn} {number}")
            refresh()
            visit("/leden/?q=drones")
            with CaptureQueriesContext(connection) as queries:
                assert self.told(visit("/leden/?q=drones"))
            counts.append(len(queries))
        assert counts[0] == counts[1]


class TestHerOwnName:
    """Who asks is not among her own results; asked by her name, the page says where she is."""

    @pytest.fixture(autouse=True)
    def asking(self, make_member: Callable[..., Member], client: Client, fallback: Callable[[], int]) -> None:
        """Log in as somebody with a namesake."""
        client.force_login(make_member("Noor de Vries").user)
        make_member("Noor Bakker")
        fallback()

    @staticmethod
    def told(client: Client, address: str) -> list[str]:
        """Return the addresses in the line that says who she is."""
        lines = BeautifulSoup(client.get(address).text, "html.parser").select(".results > p")
        return [line.a["href"] for line in lines if "Dit ben jij" in line.text or "This is you" in line.text]

    @pytest.mark.parametrize("query", ["Noor de Vries", "noor", "de vries", "VRIES noor"])
    def test_it_leads_to_her_own_page(self, client: Client, query: str) -> None:
        for path in ("/leden/", "/zoeken/"):
            assert self.told(client, f"{path}?q={query}") == ["/leden/noor-de-vries/"]
        assert self.told(client, f"/en/leden/?q={query}") == ["/en/leden/noor-de-vries/"]

    def test_she_is_still_not_a_result_and_her_namesake_is(self, client: Client) -> None:
        page = BeautifulSoup(client.get("/leden/?q=noor").text, "html.parser")
        assert [name.text.strip() for name in page.select(".people h3")] == ["Noor Bakker"]

    @pytest.mark.parametrize(
        "address", ["/leden/", "/leden/?q=bakker", "/leden/?q=de", "/leden/?q=noor+bakker"]
    )
    def test_another_question_says_nothing_of_her(self, client: Client, address: str) -> None:
        assert self.told(client, address) == []

    def test_elsewhere_and_to_others_it_says_nothing(self, client: Client) -> None:
        assert self.told(client, "/praktijkvoorbeelden/?q=noor") == []
        assert self.told(Client(), "/zoeken/?q=noor") == []
