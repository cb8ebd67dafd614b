"""Only what is of organisations like one: the same from both ways to search, explained, and to be changed."""

from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.contrib.search_promotions.models import Query as EditorsQuery
from wagtail.contrib.search_promotions.models import SearchPromotion

from members.models import Member
from organisations.models import Organisation
from practices.models import PracticePage
from search.page import views

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

# Inhabitants and province.
BODIES = {
    "Breda": (180_000, "noord-brabant"),
    "Tilburg": (210_000, "noord-brabant"),
    "Almere": (200_000, "flevoland"),
    "Aalten": (27_000, "gelderland"),
}
LIKE = "zoals=gemeente-breda"


@pytest.fixture(params=[pytest.param("engine", marks=pytest.mark.engine), "database"])
def refresh(request: pytest.FixtureRequest, site_frame: Any) -> Callable[[], Any]:
    """Return a function that makes everything findable, on each of both ways to search."""
    return request.getfixturevalue("index" if request.param == "engine" else "fallback")


@pytest.fixture
def bodies(site_frame: Any) -> dict[str, Organisation]:
    """Return four municipalities by their short names: three of one size, two of these in one province."""
    made = {}
    for name, (inhabitants, province) in BODIES.items():
        facts = {"inhabitants": inhabitants, "inhabitants_year": 2016, "province": province}
        made[name] = Organisation.objects.create(name=f"Gemeente {name}", kind="gemeente", **facts)
    return made


@pytest.fixture
def network(
    bodies: dict[str, Organisation], make_case: Callable[..., Any], make_member: Callable[..., Any]
) -> dict[str, Any]:
    """Publish a case of each body, and make a member of each; return the members by body."""
    for name, body in bodies.items():
        make_case(f"datalab-{name.lower()}", f"Datalab in {name}", organisations=[body])
    return {
        name: make_member(f"Lid {name}", organisation=body, can_help="datalab", workplace_proof="moderator")
        for name, body in bodies.items()
    }


def hits(client: Client, address: str) -> set[str]:
    """Return the titles of the hits, without the names of their kinds."""
    found = client.get(address).context["results"]["hits"]
    return {hit.title.split()[-1] for hit in found}


def opened(client: Client, address: str) -> BeautifulSoup:
    """Return a page."""
    answer = client.get(address)
    assert answer.status_code == 200
    return BeautifulSoup(answer.text, "html.parser")


def told(page: BeautifulSoup) -> str:
    """Return what a page says of bodies like one."""
    return " ".join(page.select_one(".like").get_text(" ", strip=True).split())


def test_every_list_has_only_what_is_of_bodies_like_one(
    network: dict[str, Any], refresh: Callable[[], Any], client: Client
) -> None:
    refresh()
    for address in ("/praktijkvoorbeelden/?", "/praktijkvoorbeelden/?q=datalab&", "/organisaties/?"):
        assert hits(client, f"{address}{LIKE}") == {"Tilburg", "Almere"}
        assert hits(client, f"{address}{LIKE}&zoals_provincie=1") == {"Tilburg"}
        assert hits(client, f"{address}{LIKE}&zoals_elke_grootte=1") == {"Tilburg", "Almere", "Aalten"}
        assert hits(client, f"{address}zoals=gemeente-aalten") == set()
    everything = client.get(f"/zoeken/?{LIKE}").context["results"]
    assert everything["total"] == 4, "cases and bodies, to a visitor no members"
    counts = {bucket.value: bucket.count for bucket in everything["facets"][0]["buckets"]}
    assert counts == {"case": 2, "organisation": 2}, "facets count among them"


def test_members_find_members_who_show_that_they_work_at_one_of_them(
    network: dict[str, Any],
    bodies: dict[str, Organisation],
    make_member: Callable[..., Any],
    refresh: Callable[[], Any],
    client: Client,
) -> None:
    hidden = {"organisation": "organisation"}
    make_member("Lid Verborgen", organisation=bodies["Tilburg"], can_help="datalab", visibility=hidden)
    refresh()
    client.force_login(network["Breda"].user)
    for address in (f"/leden/?{LIKE}", f"/leden/?q=datalab&{LIKE}", f"/zoeken/?soort=member&{LIKE}"):
        assert hits(client, address) == {"Tilburg", "Almere"}
    assert hits(client, f"/leden/?q=datalab&{LIKE}&grootte=100000-249999") == {"Tilburg", "Almere"}
    assert hits(client, f"/leden/?q=datalab&{LIKE}&grootte=25000-49999") == set()
    client.force_login(network["Aalten"].user)
    assert hits(client, "/leden/?q=verborgen") == {"Verborgen"}, "who hides where she works can be found else"


