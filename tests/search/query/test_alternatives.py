"""A question that finds nothing or little leads to what is near it.

Each of those has the right number of hits, and the same rights.
"""

from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from curation.models import HiddenResult
from search.models import EVERYONE
from search.text import vocabulary

pytestmark = pytest.mark.both_databases


@pytest.fixture(params=[pytest.param("engine", marks=pytest.mark.engine), "database"])
def refresh(request: pytest.FixtureRequest, three_cases: list[Any]) -> Callable[[], Any]:
    """Return a function that makes everything findable, on each of both ways to search."""
    return request.getfixturevalue("index" if request.param == "engine" else "fallback")


@pytest.fixture
def visit(refresh: Any, client: Client) -> Callable[[str], BeautifulSoup]:
    """Return a function that opens an address."""
    return lambda address: BeautifulSoup(client.get(address).text, "html.parser")


def options(page: BeautifulSoup) -> dict[str, str]:
    """Return the address of each alternative by its words, the number of hits among them, in their order."""
    return {" ".join(line.text.split()): line.a["href"] for line in page.select(".alternatives li")}


def count(page: BeautifulSoup) -> str:
    return page.select_one("#gevonden").text.strip().split(" voor ")[0].strip()


def check_counts(page: BeautifulSoup, visit: Callable[[str], BeautifulSoup]) -> None:
    """Every alternative finds as much as it says."""
    for words, url in options(page).items():
        assert words.endswith(count(visit(url))), (words, url)


@pytest.mark.django_db
class TestThreeCases:
    """Tests that change nothing of what is indexed."""

    @pytest.fixture
    def visit(self, in_both: Any, client: Client) -> Callable[[str], BeautifulSoup]:
        """Return a function that opens an address."""
        return lambda address: BeautifulSoup(client.get(address).text, "html.parser")

    def test_nothing_with_filters_leads_to_the_question_without_one_of_them(
        self, visit: Callable[[str], BeautifulSoup]
    ) -> None:
        path, technique = "/praktijkvoorbeelden/", "techniek=voorspellend-model"
        page = visit(f"{path}?thema=water&jaar=2019&{technique}")
        assert options(page) == {
            "Zonder het filter Thema: Water 1 praktijkvoorbeeld": f"{path}?{technique}&jaar=2019",
            "Zonder het filter Begonnen in: 2019 1 praktijkvoorbeeld": f"{path}?thema=water&{technique}",
        }
        check_counts(page, visit)

    def test_all_values_of_a_facet_go_together(self, visit: Callable[[str], BeautifulSoup]) -> None:
        page = visit("/zoeken/?q=fietsers&thema=water&thema=nergens")
        assert options(page) == {"Zonder het filter Thema: Water, nergens 1 resultaat": "/zoeken/?q=fietsers"}

    def test_one_or_two_hits_lead_to_more_without_a_filter(
        self, visit: Callable[[str], BeautifulSoup]
    ) -> None:
        page = visit("/praktijkvoorbeelden/?techniek=voorspellend-model&jaar=2019")
        assert page.select_one("#meer-vinden")
        without_year = "Zonder het filter Begonnen in: 2019 3 praktijkvoorbeelden"
        assert options(page) == {without_year: "/praktijkvoorbeelden/?techniek=voorspellend-model"}

    def test_everything_there_is_is_no_alternative(self, visit: Callable[[str], BeautifulSoup]) -> None:
        for address in ("/zoeken/?thema=water", "/zoeken/?thema=nergens", "/zoeken/", "/zoeken/?q=weg"):
            assert options(visit(address)) == {}, address

    def test_what_editors_hid_is_not_counted(
        self, in_both: Any, visit: Callable[[str], BeautifulSoup]
    ) -> None:
        HiddenResult.objects.create(text="", page=in_both.cases[1], reason="Verouderd")
        page = visit("/zoeken/?q=fietsers&thema=water")
        assert options(page) == {}
        assert "Met deze filters blijft er niets over" in page.text

    def test_a_hit_that_is_gone_before_the_worker_ran_is_told_of(
        self, in_both: Any, visit: Callable[[str], BeautifulSoup]
    ) -> None:
        in_both.cases[1].unpublish()
        page = visit("/zoeken/?q=fietsers")
        assert count(page) == "1 resultaat"
        assert not page.select(".hit")
        said = page.select_one(".empty")
        assert "Wat hier stond, is net weggehaald of veranderd" in said.text
        assert [link["href"] for link in said.select("a")] == ["/zoeken/?q=fietsers"]
        assert "bladeren" not in said.text

    def test_a_correction_that_finds_nothing_either_says_so_of_both_spellings(
        self, visit: Callable[[str], BeautifulSoup]
    ) -> None:
        vocabulary.add(EVERYONE, {"fietsers": 1})
        vocabulary._KEPT.clear()
        line = visit("/zoeken/?q=fietsrs&thema=water").select_one(".did-you-mean")
        assert " ".join(line.text.split()) == "We vinden niets: niet met fietsers en ook niet met ‘fietsrs’."
        assert not line.a, "it would lead to another empty page"


def test_a_filter_leads_to_what_has_all_words_and_what_has_some_of_them_stands_apart(
    three_cases: list[Any], fallback: Callable[[], int], client: Client
) -> None:
    def visit(address: str) -> BeautifulSoup:
        return BeautifulSoup(client.get(address).text, "html.parser")

    page = visit("/praktijkvoorbeelden/?q=weg+sensoren&jaar=2019")
    assert options(page) == {
        "Zonder het filter Begonnen in: 2019 1 praktijkvoorbeeld": "/praktijkvoorbeelden/?q=weg+sensoren",
    }
    check_counts(page, visit)
    assert [link["href"] for link in page.select(".maybe h3 a")] == ["/praktijkvoorbeelden/fiets/"]


