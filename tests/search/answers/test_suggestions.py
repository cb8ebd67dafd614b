"""While somebody types the search field offers a few names of each kind, and none that she may not see."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from curation.models import HiddenResult
from organisations.models import Organisation
from search import client as door
from search.answers.suggestions import MOST, arrange
from search.query.results import Suggestion
from taxonomy.models import Technique, Theme

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

BOTH = [pytest.param("engine", marks=pytest.mark.engine), "database"]
Offered = Callable[..., list[tuple[str, str]]]
THE_CASE = ("case", "Slim asfaltonderhoud")


@pytest.fixture
def offered(client: Client) -> Offered:
    """Return a function that gives kind and title of what is offered to this visitor."""

    def ask(text: str, **headers: str) -> list[tuple[str, str]]:
        answer = client.get("/api/v1/suggest", {"q": text}, headers=headers)
        assert answer.status_code == 200
        return [(row["type"], row["title"]) for row in answer.json()["suggestions"]]

    return ask


@pytest.fixture(params=BOTH)
def follow(request: pytest.FixtureRequest, three_cases: list[Any]) -> Callable[[], Any]:
    """Return a function that lets the index follow the database; once with the engine, once without."""
    return request.getfixturevalue("index" if request.param == "engine" else "fallback")


AS_TYPED = (
    "asfa",
    "slim asf",
    "Slím ÁSFALT",
    "onderhoud",  # a word inside a compound
    "onderh",
    "slim onder",
    "asfatl",  # an error, in a word that is not whole yet
    "asfaltonderhoid",
    "asfaltonderhoudd",
    "asfalt onderhoud",
    "asfalt-onderhoud",
    "ik zoek asfaltonderhoud",
)


@pytest.mark.engine
def test_a_case_is_offered_however_its_name_is_typed(
    three_cases: list[Any], index: Callable[[], None], offered: Offered
) -> None:
    for text in AS_TYPED:
        assert offered(text)[0] == THE_CASE, text


def test_without_the_engine_names_are_found_too(
    three_cases: list[Any], fallback: Any, offered: Offered
) -> None:
    for text in ("asfalt", "onderhoud", "Slím asf"):
        assert offered(text) == [THE_CASE], text


@pytest.mark.engine
def test_an_error_is_forgiven_only_when_nothing_fits_as_it_is(
    make_case: Callable[..., Any], index: Callable[[], None], offered: Offered
) -> None:
    make_case("wagen", "Wagens delen")
    make_case("waren", "Waren keuren")
    index()
    assert offered("ware") == [("case", "Waren keuren")]
    assert offered("wafens") == [("case", "Wagens delen")]
    assert offered("xwage") == []  # a whole word would be corrected before it is looked for


def test_kinds_stand_together_with_the_cases_first(
    follow: Callable[[], Any], terms: dict[str, Any], offered: Offered
) -> None:
    Organisation.objects.create(name="Waterschap Rivierenland", kind="waterschap")
    follow()
    assert offered("water") == [("theme", "Water"), ("organisation", "Waterschap Rivierenland")]
    assert offered("voorspel") == [("technique", "Voorspellend model")]
    assert offered("rio") == [("case", "Rioolgemalen aansturen")]


class TestThreeCases:
    """Tests that change nothing of what is indexed."""

    def test_a_term_leads_to_the_cases_that_have_it(self, in_both: Any, client: Client) -> None:
        (row,) = client.get("/api/v1/suggest", {"q": "voorspellend"}).json()["suggestions"]
        assert row == {
            "type": "technique",
            "title": "Voorspellend model",
            "url": "http://testserver/praktijkvoorbeelden/?techniek=voorspellend-model",
        }
        page = client.get(row["url"]).text
        assert "3 praktijkvoorbeelden" in page

    def test_a_term_is_offered_by_its_names_in_both_languages(self, in_both: Any, offered: Offered) -> None:
        for text in ("verkeer", "traffic", "vekreer", "Verkéér"):
            assert ("theme", "Verkeer") in offered(text), text
            assert ("theme", "Traffic") in offered(text, accept_language="en"), text

    def test_a_few_letters_are_not_of_a_name_in_the_other_language(
        self, in_both: Any, offered: Offered
    ) -> None:
        assert offered("tra") == []
        assert offered("tra", accept_language="en") == [("theme", "Traffic")]

    def test_a_word_may_be_longer_than_the_beginnings_that_are_kept(
        self, in_both: Any, offered: Offered
    ) -> None:
        assert offered("hoogheemraadschap van r") == [("organisation", "Hoogheemraadschap van Rijnland")]

    def test_what_editors_hide_is_not_offered(self, in_both: Any, offered: Offered) -> None:
        assert THE_CASE in offered("slim")
        HiddenResult.objects.create(page=in_both.cases[0], text="")
        caches["memory"].clear()
        assert offered("slim") == []

    def test_nothing_that_is_typed_breaks_it(self, in_both: Any, offered: Offered) -> None:
        for text in (
            "",
            "a",
            " a ",
            "--",
            '"',
            "***",
            "\x00\x00",
            "a" * 5000,
            "? " * 300,
            "<script>",
            "%",
            "_ _",
        ):
            assert offered(text) == [], text


def test_a_term_is_offered_by_a_part_of_a_compound_and_written_as_one_word(
    follow: Callable[[], Any], three_cases: list[Any], offered: Offered
) -> None:
    three_cases[0].techniques = [
        Technique.objects.create(name="Open data"),
        Technique.objects.create(name="Beeldherkenning"),
    ]
    three_cases[0].save_revision().publish()
    follow()
    assert ("technique", "Open data") in offered("opendata")
    assert ("technique", "Beeldherkenning") in offered("herkenning")


def test_a_term_that_no_public_case_has_is_not_offered(
    follow: Callable[[], Any], three_cases: list[Any], offered: Offered
) -> None:
    Theme.objects.create(name="Kwartelplan")
    three_cases[1].themes = [Theme.objects.create(name="Kwartelteken")]
    three_cases[1].save_revision().publish()
    follow()
    assert offered("kwartel") == [("theme", "Kwartelteken")]
    PageViewRestriction.objects.create(page=three_cases[1], restriction_type="login")
    follow()
    assert offered("kwartel") == []


def test_members_are_offered_to_members_only(
    make_member: Callable[..., Any], follow: Callable[[], Any], offered: Offered, client: Client
) -> None:
    make_member("Kwartel de Vriendt", about="kwartelwoord", visibility={"about": "members"})
    reader, waiting = make_member("Ans Lezer"), make_member("Wim Wachter", is_approved=False)
    follow()
    assert offered("kwartel") == []
    client.force_login(waiting.user)
    assert offered("kwartel") == []
    client.force_login(reader.user)
    assert offered("kwartel") == [("member", "Kwartel de Vriendt")]
    assert offered("kwartelwoord") == []  # names only


@pytest.mark.parametrize("shown", ["organisation", "private"])
def test_a_member_who_hides_the_name_is_not_offered_even_while_the_index_is_behind(
    make_member: Callable[..., Any], follow: Callable[[], Any], offered: Offered, client: Client, shown: str
) -> None:
    member, reader = make_member("Kwartel de Vriendt"), make_member("Ans Lezer")
    follow()
    client.force_login(reader.user)
    member.visibility = {"name": shown}
    member.save()
    assert offered("kwartel") == []
    follow()
    assert offered("kwartel") == []


def test_the_cost_stays_the_same_however_much_there_is(
    make_case: Callable[..., Any],
    make_member: Callable[..., Any],
    follow: Callable[[], Any],
    client: Client,
    monkeypatch: Any,
) -> None:
    asked: list[Any] = []
    real = door.ask
    monkeypatch.setattr(door, "ask", lambda operation: asked.append(operation) or real(operation))
    make_member("Kwartel de Vriendt")
    Organisation.objects.create(name="Kwartelschap", kind="waterschap")
    client.force_login(make_member("Ans Lezer").user)

    def cost() -> int:
        follow()
        client.get(
            "/api/v1/suggest", {"q": "kwartel"}
        )  # so that this process knows the words and the decisions
        asked.clear()
        with CaptureQueriesContext(connection) as queries:
            answer = client.get("/api/v1/suggest", {"q": "kwartel"}).json()["suggestions"]
        assert {row["type"] for row in answer} == {"case", "theme", "organisation", "member"}
        assert len(asked) == 1
        return len(queries)

    theme = Theme.objects.create(name="Kwartels")
    make_case("een", "Kwartels tellen", themes=[theme])
    few = cost()
    for number in range(8):
        make_case(
            f"kwartel-{number}",
            f"Kwartels {number}",
            themes=[theme, Theme.objects.create(name=f"Kwartels {number}")],
        )
        make_member(f"Kwartel {number}")
    assert cost() == few <= 10  # one of them looks whom she saw lately


def test_every_kind_gets_a_place_before_another_gets_its_second() -> None:
    many = [
        Suggestion(kind, f"{kind} {n}", "/")
        for kind in ("page", "case", "member", "theme", "organisation")
        for n in range(6)
    ]
    kinds = [one.type for one in arrange(many)]
    assert kinds == ["case", "case", "theme", "theme", "organisation", "organisation", "member", "page"]
    assert len(kinds) == MOST
    assert [one.title for one in arrange(many[:6])] == ["page 0", "page 1", "page 2", "page 3"]