def test_what_may_be_meant_and_what_editors_put_first_is_of_them_too(
    network: dict[str, Any], refresh: Callable[[], Any], client: Client
) -> None:
    refresh()
    page = PracticePage.objects.get(slug="datalab-aalten")
    SearchPromotion.objects.create(page=page, query=EditorsQuery.get("datalab"), sort_order=0)
    found = client.get(f"/praktijkvoorbeelden/?q=datalab+kwartels&{LIKE}").context["results"]
    assert {hit.slug for hit in found["maybe"]} == {"datalab-tilburg", "datalab-almere"}
    assert hits(client, f"/praktijkvoorbeelden/?q=datalab&{LIKE}") == {"Tilburg", "Almere"}


def test_the_facet_of_size_counts_and_filters_all_that_has_a_body(
    network: dict[str, Any], refresh: Callable[[], Any], client: Client
) -> None:
    refresh()
    client.force_login(network["Breda"].user)
    for address in ("/praktijkvoorbeelden/", "/organisaties/", "/leden/"):
        boxes = opened(client, address).select("#facet-grootte label.check")
        texts = [[part.text for part in box.select("span")] for box in boxes]
        assert [(text[0], text[1].split()[0]) for text in texts] == [
            ("25.000 tot 50.000", "1"),
            ("100.000 tot 250.000", "3"),
        ]
        assert hits(client, f"{address}?grootte=25000-49999") == {"Aalten"}
    answer = client.get("/api/v1/search", {"size": "25000-49999", "type": "case"}).json()
    assert [hit["slug"] for hit in answer["results"]] == ["datalab-aalten"]
    assert [row["count"] for row in answer["facets"]["size"]] == [1, 3]
    assert client.get("/api/v1/search", {"size": "3"}).status_code == 400