def correct(page: BeautifulSoup) -> list[str]:
    """Return what a page says of the spelling, and the address of the question without correction."""
    line = page.select_one(".did-you-mean")
    return [" ".join(line.text.split()), line.a["href"]]


def test_without_an_engine_the_notice_is_true_beside_a_correction(
    three_cases: list[Any], fallback: Callable[[], int], client: Client
) -> None:
    vocabulary.add(EVERYONE, {"fietsers": 1})
    vocabulary._KEPT.clear()
    shown = client.get("/zoeken/?q=fietsrs").text
    assert "Dit zijn resultaten voor <strong>fietsers</strong>" in shown
    assert "we vinden alleen woorden die precies zo in een tekst staan" in shown
    assert "die je typt" not in shown


def test_a_correction_that_finds_less_than_what_was_typed_says_so(
    make_case: Callable[..., Any], refresh: Callable[[], Any], visit: Callable[[str], BeautifulSoup]
) -> None:
    make_case("nieuw", "Xqzwart op straat")
    refresh()
    vocabulary.add(EVERYONE, {"xqzwart": -1, "xqzwert": 1})
    vocabulary._KEPT.clear()
    assert correct(visit("/zoeken/?q=xqzwart")) == [
        (
            "We zochten naar xqzwert en vonden niets. Met ‘xqzwart’ vind je 1 resultaat. "
            "Zoek toch naar ‘xqzwart’"
        ),
        "/zoeken/?q=xqzwart&letterlijk=1",
    ]


def test_members_who_may_know_are_named_for_members_only(
    make_member: Callable[..., Any],
    refresh: Callable[[], Any],
    visit: Callable[[str], BeautifulSoup],
    client: Client,
) -> None:
    asking = make_member("Ans Vraagt", can_help="warmtenetten aanleggen")
    make_member("Noor Weet", can_help="warmtenetten aanleggen")
    make_member("Bo Verzwijgt", can_help="warmtenetten aanleggen", visibility={"can_help": "private"})
    make_member("Cas Verbergt", can_help="warmtenetten aanleggen", is_listed=False)
    make_member("Dee Wacht", can_help="warmtenetten aanleggen", is_approved=False)
    for number in range(4):
        make_member(f"Fenna Later {number}", about="warmtenetten")
    refresh()
    address = "/praktijkvoorbeelden/?q=warmtenetten&thema=water"
    assert not visit(address).select(".people")
    client.force_login(asking.user)
    page = visit(address)
    names = [link.text for link in page.select(".people h3 a")]
    assert len(names) == 3
    assert set(names) <= {"Noor Weet", *(f"Fenna Later {number}" for number in range(4))}
    assert page.select_one(".people h3 a")["href"].startswith("/leden/")
    assert not visit("/praktijkvoorbeelden/").select(".people"), "not beside hits"


def test_members_who_know_a_theme_that_was_chosen_are_named(
    make_member: Callable[..., Any],
    terms: dict[str, Any],
    refresh: Callable[[], Any],
    visit: Callable[[str], BeautifulSoup],
    client: Client,
) -> None:
    asking, knowing = make_member("Ans Vraagt"), make_member("Noor Weet")
    knowing.expertise.create(theme=terms["water"])
    knowing.save()
    refresh()
    client.force_login(asking.user)
    page = visit("/praktijkvoorbeelden/?thema=water&jaar=2019")
    assert [link.text for link in page.select(".people h3 a")] == ["Noor Weet"]


def test_an_account_that_waits_for_approval_is_told_no_names(
    make_member: Callable[..., Any],
    refresh: Callable[[], Any],
    visit: Callable[[str], BeautifulSoup],
    client: Client,
) -> None:
    make_member("Noor Weet", can_help="warmtenetten aanleggen")
    waiting = make_member("Wim Wachter", is_approved=False)
    refresh()
    client.force_login(waiting.user)
    assert "Noor Weet" not in visit("/praktijkvoorbeelden/?q=warmtenetten&thema=water").text


def test_an_empty_page_costs_a_fixed_number_of_queries(
    make_case: Callable[..., Any], make_member: Callable[..., Any], refresh: Callable[[], Any], client: Client
) -> None:
    client.force_login(make_member("Ans Vraagt").user)
    address = "/zoeken/?q=warmtenetten+fietsers+pompen+asfalt&thema=water&jaar=1999"
    counts = []
    for turn in range(2):
        for number in range(4):
            make_member(f"Lid {turn} {number}", can_help="warmtenetten")
            make_case(f"warm-{turn}-{number}", f"Fietsers en pompen {turn} {number}")
        refresh()
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert "Wie het misschien weet" in client.get(address).text
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 15


@pytest.mark.engine
def test_a_page_without_a_sure_hit_asks_the_engine_once(
    three_cases: list[Any], index: Callable[[], None], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from search import client as door

    asked: list[Any] = []
    run = door.run
    monkeypatch.setattr(door, "run", lambda *args, **options: asked.append(args) or run(*args, **options))
    client.get("/zoeken/?q=fietsers+pompen+regen+sensoren&jaar=1999&thema=water")
    assert len(asked) == 1
