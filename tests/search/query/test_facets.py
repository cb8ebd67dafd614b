"""Filters: how often something was taken over, more values, a value among many, and one address per state."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.conf import settings
from django.http import QueryDict
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from core.provinces import NATIONWIDE, Province
from organisations.models import Organisation
from page_cache import middleware
from search.index.indexing import bring_in_line
from search.page.forms import SearchForm
from search.query import parameters as limits
from search.query.facet import Facet
from search.query.facet_results import is_like, words_in_database
from search.query.facets import FACETS, long_facets, shared_facets
from search.query.links import build_url, canonical_url
from search.query.parameters import SearchParameters
from taxonomy.models import Theme

pytestmark = pytest.mark.both_databases

BODIES = 20


@pytest.fixture(params=[pytest.param("engine", marks=pytest.mark.engine), "database"])
def refresh(request: pytest.FixtureRequest, three_cases: list[Any]) -> Callable[[], Any]:
    """Return a function that makes everything findable, on each of both ways to search."""
    return request.getfixturevalue("index" if request.param == "engine" else "fallback")


@pytest.fixture
def opened(client: Client) -> Callable[[str], BeautifulSoup]:
    """Return a function that opens an address."""

    def open_page(address: str) -> BeautifulSoup:
        answer = client.get(address)
        assert answer.status_code == 200
        return BeautifulSoup(answer.text, "html.parser")

    return open_page


@pytest.fixture
def visit(refresh: Any, opened: Callable[[str], BeautifulSoup]) -> Callable[[str], BeautifulSoup]:
    """Return a function that opens an address when there is something to find."""
    return opened


@pytest.fixture
def many_bodies(three_cases: list[Any], refresh: Callable[[], Any]) -> None:
    """Publish the first case with more organisations than a facet shows."""
    for number in range(BODIES):
        body = Organisation.objects.create(name=f"Gemeente Proefdorp {number:02}", kind="gemeente")
        three_cases[0].organisation_links.create(organisation=body)
    three_cases[0].save_revision().publish()
    refresh()


def boxes(page: BeautifulSoup, name: str) -> list[tuple[str, str]]:
    """Return the words and the counts of the values of a facet."""
    labels = page.select(f"#facet-{name} label.check")
    return [(label.select("span")[0].text, label.select_one(".n").find(string=True)) for label in labels]


def heading(page: BeautifulSoup) -> str:
    return " ".join(page.select_one("#gevonden").text.split())


def test_who_does_this_too_is_counted_by_how_far_they_are(
    three_cases: list[Any],
    refresh: Callable[[], Any],
    visit: Callable[[str], BeautifulSoup],
    client: Client,
    adopt: Callable[..., Any],
) -> None:
    ede, epe = (
        Organisation.objects.create(name=f"Gemeente {name}", kind="gemeente") for name in ("Ede", "Epe")
    )
    adopt(three_cases[0], ede)
    adopt(three_cases[1], ede, "pilot")
    adopt(three_cases[1], epe)
    adopt(three_cases[2], ede, "in-use", is_demo=True)
    refresh()
    everything = [("Elders in gebruik", "2"), ("Elders in proef", "1")]
    assert boxes(visit("/zoeken/"), "overgenomen") == everything
    found = visit("/praktijkvoorbeelden/?overgenomen=pilot")
    assert heading(found) == "1 praktijkvoorbeeld"
    assert [chip.text.strip() for chip in found.select(".chip")] == [
        "Verwijder filter Wie doet dit ook: Elders in proef"
    ]
    answer = client.get("/api/v1/search", {"reuse": ["in-use", "stopped"]}).json()
    assert {hit["slug"] for hit in answer["results"]} == {three_cases[0].slug, three_cases[1].slug}


@pytest.mark.django_db
class TestThreeCases:
    """Tests that change nothing of what is indexed."""

    @pytest.fixture
    def visit(self, in_both: Any, opened: Callable[[str], BeautifulSoup]) -> Callable[[str], BeautifulSoup]:
        """Return a function that opens an address when there is something to find."""
        return opened

    def test_only_cases_can_be_taken_over(self, visit: Callable[[str], BeautifulSoup]) -> None:
        assert heading(visit("/zoeken/?overgenomen=in-use&soort=organisation")) == "0 resultaten"
        assert heading(visit("/zoeken/?overgenomen=zeven")) == "0 resultaten"
        assert not visit("/organisaties/").select("#facet-overgenomen")

    def test_a_page_names_its_address_once_and_links_in_the_same_order(
        self, visit: Callable[[str], BeautifulSoup]
    ) -> None:
        found = visit("/zoeken/?thema=water&x=1&thema=verkeer&q=weg&meer=organisatie&soort=case&soort=case")
        assert [link["href"] for link in found.select("link[rel=canonical]")] == [
            f"{settings.WAGTAILADMIN_BASE_URL}/zoeken/?q=weg&soort=case&thema=verkeer&thema=water"
        ]
        assert [chip["href"] for chip in found.select(".chip")] == [
            "/zoeken/?q=weg&thema=verkeer&thema=water&meer=organisatie",
            "/zoeken/?q=weg&soort=case&thema=water&meer=organisatie",
            "/zoeken/?q=weg&soort=case&thema=verkeer&meer=organisatie",
        ]
        assert found.select_one(".chips .go")["href"] == "/zoeken/?q=weg&meer=organisatie"


def test_a_long_facet_shows_more_when_asked(many_bodies: None, visit: Callable[[str], BeautifulSoup]) -> None:
    short = visit("/praktijkvoorbeelden/?q=asfaltonderhoud")
    assert len(boxes(short, "organisatie")) == 12
    link = short.select_one("#facet-organisatie [data-more]")
    assert link["href"] == "/praktijkvoorbeelden/?q=asfaltonderhoud&meer=organisatie#facet-organisatie"
    long = visit(link["href"])
    assert len(boxes(long, "organisatie")) == BODIES + 1
    assert long.select_one("#facet-organisatie").has_attr("open")
    assert long.select_one("#facet-organisatie [name=meer]")["value"] == "organisatie", (
        "a filter keeps the list long"
    )
    less = long.select_one("#facet-organisatie [data-more]")
    assert (less.text, less["href"]) == (
        "Toon minder: Organisatie",
        "/praktijkvoorbeelden/?q=asfaltonderhoud#facet-organisatie",
    )
    assert not long.select("#facet-thema [data-more]"), "nothing more to show"


def test_a_value_is_found_among_many_also_beyond_those_shown(
    many_bodies: None, visit: Callable[[str], BeautifulSoup]
) -> None:
    found = visit("/praktijkvoorbeelden/?zoek_organisatie=DORP+17&organisatie=gemeente-breda")
    assert boxes(found, "organisatie") == [("Gemeente Breda", "2"), ("Gemeente Proefdorp 17", "1")]
    assert found.select_one("#facet-organisatie .facet__found").text == "1 keuze gevonden"
    assert found.select_one("#zoek_organisatie")["value"] == "DORP 17"
    assert heading(found) == "2 praktijkvoorbeelden", "what is looked for in a facet changes no hits"
    nothing = visit("/praktijkvoorbeelden/?zoek_organisatie=xyz")
    assert nothing.select_one("#facet-organisatie .facet__found").text == "Geen keuze gevonden"
    assert nothing.select_one("#zoek_organisatie"), "the field stays"


def test_a_list_of_our_own_is_shown_in_full(
    make_case: Callable[..., Any], refresh: Callable[[], Any], visit: Callable[[str], BeautifulSoup]
) -> None:
    provinces = [province for province in Province.values if province != NATIONWIDE]
    for number, province in enumerate(provinces):
        make_case(f"plek-{number}", f"Plek {number}", place="Ergens", province=province)
    refresh()
    found = visit("/praktijkvoorbeelden/")
    assert len(boxes(found, "provincie")) == len(provinces) + 1
    assert not found.select("#facet-provincie [data-more]")
    assert build("meer=provincie&zoek_provincie=u") == "/zoeken/"


def build(address: str) -> str:
    """Return the address of the state that an address leads to."""
    return build_url("/zoeken/", SearchForm(QueryDict(address)).parameters())


@pytest.mark.parametrize(
    "address",
    [
        "q=weg&thema=a&thema=b&jaar=2018&sorteer=nieuwste&pagina=2",
        "pagina=2&sorteer=nieuwste&jaar=2018&thema=b&thema=a&q=weg",
        "q=++weg+&thema=b&thema=a&thema=b&thema=&jaar=2018&jaar=2018&sorteer=nieuwste&pagina=2&leeg=&onbekend=1",
    ],
)
def test_a_state_has_one_address(address: str) -> None:
    assert build(address) == "/zoeken/?q=weg&thema=a&thema=b&jaar=2018&sorteer=nieuwste&pagina=2"


def test_the_address_of_the_hits_says_nothing_of_what_stands_beside_them() -> None:
    asked = SearchForm(
        QueryDict("zoek_organisatie=breda&q=weg&meer=techniek&meer=organisatie&letterlijk=1")
    ).parameters()
    whole = "/zoeken/?q=weg&letterlijk=1&meer=techniek&meer=organisatie&zoek_organisatie=breda"
    assert build_url("/zoeken/", asked) == whole
    assert canonical_url("/zoeken/", asked) == "/zoeken/?q=weg&letterlijk=1"


def test_the_script_hears_the_address_of_what_it_shows(
    three_cases: list[Any], fallback: Any, client: Client
) -> None:
    headers = {"HX-Request": "true", "HX-Target": "resultaten"}
    answer = client.get("/zoeken/?sorteer=relevantie&thema=water&q=&soort=case", headers=headers)
    assert answer["HX-Push-Url"] == "/zoeken/?soort=case&thema=water"
    answer = client.get(
        "/zoeken/?zoek_organisatie=br&q=", headers=headers | {"HX-Target": "waarden-organisatie"}
    )
    assert answer["HX-Replace-Url"] == "/zoeken/?zoek_organisatie=br", (
        "looking for a value is no step to go back to"
    )
    assert {"HX-Request", "HX-Target"} <= set(answer["Vary"].split(", "))


def test_a_filter_keeps_what_was_meant_literally_and_another_question_does_not() -> None:
    def is_literal(address: str) -> bool:
        return SearchForm(QueryDict(address)).parameters().is_literal

    assert is_literal("q=fietsrs&letterlijk=1")
    assert is_literal("q=fietsrs&letterlijk=fietsrs&thema=water")
    assert not is_literal("q=asfalt&letterlijk=fietsrs")
    assert not is_literal("letterlijk=1")


@pytest.mark.engine
def test_a_correction_can_be_undone_in_one_click(
    three_cases: list[Any], index: Callable[[], None], client: Client
) -> None:
    line = BeautifulSoup(client.get("/zoeken/?q=fietsrs").text, "html.parser").select_one(".did-you-mean")
    assert (
        " ".join(line.text.split())
        == "Dit zijn resultaten voor fietsers in plaats van ‘fietsrs’. Zoek toch naar ‘fietsrs’"
    )
    assert line.a["href"] == "/zoeken/?q=fietsrs&letterlijk=1"
    literal = BeautifulSoup(client.get(line.a["href"]).text, "html.parser")
    assert not literal.select(".did-you-mean")
    assert literal.select_one("[name=letterlijk]")["value"] == "fietsrs"


def test_the_newest_comes_first_on_page_and_api(three_cases: list[Any], refresh: Any, client: Client) -> None:
    for days, case in enumerate([three_cases[1], three_cases[0], three_cases[2]]):
        type(case).objects.filter(pk=case.pk).update(first_published_at=timezone.now() - timedelta(days=days))
        bring_in_line("practices.practicepage", [case.pk])
    refresh()
    for query, slugs in {"": ["fiets", "asfalt", "gemaal"], "weg": ["fiets", "asfalt"]}.items():
        hits = client.get("/praktijkvoorbeelden/", {"q": query, "sorteer": "nieuwste"}).context["results"][
            "hits"
        ]
        assert [hit.slug for hit in hits] == slugs
        answer = client.get("/api/v1/search", {"q": query, "type": "case", "sort": "newest"}).json()
        assert [hit["slug"] for hit in answer["results"]] == slugs
    assert client.get("/api/v1/search", {"sort": "nieuwste"}).status_code == 400


def test_a_case_of_just_after_midnight_is_newer_than_one_of_the_evening_before(
    make_case: Any, refresh: Any, client: Client
) -> None:
    evening = datetime.fromisoformat("2026-06-16T23:00+02:00")
    for hours, slug in enumerate(["avond", "nacht"]):  # in Greenwich both are of the sixteenth
        with time_machine.travel(evening + timedelta(hours=1.5 * hours)):
            make_case(slug, f"Gladheid in de {slug}")
    refresh()
    hits = client.get("/praktijkvoorbeelden/", {"q": "gladheid", "sorteer": "nieuwste"}).context["results"][
        "hits"
    ]
    assert [(hit.slug, hit.date.day) for hit in hits] == [("nacht", 17), ("avond", 16)]


def test_the_list_of_members_offers_what_tells_members_apart(
    make_member: Callable[..., Any],
    terms: dict[str, Any],
    refresh: Any,
    visit: Callable[[str], BeautifulSoup],
    client: Client,
) -> None:
    noor, wim = (
        make_member("Noor Weet", organisation=terms["breda"]),
        make_member("Wim Kan", organisation=terms["rijnland"]),
    )
    noor.expertise.create(theme=terms["water"])
    noor.save()
    refresh()
    client.force_login(wim.user)
    page = visit("/leden/")
    assert heading(page) == "2 leden"
    assert [card.text.strip() for card in page.select(".people h3")] == ["Noor Weet", "Wim Kan"]
    names = [facet["id"].removeprefix("facet-") for facet in page.select("[id^=facet-]")]
    assert names == [
        *("thema", "organisatiesoort", "organisatie", "provincie"),
        *("vragen", "bevestigd"),
    ], "what nobody has is no choice"
    assert boxes(page, "organisatie") == [("Gemeente Breda", "1"), ("Hoogheemraadschap van Rijnland", "1")]
    assert not page.select("[name=sorteer]"), "one order is no choice"
    assert [card.text.strip() for card in visit("/leden/?thema=water").select(".people h3")] == ["Noor Weet"]
    empty = visit("/leden/?q=warmtenetten")
    assert not empty.select(".maybe, #themas"), "no cases and no themes of cases"
    assert not empty.select("[form=gemist]")


def test_beyond_the_last_page_that_can_be_reached_a_page_says_so(
    visit: Callable[[str], BeautifulSoup], refresh: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(45):
        Organisation.objects.create(name=f"Gemeente Proefdorp {number}", kind="gemeente")
    refresh()
    monkeypatch.setattr(limits, "WINDOW", 40)
    beyond = visit("/organisaties/?pagina=3")
    assert heading(beyond) == "47 organisaties"
    assert "Zo ver in de lijst kun je niet bladeren" in beyond.select_one(".empty").text
    links = [link["href"] for link in beyond.select(".empty a")]
    assert links == ["/organisaties/", "/organisaties/?pagina=2"]
    last = visit(links[1])
    assert len(last.select(".results .hits > li")) == 20
    assert "Verder kun je niet bladeren" in last.select_one(".results").text
    assert not last.select("[rel=next]")
    assert "Verder kun je niet bladeren" not in visit("/organisaties/").text


def test_cached_pages_may_depend_on_every_name_that_the_form_reads() -> None:
    long = {facet.name for facet in long_facets()}
    everything = SearchParameters(
        query="weg",
        facets={facet.name: ("a",) for facet in FACETS},
        sort="nieuwste",
        page=2,
        is_literal=True,
        expanded=tuple(long),
        sought=dict.fromkeys(long, "b"),
    )
    names = set(parse_qs(urlsplit(build_url("/zoeken/", everything)).query))
    assert len(names) > len(shared_facets()) + len(long)
    assert names <= middleware.PARAMETERS


def test_every_filter_has_its_own_name() -> None:
    assert len({facet.name for facet in FACETS} | {facet.parameter for facet in FACETS}) == 2 * len(FACETS)
    assert SearchParameters(facets={"reuse": ("pilot",)}).chosen("reuse") == ("pilot",)


@pytest.mark.parametrize(
    ("text", "expected"), [("", True), ("BREDA", True), ("gem bre", True), ("bré", True), ("breda x", False)]
)
def test_a_label_is_like_a_text_with_parts_of_its_words(text: str, expected: bool) -> None:
    assert is_like("Gemeente Breda", text) is expected


def test_words_of_values_are_read_once_in_half_a_minute_and_new_ones_at_once(
    three_cases: list[Any],
    terms: dict[str, Any],
    fallback: Any,
    visit: Callable[[str], BeautifulSoup],
    stopwatch: Any,
    django_assert_num_queries: Any,
) -> None:
    values = {facet.name: {} for facet in FACETS} | {"theme": {"water": 1}}
    assert words_in_database(list(FACETS), values)["theme"] == {"water": "Water"}
    Theme.objects.filter(slug="water").update(name="Waterbeheer")
    with django_assert_num_queries(0):
        assert words_in_database(list(FACETS), values)["theme"] == {"water": "Water"}
    Theme.objects.create(name="Zorg", slug="zorg", name_en="Care")
    values["theme"] |= {"zorg": 1, "weg": 0}
    with django_assert_num_queries(1), override("en"):
        assert words_in_database(list(FACETS), values)["theme"] == {"water": "Water", "zorg": "Care"}
    stopwatch.seconds += 31
    assert "Waterbeheer" in visit("/zoeken/?thema=water").select_one("#facet-thema").text


@pytest.mark.parametrize("facet", FACETS, ids=lambda facet: facet.name)
def test_the_page_on_fixed_names_has_every_facet(facet: Facet) -> None:
    text = (settings.BASE_DIR / "docs" / "architecture.md").read_text()
    row = "| `/leden/`" if facet.only_of else "| `/zoeken/` |"
    page = next(line for line in text.splitlines() if line.startswith(row))
    api = text[text.index("Search takes `q`") :].partition("\n\n")[0]
    assert f"`{facet.parameter}`" in page
    assert (f"`{facet.name}`" in api) is not bool(facet.only_of)
