"""Searching in the real engine, through the pages and the API."""

from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from organisations.models import Organisation
from search.answers.services import search
from search.query.parameters import SearchParameters
from search.text import vocabulary

pytestmark = [pytest.mark.engine, pytest.mark.django_db]


def slugs(answer: dict[str, Any]) -> list[str]:
    return [hit["slug"] for hit in answer["results"]]


FORMS = {
    "asfaltonderhoud": "asfalt",
    "onderhoud asfalt": "asfalt",
    "rioolgemaal": "gemaal",
    "gemalen": "gemaal",
    "Wégen smal": "fiets",
    "fietser": "fiets",
    "voorspellende modellen asfalt": "asfalt",
}


class TestThreeCases:
    """Tests that change nothing of what is indexed."""

    @pytest.fixture
    def found(self, in_engine: Any, client: Client) -> Callable[..., Any]:
        """Return a function that asks the API, and checks that the engine answered."""

        def ask(**parameters: Any) -> Any:
            answer = client.get("/api/v1/search", parameters).json()
            assert answer["engine"] == "elasticsearch"
            return answer

        return ask

    def test_a_case_is_found_in_other_forms_of_its_words(self, found: Callable[..., Any]) -> None:
        assert {query: slugs(found(q=query))[0] for query in FORMS} == FORMS

    def test_a_typing_error_finds_what_was_meant_and_says_how_it_is_spelled(
        self, found: Callable[..., Any]
    ) -> None:
        answer = found(q="fietsrs")
        assert slugs(answer) == ["fiets"]
        assert answer["suggestion"] == "fietsers"

    def test_nonsense_finds_nothing(self, found: Callable[..., Any]) -> None:
        answer = found(q="xqzzy wvvk")
        assert (answer["total"], answer["results"]) == (0, [])

    def test_values_of_one_facet_are_or_and_facets_are_and(self, found: Callable[..., Any]) -> None:
        assert found(type="case", theme=["verkeer", "water"])["total"] == 3
        assert slugs(found(type="case", theme=["verkeer", "water"], year="2019")) == ["fiets"]
        assert found(type="case", theme="water", year="2019")["total"] == 0

    def test_counts_of_a_facet_do_not_change_with_its_own_choice(self, found: Callable[..., Any]) -> None:
        facets = found(type="case", theme="water")["facets"]
        themes = {bucket["value"]: (bucket["count"], bucket["selected"]) for bucket in facets["theme"]}
        years = {bucket["value"]: bucket["count"] for bucket in facets["year"]}
        assert themes == {"water": (1, True), "verkeer": (2, False)}
        assert years == {"2018": 1}

    def test_a_chosen_value_that_nothing_has_stays_visible(self, found: Callable[..., Any]) -> None:
        phases = found(phase="stopped")["facets"]["phase"]
        assert {"value": "stopped", "label": "Gestopt", "count": 0, "selected": True} in phases

    def test_suggestions_begin_like_what_was_typed_over_all_kinds(
        self, found: Callable[..., Any], client: Client
    ) -> None:
        answer = client.get("/api/v1/suggest", {"q": "bre"}).json()
        assert [(row["type"], row["title"]) for row in answer["suggestions"]] == [
            ("organisation", "Gemeente Breda")
        ]
        assert client.get("/api/v1/suggest", {"q": "b"}).json() == {"suggestions": []}

    def test_similar_cases_come_with_a_reason_and_without_the_case(
        self, found: Callable[..., Any], client: Client
    ) -> None:
        results = client.get("/api/v1/cases/asfalt/similar").json()["results"]
        assert {row["slug"]: row["reason"] for row in results} == {
            "fiets": "Zelfde techniek: Voorspellend model",
            "gemaal": "Zelfde techniek: Voorspellend model, andere organisatie",
        }
        assert "Zelfde techniek: Voorspellend model" in client.get("/praktijkvoorbeelden/asfalt/").text

    def test_a_page_beyond_the_end_is_empty_and_points_back(
        self, found: Callable[..., Any], client: Client
    ) -> None:
        answer = found(page=9, type="case")
        assert (answer["results"], answer["total"]) == ([], 3)
        assert found(page=1_000_000)["results"] == []
        assert (
            "Deze pagina van de lijst bestaat niet"
            in client.get("/zoeken/", {"soort": "case", "pagina": 9}).text
        )

    def test_one_search_is_one_request_to_the_engine(
        self, in_engine: Any, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from search import client as door

        asked: list[Any] = []
        run = door.run
        monkeypatch.setattr(door, "run", lambda *args, **options: asked.append(args) or run(*args, **options))
        client.get("/zoeken/", {"q": "voorspellend model"})
        assert len(asked) == 1

    @pytest.mark.parametrize(
        ("address", "most"),
        [
            ("/zoeken/", 8),
            ("/zoeken/?q=model", 8),
            ("/praktijkvoorbeelden/", 12),
            ("/organisaties/?q=breda", 12),
        ],
    )
    def test_a_search_keeps_to_its_number_of_queries(
        self,
        address: str,
        most: int,
        found: Callable[..., Any],
        client: Client,
        django_assert_max_num_queries: Any,
    ) -> None:
        client.get(address)
        with django_assert_max_num_queries(most):
            client.get(address)


def test_a_hit_says_where_it_matched_with_everything_else_escaped(
    make_case: Callable[..., Any], index: Callable[[], None], client: Client
) -> None:
    make_case("gevaar", "Over <script>", "Een &lt;img src=x&gt; bij de waterkering, 'zo' & \"zo\".")
    index()
    (hit,) = client.get("/api/v1/search", {"q": "waterkering"}).json()["results"]
    assert "<mark>waterkering</mark>" in hit["highlights"][0]
    assert "&lt;img src=x&gt;" in hit["highlights"][0]
    page = client.get("/zoeken/", {"q": "waterkering"}).text
    assert "Gevonden in: Aanpak" in page
    assert "<img src=x" not in page
    assert "Over &lt;script&gt;" in page


def test_members_are_found_by_members_only(
    make_member: Callable[..., Any], three_cases: list[Any], index: Callable[[], None], client: Client
) -> None:
    member = make_member("Noor de Vriendt", role="data-analist", can_help="Algoritmes uitleggen")
    reader = make_member("Ans Lezer").user
    index()
    parameters = SearchParameters(query="algoritmes uitleggen")
    assert search(parameters, viewer=reader).total == 1
    assert search(parameters, viewer=member.user).total == 0
    assert client.get("/api/v1/search", {"q": "algoritmes uitleggen"}).json()["total"] == 0
    assert client.get("/api/v1/search", {"type": "member"}).json()["total"] == 0
    client.force_login(reader)
    (hit,) = client.get("/api/v1/search", {"type": "member", "q": "algoritmes"}).json()["results"]
    assert (hit["type"], hit["title"]) == ("member", "Noor de Vriendt")
    assert hit["reason"] == "Kan helpen met: Algoritmes"
    assert "Noor de Vriendt" in client.get("/leden/", {"q": "algoritmes"}).text


def test_somebody_who_waits_for_approval_finds_no_members(
    make_member: Callable[..., Any], index: Callable[[], None], client: Client
) -> None:
    make_member("Noor de Vriendt")
    waiting = make_member("Wim Wachter", is_approved=False)
    index()
    client.force_login(waiting.user)
    assert client.get("/api/v1/search", {"type": "member"}).json()["total"] == 0


def test_an_english_page_is_found_by_forms_of_english_words(
    make_case: Callable[..., Any], index: Callable[[], None], client: Client
) -> None:
    make_case("bridges", "Inspecting bridges", "Drones look at bridges.", language="en")
    index()
    assert slugs(client.get("/api/v1/search", {"q": "bridge inspection drone"}).json())[0] == "bridges"


def test_words_for_the_same_thing_find_an_english_page(
    make_case: Callable[..., Any], index: Callable[[], None], client: Client
) -> None:
    make_case("requests", "Answering requests", "Residents ask what we keep under the GDPR.", language="en")
    index()
    for query in ("AVG", "algemene verordening gegevensbescherming"):
        (hit,) = client.get("/api/v1/search", {"q": query, "type": "case"}).json()["results"]
        assert "<mark>GDPR</mark>" in hit["highlights"][0], query


SPELLINGS = [
    ("AVG", "a.v.g.", "GDPR"),
    ("ISO 27001", "ISO27001", "iso-27001"),
    ("NEN 2767", "NEN2767"),
    ("e-mail", "email"),
    ("open data", "open-data", "opendata"),
    ("big data", "bigdata", "big-data"),
    ("machine learning",),
    ("CO2",),
    ("agenda’s", "agenda's", "agenda"),
]


def test_all_spellings_of_a_word_find_all_others_first(
    make_case: Callable[..., Any], index: Callable[[], None], client: Client
) -> None:
    named = {
        spelling: make_case(f"c-{a}-{b}", f"Zo doen wij {spelling}").slug
        for a, group in enumerate(SPELLINGS)
        for b, spelling in enumerate(group)
    }
    index()
    vocabulary._KEPT.clear()
    for group in SPELLINGS:
        for spelling in group:
            first = slugs(client.get("/api/v1/search", {"q": spelling, "type": "case"}).json())[: len(group)]
            assert sorted(first) == sorted(named[other] for other in group), spelling


def test_a_code_in_one_word_is_marked_where_it_stands(
    make_case: Callable[..., Any], index: Callable[[], None], client: Client
) -> None:
    make_case("norm", "Veilig", "Wij werken sinds 2019 volgens ISO27001 en meten de CO2 in de lucht.")
    index()
    parts = [
        client.get("/api/v1/search", {"q": query}).json()["results"][0]["highlights"][0]
        for query in ("iso-27001", "co2")
    ]
    assert "volgens <mark>ISO</mark><mark>27001</mark> en" in parts[0]
    assert "de <mark>CO2</mark> in" in parts[1]


def leads_to_its_part(client: Client, query: str, address: str) -> None:
    """Check that the only case found links to its page, and to this part, which the page has."""
    shown = BeautifulSoup(client.get("/praktijkvoorbeelden/", {"q": query}).text, "html.parser")
    (title,), (where,) = shown.select(".hit h3 a"), shown.select(".hit .where a")
    page, _, part = address.partition("#")
    assert title["href"].endswith(page)
    assert where["href"].endswith(address)
    assert BeautifulSoup(client.get(page).text, "html.parser").find(id=part)


def test_an_unknown_compound_finds_a_case_by_its_parts_and_shows_where(
    make_case: Callable[..., Any], index: Callable[[], None], client: Client
) -> None:
    make_case("polder", "Droge voeten", "Hoe hoog staat het peil van de polder?", summary="Over water.")
    index()
    vocabulary._KEPT.clear()
    leads_to_its_part(client, "polderpeil", "/praktijkvoorbeelden/polder/#aanpak")
    (part, *_) = client.get("/api/v1/search", {"q": "polderpeil"}).json()["results"][0]["highlights"]
    assert "<mark>peil</mark>" in part
    assert "<mark>polder</mark>" in part


def test_the_parts_of_a_compound_are_it_only_near_each_other(
    make_case: Callable[..., Any], index: Callable[[], None], client: Client
) -> None:
    between = "Wij meten in de zomer en in de winter hoe glad en hoe stil een straat is."
    make_case("woord", "Meten", "Wij plannen asfaltonderhoud.")
    make_case("dichtbij", "Plannen", "Het onderhoud van het asfalt gaat sneller.")
    make_case("ver", "Wachten", f"Het asfalt is oud. {between} Onderhoud kost.")
    index()
    vocabulary._KEPT.clear()
    answer = client.get("/api/v1/search", {"q": "asfaltonderhoud", "type": "case"}).json()
    assert sorted(slugs(answer)) == ["dichtbij", "woord"]
    assert [(hit["slug"], hit["reason"]) for hit in answer["maybe"]] == [
        ("ver", "Over asfalt en onderhoud, maar niet samen")
    ]


def test_a_hit_leads_to_the_second_passage_when_that_is_the_one(
    make_case: Callable[..., Any], index: Callable[[], None], client: Client
) -> None:
    page = make_case("dijk", "Dijken keuren")
    page.body = [
        ("section", {"heading": heading, "own_heading": "", "content": [("text", f"<p>{text}</p>")]})
        for heading, text in [
            ("aanpak", "Radar meet de hoogte."),
            ("resultaat", "Muskusratten worden eerder gezien."),
        ]
    ]
    page.save_revision().publish()
    index()
    leads_to_its_part(client, "muskusrat", "/praktijkvoorbeelden/dijk/#resultaat")


def test_the_newest_and_the_most_reused_come_first_when_asked(
    three_cases: list[Any], index: Callable[[], None], client: Client, adopt: Callable[..., Any]
) -> None:
    body = Organisation.objects.create(name="Gemeente Ede", kind="gemeente")
    adopt(three_cases[1], body)
    index()
    page = client.get("/praktijkvoorbeelden/", {"sorteer": "hergebruik"})
    assert page.context["results"]["hits"][0].slug == "fiets"


# Four of them are unread messages, whom she saw lately, keeping whom she sees now, and who pauses.
@pytest.mark.parametrize(("address", "most"), [("/leden/", 19), ("/leden/?q=lid", 19)])
def test_a_search_by_a_member_costs_no_more_queries_with_more_members(
    address: str, most: int, make_member: Callable[..., Any], index: Callable[[], None], client: Client
) -> None:
    member = make_member("Noor de Vriendt")
    make_member("Lid Tweede")
    client.force_login(member.user)
    counts = []
    for turn in range(2):
        index()
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).context["results"]["hits"]
        counts.append(len(queries))
        for number in range(10):
            make_member(f"Lid {turn} {number}")
    assert counts[0] == counts[1] <= most