@pytest.mark.engine
def test_it_stays_one_request_to_the_engine(
    network: dict[str, Any], index: Callable[[], None], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from search import client as door

    index()
    asked: list[Any] = []
    run = door.run
    monkeypatch.setattr(door, "run", lambda *args, **options: asked.append(args) or run(*args, **options))
    client.get(f"/zoeken/?q=datalab&{LIKE}")
    assert len(asked) == 1


class TestInTheDatabase:
    """What a page says, which is the same whoever answers."""

    @pytest.fixture
    def found(self, network: dict[str, Any], fallback: Callable[[], int]) -> dict[str, Any]:
        """Return the members of a site on which everything can be found."""
        fallback()
        return network

    @pytest.mark.parametrize("path", ["/zoeken/", "/praktijkvoorbeelden/", "/organisaties/", "/leden/"])
    def test_a_page_says_who_they_are_why_and_how_to_change_that(
        self, found: dict[str, Any], client: Client, path: str
    ) -> None:
        client.force_login(found["Aalten"].user)
        page = opened(client, f"{path}?{LIKE}")
        assert told(page) == (
            "Organisaties zoals Gemeente Breda 2 gemeenten met 90.000 tot 360.000 inwoners (2016) "
            "Dezelfde soort, met half tot dubbel zoveel inwoners. Uit heel Nederland. "
            "Alleen in Noord-Brabant Van elke grootte"
        )
        assert [link["href"] for link in page.select(".like a")] == [
            f"{path}?{LIKE}&zoals_provincie=1",
            f"{path}?{LIKE}&zoals_elke_grootte=1",
        ]
        changed = opened(client, f"{path}?{LIKE}&zoals_provincie=1&zoals_elke_grootte=1")
        assert "1 gemeente in Noord-Brabant" in told(changed)
        assert "Dezelfde soort, van elke grootte. Alleen uit Noord-Brabant." in told(changed)
        assert [(link.text, link["href"]) for link in changed.select(".like a")] == [
            ("Ook buiten Noord-Brabant", f"{path}?{LIKE}&zoals_elke_grootte=1"),
            ("Alleen van vergelijkbare grootte", f"{path}?{LIKE}&zoals_provincie=1"),
        ]
        fields = [(field["name"], field["value"]) for field in changed.select("#zoekformulier [type=hidden]")]
        assert fields == [
            ("zoals", "gemeente-breda"),
            ("zoals_provincie", "1"),
            ("zoals_elke_grootte", "1"),
        ], "another filter keeps it"

    def test_it_is_an_active_filter_that_can_be_taken_off(
        self, found: dict[str, Any], client: Client
    ) -> None:
        page = opened(client, f"/praktijkvoorbeelden/?provincie=landelijk&{LIKE}")
        assert [(" ".join(chip.text.split()), chip["href"]) for chip in page.select(".chips .chip")] == [
            ("Verwijder filter Zoals: Gemeente Breda", "/praktijkvoorbeelden/?provincie=landelijk"),
            ("Verwijder filter Provincie: Landelijk", f"/praktijkvoorbeelden/?{LIKE}"),
        ]
        assert page.select_one(".chips .go")["href"] == "/praktijkvoorbeelden/"
        assert page.select_one("#filters summary").text == "Filters (2 actief)"
        assert page.select_one("meta[name=robots]")["content"] == "noindex, follow"
        assert page.select_one("link[rel=canonical]")["href"].endswith(f"?provincie=landelijk&{LIKE}")
        assert f"{LIKE}" in page.select_one("a[download]")["href"]
        table = client.get(page.select_one("a[download]")["href"]).content.decode("utf-8-sig")
        assert len(table.splitlines()) == 3

    def test_a_body_that_is_not_there_counts_as_not_given(
        self, found: dict[str, Any], client: Client
    ) -> None:
        for address in ("zoals=nergens", "zoals=", "zoals=%00", "zoals_provincie=1"):
            page = opened(client, f"/praktijkvoorbeelden/?{address}")
            assert not page.select(".like, .chips, #zoekformulier [type=hidden]")
            assert hits(client, f"/praktijkvoorbeelden/?{address}") == set(BODIES)

    def test_what_the_register_does_not_tell_is_said(self, found: dict[str, Any], client: Client) -> None:
        Organisation.objects.create(name="Commissie", kind="overig")
        page = opened(client, "/praktijkvoorbeelden/?zoals=commissie")
        assert "We weten niet wat voor soort organisatie dit is" in told(page)
        assert not page.select(".like a, .cards")
        Organisation.objects.create(name="Gemeente Nieuw", kind="gemeente")
        page = opened(client, "/praktijkvoorbeelden/?zoals=gemeente-nieuw")
        assert "4 gemeenten Dezelfde soort. De grootte telt niet mee" in told(page)
        assert not page.select(".like a")

    def test_of_more_than_sixty_it_says_which_are_taken(self, found: dict[str, Any], client: Client) -> None:
        for number in range(61):
            Organisation.objects.create(name=f"Gemeente {number}", kind="gemeente", inhabitants=180_000)
        assert "Er zijn er meer: we nemen de 60 die het meest lijken." in told(
            opened(client, f"/organisaties/?{LIKE}")
        )

    @pytest.mark.parametrize("path", ["/zoeken/", "/praktijkvoorbeelden/", "/organisaties/", "/leden/"])
    def test_a_member_is_offered_those_like_her_own(
        self, found: dict[str, Any], client: Client, path: str
    ) -> None:
        client.force_login(found["Breda"].user)
        (offer,) = opened(client, f"{path}?taal=nl&pagina=2").select("a.chip[href*=zoals]")
        assert offer.text == "Alleen bij organisaties zoals de mijne"
        assert LIKE in offer["href"]
        assert "pagina" not in offer["href"]
        page = opened(client, f"{path}?{LIKE}")
        assert told(page).startswith("Organisaties zoals de mijne 2 gemeenten")
        assert "Only at organisations like mine" in client.get(f"/en{path}").text

    def test_who_shows_no_certain_workplace_is_offered_nothing(
        self, found: dict[str, Any], make_member: Callable[..., Any], bodies: dict[str, Organisation]
    ) -> None:
        waiting = make_member(
            "Wacht", is_approved=False, organisation=bodies["Breda"], workplace_proof="address"
        )
        claim = make_member("Zegt", organisation=bodies["Breda"])
        hidden = make_member(
            "Verbergt",
            organisation=bodies["Breda"],
            workplace_proof="address",
            visibility={"organisation": "private"},
        )
        other = Organisation.objects.create(name="Commissie", kind="overig")
        without_kind = make_member("Commissielid", organisation=other, workplace_proof="address")
        for member in (None, waiting, claim, hidden, without_kind):
            client = Client()
            if member:
                client.force_login(member.user)
            assert "zoals=" not in client.get("/praktijkvoorbeelden/").text

    def test_it_costs_two_queries_however_many_bodies_there_are(
        self, found: dict[str, Any], client: Client
    ) -> None:
        def count(address: str) -> int:
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                client.get(f"{address}&pagina=1")
            return len(queries)

        for path in ("/zoeken/?q=datalab", "/praktijkvoorbeelden/?q=datalab"):
            plain, narrowed = count(path), count(f"{path}&{LIKE}")
            assert narrowed == plain + 2, "the body, and those like it"
            for number in range(20):
                Organisation.objects.create(name=f"{path} {number}", kind="gemeente", inhabitants=180_000)
            assert count(f"{path}&{LIKE}&sorteer=nieuwste") == narrowed

    def test_it_is_counted_as_a_filter_of_the_question(
        self, found: dict[str, Any], client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        counted: list[Any] = []
        monkeypatch.setattr(views, "record", lambda question, **facts: counted.append(facts["facets"]))
        client.get(f"/praktijkvoorbeelden/?q=datalab&provincie=landelijk&{LIKE}")
        assert counted == [("province", "like")]

    def test_the_page_of_a_body_leads_to_the_lists(
        self, found: dict[str, Any], client: Client, bodies: dict[str, Organisation]
    ) -> None:
        for number in range(6):
            Organisation.objects.create(name=f"Gemeente {number}", kind="gemeente", inhabitants=100_000)
        page = opened(client, "/organisaties/gemeente-breda/")
        part = page.select_one("[aria-labelledby=zoals-deze]")
        rows = [" ".join(row.get_text(" ", strip=True).split()) for row in part.select(".maybe__rows li")]
        assert rows[0] == "Gemeente Tilburg gemeente, 210.000 inwoners (2016), Noord-Brabant"
        assert len(rows) == 6
        assert [(link.text, link["href"]) for link in part.select(".alternatives a")] == [
            ("Voorbeelden bij organisaties als deze", f"/praktijkvoorbeelden/?{LIKE}"),
            ("Bekijk alle 8 in de lijst", f"/organisaties/?{LIKE}"),
        ]
        client.force_login(found["Aalten"].user)
        page = opened(client, "/organisaties/gemeente-breda/")
        assert page.select_one(f".alternatives a[href='/leden/?{LIKE}']")
        assert not opened(client, "/organisaties/gemeente-aalten/").select("#zoals-deze"), "nobody is like it"

    def test_it_leads_to_no_list_that_is_empty(
        self, found: dict[str, Any], client: Client, bodies: dict[str, Organisation]
    ) -> None:
        def links() -> list[str]:
            page = opened(client, f"/organisaties/{bodies['Breda'].slug}/")
            return [link["href"] for link in page.select("[aria-labelledby=zoals-deze] .alternatives a")]

        client.force_login(found["Breda"].user)
        lists = [f"/praktijkvoorbeelden/?{LIKE}", f"/leden/?{LIKE}"]
        assert links() == lists
        assert all(hits(client, address) for address in lists)
        PracticePage.objects.exclude(slug="datalab-breda").update(live=False)
        assert links() == lists[1:]
        found["Tilburg"].user.delete()
        Member.objects.filter(name="Lid Almere").update(is_listed=False)
        assert links() == []
        assert opened(client, f"/organisaties/{bodies['Breda'].slug}/").select("#zoals-deze")
