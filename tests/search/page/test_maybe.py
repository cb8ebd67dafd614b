"""What may be meant on the page: under its own heading, told to who listens, and never among sure hits."""

from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from taxonomy.models import Theme

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def visit(
    three_cases: list[Any], fallback: Callable[[], int], client: Client
) -> Callable[[str], BeautifulSoup]:
    """Return a function that opens an address on a site with three cases."""
    fallback()
    return lambda address: BeautifulSoup(client.get(address).text, "html.parser")


def heading(page: BeautifulSoup) -> str:
    """Return the heading of the results as a screen reader says it."""
    return " ".join(page.select_one("#gevonden").text.split())


def section(page: BeautifulSoup) -> tuple[str, list[str]]:
    """Return the heading above what may be meant, and the addresses below it."""
    (part,) = page.select(".maybe")
    (title,) = part.select("h2")
    assert part["aria-labelledby"] == title["id"]
    return title.text.strip(), [link["href"] for link in part.select("ol > li h3 a")]


def test_below_sure_hits_it_has_a_heading_of_its_own(visit: Callable[[str], BeautifulSoup]) -> None:
    page = visit("/zoeken/?q=weg+sensoren")
    assert section(page) == ("Misschien ook", ["/praktijkvoorbeelden/fiets/"])
    assert [link["href"] for link in page.select(".hits .hit h3 a")] == ["/praktijkvoorbeelden/asfalt/"]
    assert page.select_one(".hits").find_next(class_="maybe"), "after what is sure"
    assert not page.select(".empty")
    assert "Over weg, niet over sensoren" in page.select_one(".maybe li").text


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("weg+regen", "Niets heeft al je woorden. Dit komt in de buurt:"),
        ("asfalt", "Niets heeft dit woord. Dit komt in de buurt:"),
    ],
)
def test_when_nothing_is_sure_it_says_so(
    visit: Callable[[str], BeautifulSoup], query: str, title: str
) -> None:
    page = visit(f"/praktijkvoorbeelden/?q={query}")
    said, found = section(page)
    assert said == title
    assert "/praktijkvoorbeelden/asfalt/" in found
    assert not page.select(".hits")
    assert "Kijk of er een tikfout in staat" not in page.text, "what comes near helps more"
    assert page.select_one("#gemist-note"), "what she misses can still be passed on"


@pytest.mark.parametrize(
    ("address", "title"),
    [
        ("/leden/?q=drones+kwartels", "Niemand heeft al je woorden. Dit komt in de buurt:"),
        ("/leden/?q=asfalt", "Niemand heeft dit woord. Dit komt in de buurt:"),
        ("/en/leden/?q=drones+kwartels", "Nobody has all your words. This comes close:"),
        ("/en/leden/?q=asfalt", "Nobody has this word. This comes close:"),
    ],
)
def test_on_the_list_of_members_it_speaks_of_people(
    make_member: Callable[..., Any], fallback: Callable[[], int], client: Client, address: str, title: str
) -> None:
    make_member("Bo de Proef", role="Slim asfaltonderhoud", can_help="drones")
    client.force_login(make_member("Noor de Proef").user)
    fallback()
    page = BeautifulSoup(client.get(address).text, "html.parser")
    said, _addresses = section(page)
    assert said == title
    assert "Lid" not in [part.text for part in page.select(".maybe li p span")]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/zoeken/?q=weg+sensoren", "1 resultaat voor ‘weg sensoren’, en 1 die misschien past"),
        ("/zoeken/?q=weg+regen", "0 resultaten voor ‘weg regen’, en 3 die misschien passen"),
        ("/zoeken/?q=sensoren", "1 resultaat voor ‘sensoren’"),
        ("/zoeken/?q=xqzzyw", "0 resultaten voor ‘xqzzyw’"),
    ],
)
def test_who_listens_hears_how_many_there_are(
    visit: Callable[[str], BeautifulSoup], address: str, said: str
) -> None:
    assert heading(visit(address)) == said


def test_the_answer_to_the_script_has_it_too(
    three_cases: list[Any], fallback: Callable[[], int], client: Client
) -> None:
    headers = {"HX-Request": "true", "HX-Target": "resultaten"}
    page = BeautifulSoup(client.get("/zoeken/?q=weg+sensoren", headers=headers).text, "html.parser")
    assert section(page) == ("Misschien ook", ["/praktijkvoorbeelden/fiets/"])
    assert " ".join(page.title.text.split()) == "weg sensoren: 1 resultaat | Knooppunt"


@pytest.mark.parametrize(
    "address", ["/zoeken/?q=sensoren", "/zoeken/?q=xqzzyw", "/zoeken/", "/organisaties/?q=breda+kjhgf"]
)
def test_without_any_there_is_no_section(visit: Callable[[str], BeautifulSoup], address: str) -> None:
    page = visit(address)
    assert not page.select(".maybe, #misschien")
    assert "misschien pas" not in page.text


def test_a_theme_without_cases_is_not_offered(visit: Callable[[str], BeautifulSoup]) -> None:
    Theme.objects.create(name="Nog leeg")
    chips = [chip.text for chip in visit("/zoeken/?q=xqzzyw").select("[aria-labelledby=themas] .chip")]
    assert chips
    assert "Nog leeg" not in chips


def test_themes_lead_on_when_nothing_is_sure(visit: Callable[[str], BeautifulSoup]) -> None:
    for query in ("xqzzyw", "weg+regen"):
        page = visit(f"/praktijkvoorbeelden/?q={query}")
        chips = {chip.text: chip["href"] for chip in page.select("[aria-labelledby=themas] .chip")}
        assert chips["Water"] == "/praktijkvoorbeelden/?thema=water"
        assert chips["Verkeer"] == "/praktijkvoorbeelden/?thema=verkeer"
    assert visit("/zoeken/?q=xqzzyw").select_one(".empty .chip")["href"].startswith("/zoeken/?thema=")


@pytest.mark.parametrize(
    "address",
    [
        "/zoeken/?q=sensoren",
        "/zoeken/?q=xqzzyw&jaar=2018",
        "/zoeken/?thema=nergens",
        "/organisaties/?q=xqzzyw",
    ],
)
def test_elsewhere_themes_would_lead_astray(visit: Callable[[str], BeautifulSoup], address: str) -> None:
    assert not visit(address).select("#themas")


def test_a_table_has_only_what_is_sure(visit: Callable[[str], BeautifulSoup], client: Client) -> None:
    link = visit("/zoeken/?q=weg+sensoren").select_one("a[download]")["href"]
    table = client.get(link).content.decode("utf-8-sig")
    assert "Slim asfaltonderhoud" in table
    assert "Fietsers tellen" not in table
    assert len(table.splitlines()) == 2
    assert not visit("/zoeken/?q=weg+regen").select("a[download]")
    nothing = client.get("/zoeken/resultaten.csv?q=weg+regen").content.decode("utf-8-sig")
    assert len(nothing.splitlines()) == 1