@pytest.fixture
def roads(make_case: Callable[..., Any], terms: dict[str, Any], index: Callable[[], None]) -> None:
    """Publish six cases about roads and one about a bridge, all with a theme and an organisation."""
    for number, word in enumerate(["Weg"] * 6 + ["Brug"]):
        make_case(
            f"c-{number}",
            f"{word} {number}",
            "tekst",
            themes=[terms["roads"]],
            organisations=[terms["breda"]],
        )
    index()


def count_queries(client: Client, address: str, **parameters: Any) -> tuple[int, Any]:
    """Return how many queries an address takes when it was asked before, and what it answers."""
    client.get(address, parameters)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address, parameters)
    return len(queries), answer


def test_one_and_six_hits_cost_the_page_the_same_number_of_queries(roads: None, client: Client) -> None:
    one, few = count_queries(client, "/zoeken/", q="brug", soort="case")
    six, many = count_queries(client, "/zoeken/", q="weg", soort="case")
    assert [len(page.context["results"]["hits"]) for page in (few, many)] == [1, 6]
    assert one == six <= 8


def test_two_and_six_hits_cost_the_api_the_same_number_of_queries(roads: None, client: Client) -> None:
    two, few = count_queries(client, "/api/v1/search", page_size=2, type="case")
    six, many = count_queries(client, "/api/v1/search", page_size=6, type="case")
    assert [len(answer.json()["results"]) for answer in (few, many)] == [2, 6]
    assert two == six <= 8


def test_what_others_use_comes_before_what_is_as_good_and_not_before_what_is_better(
    make_case: Callable[..., Any], index: Callable[[], None], client: Client, adopt: Callable[..., Any]
) -> None:
    first, second = (make_case(name, "Gladheid", "Strooien op tijd.") for name in ("eerste", "tweede"))
    make_case("beter", "Strooien bij gladheid", "Strooien voordat het glad is.")
    bodies = [Organisation.objects.create(name=f"Gemeente {number}") for number in range(30)]

    def ask() -> dict[str, float]:
        index()
        answer = client.get("/api/v1/search", {"q": "strooien", "type": "case"}).json()
        assert answer["engine"] == "elasticsearch"
        return {hit["slug"]: hit["score"] for hit in answer["results"]}

    before = ask()
    assert before["eerste"] == before["tweede"] < before["beter"]
    rows = [adopt(second, body) for body in bodies]
    after = ask()
    assert list(after) == ["beter", "tweede", "eerste"]
    assert after["eerste"] < after["tweede"] < after["eerste"] * 1.05
    for row in rows:
        row.delete()
    adopt(first, bodies[0])
    assert list(ask()) == ["beter", "eerste", "tweede"]
