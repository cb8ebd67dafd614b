"""Finding people: who knows something is found however one asks, and her card says why she is there."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils.translation import override

from members import content
from members.models import Member
from organisations.models import Organisation
from search.answers.services import search
from search.query.parameters import SearchParameters
from search.query.results import Hit, Marked, SearchResults
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
def knows(make_member: Callable[..., Member]) -> Callable[..., Member]:
    """Return a function that makes a member who knows techniques: their names, each with a level."""

    def make(name: str, body: Organisation | None = None, /, **fields: Any) -> Member:
        techniques = fields.pop("techniques", {})
        member = make_member(name, organisation=body, **fields)
        for technique, level in techniques.items():
            row, _ = Technique.objects.get_or_create(name=technique)
            member.expertise.create(technique=row, level=level)
        member.save()
        return member

    return make


@pytest.fixture
def reader(make_member: Callable[..., Member]) -> Any:
    """Return a member who asks, of whom nothing is known."""
    return make_member("Zoë Vraagt").user


def find(query: str, viewer: Any, listing: str = "member", **others: Any) -> SearchResults:
    """Return what this viewer finds."""
    return search(SearchParameters(query=query, listing=listing, **others), viewer=viewer)


def sure(results: SearchResults) -> list[str]:
    return [hit.slug for hit in results.hits]


def only(hits: tuple[Hit, ...]) -> Hit:
    (hit,) = hits
    return hit


ASKED = """
iemand die weet van sensordata bij een waterschap
wie kan helpen met sensordata bij een waterschap?
collega met ervaring in sensordata, waterschap
ik zoek een specialist sensordata bij een waterschap
is er een expert op het gebied van sensordata in een waterschap
wie weet iets van sensordata en werkt bij een waterschap
heb je een deskundige nodig? iemand met verstand van sensordata van een waterschap
who knows about sensordata at a waterschap
""".strip().splitlines()


class TestHowOneAsks:
    """Words that only ask for a person tell nothing; the sort of body that she works for does."""

    @pytest.fixture
    def people(
        self, knows: Callable[..., Member], terms: dict[str, Any], reader: Any, refresh: Callable[[], Any]
    ) -> Callable[..., list[str]]:
        """Return a function that gives who is sure for a question."""
        roads = Organisation.objects.create(
            name="Rijkswaterstaat", abbreviation="RWS", kind="uitvoeringsorganisatie"
        )
        province = Organisation.objects.create(name="Provincie Utrecht", kind="provincie")
        knows("Ans Water", terms["rijnland"], techniques={"Sensordata": 2, "Geo-informatie": 1})
        knows("Bo Stad", terms["breda"], techniques={"Sensordata": 3}, can_help="GIS en de GDPR")
        knows("Cas Dijk", terms["rijnland"], can_help="dijken")
        knows("Dee Weg", roads, techniques={"Power BI": 2})
        knows("Eva Land", province, about="Ik maak kaarten met GIS en weet van de GDPR.")
        refresh()
        return lambda query, listing="member": sorted(sure(find(query, reader, listing)))

    def test_words_of_speaking_tell_nothing(self, people: Callable[..., list[str]]) -> None:
        for listing in ("member", ""):
            found = {query: people(query, listing) for query in ASKED}
            assert found == {query: ["ans-water"] for query in ASKED}

    def test_bodies_are_found_by_their_kind_and_their_abbreviation(
        self, people: Callable[..., list[str]]
    ) -> None:
        found = {
            "sensordata gemeente": ["bo-stad"],
            "sensordata bij een municipality": ["bo-stad"],
            "sensordata": ["ans-water", "bo-stad"],
            "RWS Power BI": ["dee-weg"],
            "power bi bij een uitvoeringsorganisatie": ["dee-weg"],
            "iemand van Rijkswaterstaat": ["dee-weg"],
            "GIS bij een provincie": ["eva-land"],
            "GDPR gemeente Breda": ["bo-stad"],
            "GDPR provincie Utrecht": ["eva-land"],
            "dijken gemeente": [],
        }
        assert {query: people(query) for query in found} == found

    def test_words_for_the_same_thing_find_them_in_the_engine(
        self, people: Callable[..., list[str]], request: pytest.FixtureRequest
    ) -> None:
        if "database" in request.node.name:
            pytest.skip("the database knows no synonyms")
        found = {
            "GIS bij een waterschap": ["ans-water"],
            "gis hoogheemraadschap": ["ans-water"],
            "GIS at a water authority": ["ans-water"],
            "experts in GIS bij gemeenten": ["bo-stad"],
            "AVG bij een provincie": ["eva-land"],
            "privacywet AVG": [],
            "powerbi": ["dee-weg"],
        }
        assert {query: people(query) for query in found} == found


def test_of_cases_the_same_words_tell_other_things(
    make_case: Callable[..., Any], reader: Any, refresh: Callable[[], Any]
) -> None:
    make_case("expert", "Wat een expert ziet", "Sluizen bekijken.")
    make_case("sluis", "Sluizen bekijken", "Met een camera.")
    refresh()
    for listing in ("case", ""):
        assert sure(find("expert sluizen", reader, listing)) == ["expert"]
        assert sorted(sure(find("sluizen bij gemeenten", reader, listing))) == ["expert", "sluis"]


class TestWhoAsks:
    """Who asks looks for others; who looks through the list of everybody sees herself too."""

    @pytest.fixture
    def asking(self, knows: Callable[..., Member], terms: dict[str, Any], refresh: Callable[[], Any]) -> Any:
        """Return the account of somebody who knows what she asks for, as three others do."""
        for name in ("Ans", "Bo", "Cas", "Dee"):
            member = knows(f"{name} Weet", terms["breda"], can_help="sluizen bedienen")
        refresh()
        return member.user

    def test_she_is_not_among_her_own_results(self, asking: Any) -> None:
        results = find("sluizen", asking, page_size=2)
        assert (results.total, results.pages) == (3, 2)
        counts = {bucket.value: bucket.count for facet in results.facets for bucket in facet.buckets}
        assert counts["gemeente-breda"] == 3
        pages = [slug for page in (1, 2) for slug in sure(find("sluizen", asking, page=page, page_size=2))]
        assert sorted(pages) == ["ans-weet", "bo-weet", "cas-weet"]
        assert find("sluizen", asking, "").total == 3
        assert "dee-weet" not in [hit.slug for hit in find("sluizen xqzzyw", asking).maybe]

    def test_she_is_in_the_list_of_everybody(self, asking: Any) -> None:
        everybody = find("", asking)
        assert (everybody.total, "dee-weet" in sure(everybody)) == (4, True)
        assert find("", asking, facets={"organisation": ("gemeente-breda",)}).total == 4


def test_an_expert_comes_before_who_knows_a_little(
    knows: Callable[..., Member], reader: Any, refresh: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    build = content.build_search_content

    def repeat(member: Member) -> Any:
        words = [item.subject.name for item in member.expertise.all() for _ in range(item.level)]
        return replace(build(member), keywords=tuple(words))

    monkeypatch.setattr(content, "build_search_content", repeat)
    for name, level in (("Ans", 1), ("Bo", 3), ("Cas", 2)):
        knows(f"{name} Weet", techniques={"Sensordata": level, "Dijken": 2})
    refresh()
    assert sure(find("sensordata", reader)) == ["bo-weet", "cas-weet", "ans-weet"]
    assert sure(find("wie is expert in sensordata en dijken", reader)) == ["bo-weet", "cas-weet", "ans-weet"]


@pytest.mark.parametrize("others", [0, 12])
def test_an_expert_in_five_subjects_comes_before_who_knows_the_basics_of_one(
    knows: Callable[..., Member], terms: dict[str, Any], reader: Any, refresh: Callable[[], Any], others: int
) -> None:
    many = dict.fromkeys(
        ("Drones", "Kaarten", "Geografische informatie", "Open standaarden", "Sensordata"), 3
    )
    for number in range(others):
        knows(f"Lid {number:02}", terms["breda"], techniques={"Modellen": 2, "Kaarten": 1})
    knows("Ans Weinig", techniques={"Sensordata": 1})
    knows("Zus Weet", terms["rijnland"], techniques=many)
    knows("Zij Ook", techniques=many | {"Sensordata": 2})
    refresh()
    for question in ("sensordata", "wie is expert in sensordata"):
        assert sure(find(question, reader)) == ["zus-weet", "zij-ook", "ans-weinig"]


class TestFacets:
    """What somebody seeks, and which languages she speaks: only members, and only in their list."""

    @pytest.fixture(autouse=True)
    def people(
        self,
        make_member: Callable[..., Member],
        refresh: Callable[[], Any],
        terms: dict[str, Any],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """Have two members of whom the index knows what they seek and speak."""
        Technique.objects.create(name="Drones", slug="drones", name_en="UAV")
        Theme.objects.create(name="Dubbel", slug="dubbel")
        Technique.objects.create(name="Dubbel", slug="dubbel")
        told = {
            "Ans": {"seeks": ("water", "drones"), "languages": ("nl", "en")},
            "Bo": {"seeks": ("drones", "dubbel"), "languages": ("nl", "fy")},
        }
        build = content.build_search_content

        def add(member: Member) -> Any:
            made = build(member)
            return replace(made, facets=made.facets | told[member.name])

        monkeypatch.setattr(content, "build_search_content", add)
        for name in told:
            make_member(name)
        refresh()

    @pytest.fixture
    def visit(self, client: Client) -> Callable[[str], BeautifulSoup]:
        """Return a function that opens an address as a member."""
        client.force_login(Member.objects.get(name="Ans").user)
        return lambda address: BeautifulSoup(client.get(address).text, "html.parser")

    def test_the_list_of_members_has_them_with_words_of_themes_and_techniques(
        self, visit: Callable[[str], BeautifulSoup]
    ) -> None:
        def boxes(address: str, name: str) -> list[str]:
            labels = visit(address).select(f"#facet-{name} label.check")
            return [" ".join(label.text.split()) for label in labels]

        assert boxes("/leden/", "zoekt") == ["Drones2 resultaten", "Dubbel1 resultaat", "Water1 resultaat"]
        assert boxes("/leden/", "spreekt") == [
            "Nederlands2 resultaten",
            "Engels1 resultaat",
            "Fries1 resultaat",
        ]
        assert boxes("/en/leden/?spreekt=fy", "zoekt") == ["Dubbel1 result", "UAV1 result"]

    def test_they_narrow_the_list(self, visit: Callable[[str], BeautifulSoup]) -> None:
        def names(address: str) -> list[str]:
            return [title.text.strip() for title in visit(address).select(".people h3")]

        assert names("/leden/?zoekt=water") == names("/leden/?spreekt=en") == ["Ans"]
        assert names("/leden/?zoekt=drones&spreekt=nl") == ["Ans", "Bo"]
        assert names("/leden/?zoekt=water&spreekt=fy") == []

    def test_elsewhere_they_are_not_there_and_change_nothing(
        self, visit: Callable[[str], BeautifulSoup], client: Client
    ) -> None:
        for browser in (client, Client()):
            for address in ("/zoeken/", "/organisaties/"):
                plain, asked = (
                    BeautifulSoup(browser.get(address + end).text, "html.parser")
                    for end in ("", "?zoekt=drones&spreekt=fy")
                )
                assert not asked.select("#facet-zoekt, #facet-spreekt, .chip")
                assert asked.select_one("#gevonden").text == plain.select_one("#gevonden").text
            answer = browser.get("/api/v1/search").json()
            assert {"seeks", "languages"}.isdisjoint(answer["facets"])
            assert browser.get("/api/v1/search", {"seeks": "drones"}).status_code == 400


class TestWhy:
    """A card says what of the profile has the words, and never more than it shows."""

    @pytest.fixture
    def ans(self, knows: Callable[..., Member], terms: dict[str, Any], refresh: Callable[[], Any]) -> Member:
        """Return a member who knows several things."""
        member: Member = knows(
            "Ans Weet",
            terms["rijnland"],
            techniques={"Drones": 3, "Sensordata": 2},
            role="Adviseur voor meetnetten",
            can_help="Ik kan helpen met meten, bijvoorbeeld sensordata van een gemaal.",
            about="Begon met <b>sensordata</b> in 2010.",
        )
        refresh()
        return member

    def test_a_sure_hit_says_all_and_shows_first_what_was_asked(self, ans: Member, reader: Any) -> None:
        for listing in ("member", ""):
            hit = only(find("wie kan helpen met sensordata bij een waterschap", reader, listing).hits)
            assert hit.why == (
                "Expertise: Sensordata (ervaren) · Organisatie: Waterschap"
                " · Kan helpen met: sensordata · Over mij: sensordata"
            )
            skills = [(skill["label"], skill["is_met"]) for skill in hit.skills]
            assert skills == [("Sensordata", True), ("Drones", False)]
            assert hit.where == ()

    def test_a_name_of_the_body_says_more_than_its_kind(self, ans: Member, reader: Any) -> None:
        (hit,) = find("drones Rijnland", reader).hits
        assert hit.why == (
            "Expertise: Drones (expert) · Organisatie: Hoogheemraadschap van Rijnland (nog niet bevestigd)"
        )
        (hit,) = find("adviseur meetnetten", reader).hits
        assert hit.why == "Functie: Adviseur, meetnetten"

    @pytest.mark.engine
    def test_a_subject_with_less_of_the_words_was_not_meant(
        self, knows: Callable[..., Member], index: Callable[[], None], reader: Any
    ) -> None:
        knows("Bea Vraag", techniques={"Data-analyse": 3, "Data-ethiek": 1, "Datakwaliteit": 2})
        index()
        vocabulary._KEPT.clear()
        (hit,) = find("data-ethiek", reader).hits
        assert hit.why == "Expertise: Data-ethiek (basis)"
        assert [skill["label"] for skill in hit.skills if skill["is_met"]] == ["Data-ethiek"]

    def test_a_filler_is_a_reason_when_nothing_else_was_asked(self, ans: Member, reader: Any) -> None:
        (hit,) = find("helpen", reader).hits
        assert hit.why == "Kan helpen met: helpen"

    @pytest.mark.engine
    def test_a_stop_word_is_marked_in_no_name(
        self,
        knows: Callable[..., Member],
        terms: dict[str, Any],
        index: Callable[[], None],
        reader: Any,
    ) -> None:
        knows("Dewi van Vlierberg", terms["rijnland"], techniques={"Drones": 1})
        index()
        vocabulary._KEPT.clear()
        (hit,) = find("iemand van Rijnland met drones", reader).hits
        assert "<mark>" not in hit.title_html
        (named,) = find("van Vlierberg", reader).hits
        assert "<mark>Vlierberg</mark>" in named.title_html

    def test_a_member_is_found_by_the_province_she_works_in(
        self,
        knows: Callable[..., Member],
        terms: dict[str, Any],
        refresh: Callable[[], Any],
        reader: Any,
    ) -> None:
        knows("Wim Waar", terms["breda"], techniques={"Drones": 1})
        refresh()
        (hit,) = find("drones in Noord-Brabant", reader).hits
        assert hit.title == "Wim Waar"

    def test_what_may_be_meant_says_it_too(self, ans: Member, reader: Any, client: Client) -> None:
        hit = only(find("drones kwartels", reader).maybe)
        assert (hit.reason, hit.why) == (
            "Over drones, niet over kwartels",
            "Expertise: Drones (expert)",
        )
        client.force_login(reader)
        page = BeautifulSoup(client.get("/leden/?q=drones+kwartels").text, "html.parser")
        told = [part.text for part in page.select(".maybe li p span")]
        assert told[-2:] == ["Over drones, niet over kwartels", "Expertise: Drones (expert)"]

    def test_members_who_may_know_say_it_too(
        self, ans: Member, reader: Any, three_cases: list[Any], refresh: Callable[[], Any]
    ) -> None:
        refresh()
        hit = only(find("wie helpt met sensordata kwartels", reader, "case").members)
        assert (
            hit.why == "Expertise: Sensordata (ervaren) · Kan helpen met: sensordata · Over mij: sensordata"
        )
        assert hit.skills[0]["label"] == "Sensordata"

    def test_a_card_shows_it_and_marks_the_skill(self, ans: Member, reader: Any, client: Client) -> None:
        client.force_login(reader)
        page = BeautifulSoup(client.get("/leden/?q=sensordata").text, "html.parser")
        assert "Waarom je dit ziet" in page.select_one(".person .help").text
        assert "Expertise: Sensordata (ervaren)" in page.select_one(".person .help").text
        assert page.select_one(".person .skills li span").decode_contents() == "<mark>Sensordata</mark>"
        everything = client.get("/zoeken/?q=sensordata").text
        assert "Expertise: Sensordata (ervaren) · Kan helpen met: sensordata" in everything
        without = BeautifulSoup(client.get("/leden/").text, "html.parser")
        assert "Waarom je dit ziet" not in without.text
        assert not without.select(".skills mark")

    def test_it_is_in_the_language_of_the_reader(
        self, ans: Member, reader: Any, refresh: Callable[[], Any]
    ) -> None:
        Technique.objects.filter(name="Sensordata").update(name_en="Sensor readings")
        with override("en"):
            (hit,) = find("sensordata", reader).hits
        assert hit.why.startswith("Expertise: Sensor readings (experienced) · Can help with: sensordata")

    @pytest.mark.parametrize("field", ["expertise", "organisation", "can_help", "about"])
    def test_a_field_that_was_hidden_since_is_not_named(
        self, ans: Member, reader: Any, refresh: Callable[[], Any], field: str
    ) -> None:
        words = {
            "expertise": "Expertise",
            "organisation": "Waterschap",
            "can_help": "Kan helpen",
            "about": "Over mij",
        }
        before = find("sensordata waterschap", reader).hits[0].why
        assert words[field] in before
        ans.visibility = {**ans.visibility, field: "private"}
        ans.save()
        results = find("sensordata waterschap", reader)
        assert [hit.why for hit in (*results.hits, *results.maybe)] == [""]
        refresh()
        results = find("sensordata waterschap", reader)
        (hit,) = (*results.hits, *results.maybe)
        assert hit.why
        assert words[field] not in hit.why

    def test_even_an_index_that_claims_to_be_in_line_gives_nothing_away(
        self, ans: Member, reader: Any
    ) -> None:
        hidden = dict.fromkeys(("expertise", "organisation", "can_help", "about"), "private")
        Member.objects.filter(pk=ans.pk).update(visibility={**ans.visibility, **hidden})
        (hit,) = find("sensordata waterschap", reader).hits
        assert (hit.why, hit.skills, hit.organisation) == ("", [], "")


@pytest.mark.parametrize(
    ("html", "words", "phrases"),
    [
        (
            "&lt;b&gt; <mark>machine</mark> <mark>learning</mark> en <mark>GIS</mark>",
            3,
            ["machine learning", "GIS"],
        ),
        ("<mark>data</mark>-<mark>ethiek</mark>", 2, ["data-ethiek"]),
        ("<mark>ISO</mark><mark>27001</mark>", 2, ["ISO27001"]),
        ("<mark>R&amp;D</mark>", 1, ["R&D"]),
    ],
)
def test_marked_words_beside_each_other_are_told_together(html: str, words: int, phrases: list[str]) -> None:
    marked = Marked("keywords", html)
    assert (len(marked.words), marked.phrases) == (words, phrases)
    assert "mark>" not in marked.text


def test_a_word_that_stands_in_every_name_is_no_reason(
    knows: Callable[..., Member], terms: dict[str, Any], reader: Any, refresh: Callable[[], Any]
) -> None:
    knows("Ans Weet", terms["rijnland"], techniques={"Sensordata": 2})
    refresh()
    (hit,) = find("wie weet er van sensordata van een waterschap", reader).hits
    assert hit.why == "Expertise: Sensordata (ervaren) · Organisatie: Waterschap"


def test_words_that_only_ask_are_no_reason(
    knows: Callable[..., Member], reader: Any, refresh: Callable[[], Any]
) -> None:
    knows("Ans Weet", can_help="collega helpen met sluizen", techniques={"Werken met mensen": 1})
    refresh()
    (hit,) = find("collega die met mensen werkt aan sluizen", reader).hits
    assert hit.why == "Kan helpen met: sluizen"
    assert not re.search("mark", str(hit.skills))
