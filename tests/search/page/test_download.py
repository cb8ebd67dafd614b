"""The results as a table: the page's question and filters, only public, nothing that a spreadsheet runs."""

import csv
from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.test import Client
from django.utils import timezone

from search.page import download, views

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
ADDRESS = "/zoeken/resultaten.csv"


def read(answer: Any) -> list[dict[str, str]]:
    """Return the rows as a Dutch Excel reads them."""
    assert answer.status_code == 200
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(answer.content.decode("utf-8-sig").splitlines(), delimiter=";"))


def link(page: Any) -> str:
    """Return where the page leads to for its results as a table."""
    return str(BeautifulSoup(page.text, "html.parser").select_one("a[download]")["href"])


@pytest.fixture
def found(three_cases: list[Any], fallback: Callable[[], int]) -> list[Any]:
    """Return three cases that can be found."""
    fallback()
    return three_cases


def test_a_case_has_all_that_is_known_of_it(found: list[Any], client: Client) -> None:
    row = next(
        row for row in read(client.get(ADDRESS, {"soort": "case"})) if row["Titel"] == "Slim asfaltonderhoud"
    )
    assert row == {
        "Soort": "Praktijkvoorbeeld",
        "Titel": "Slim asfaltonderhoud",
        "Samenvatting": "",
        "Organisaties": "Gemeente Breda",
        "Plaats": "Landelijk",
        "Provincie": "",
        "Thema’s": "Verkeer",
        "Technieken": "Voorspellend model",
        "Fase": "",
        "Begonnen in": "2018",
        "In gebruik bij (aantal organisaties)": "0",
        "Gepubliceerd op": f"{timezone.localdate():%d-%m-%Y}",
        "Taal": "Nederlands",
        "Webadres": f"{settings.WAGTAILADMIN_BASE_URL}/praktijkvoorbeelden/asfalt/",
    }
    english = client.get(f"/en{ADDRESS}", {"soort": "case"})
    assert ";Traffic;" in english.content.decode()


@pytest.mark.parametrize(
    ("address", "titles"),
    [
        ("/zoeken/?q=weg&thema=verkeer", ["Fietsers tellen", "Slim asfaltonderhoud"]),
        (
            "/zoeken/?q=weg&soort=case&sorteer=nieuwste&pagina=1&meer=thema",
            ["Fietsers tellen", "Slim asfaltonderhoud"],
        ),
        ("/praktijkvoorbeelden/?organisatie=gemeente-breda", ["Fietsers tellen", "Slim asfaltonderhoud"]),
        ("/praktijkvoorbeelden/?jaar=2018&thema=water", ["Rioolgemalen aansturen"]),
        ("/praktijkvoorbeelden/", ["Fietsers tellen", "Rioolgemalen aansturen", "Slim asfaltonderhoud"]),
    ],
)
def test_a_list_leads_to_what_it_shows(
    found: list[Any], client: Client, address: str, titles: list[str]
) -> None:
    assert sorted(row["Titel"] for row in read(client.get(link(client.get(address))))) == titles


def test_only_lists_with_cases_that_have_some_have_the_link(found: list[Any], client: Client) -> None:
    for address in ("/organisaties/", "/zoeken/?q=xqzzyw", "/praktijkvoorbeelden/?jaar=1990"):
        assert "resultaten.csv" not in client.get(address).text


def test_everything_that_can_be_found_is_a_row(found: list[Any], client: Client) -> None:
    rows = read(client.get(ADDRESS, {"soort": "organisation"}))
    assert {row["Soort"] for row in rows} == {"Organisatie"}
    breda = next(row for row in rows if row["Titel"] == "Gemeente Breda")
    assert (breda["Plaats"], breda["In gebruik bij (aantal organisaties)"]) == ("Noord-Brabant", "")
    assert breda["Webadres"] == f"{settings.WAGTAILADMIN_BASE_URL}/organisaties/gemeente-breda/"


def test_a_member_gets_what_anybody_gets(
    found: list[Any], make_member: Callable[..., Any], fallback: Callable[[], int], client: Client
) -> None:
    member = make_member("Noor de Proef")
    fallback()
    client.force_login(member.user)
    assert "Noor de Proef" in client.get("/zoeken/", {"soort": "member"}).text
    everything = client.get(ADDRESS)
    assert "Noor de Proef" not in everything.content.decode()
    assert read(client.get(ADDRESS, {"soort": "member"})) == []
    assert everything.content == Client().get(ADDRESS).content


def test_what_a_spreadsheet_would_run_is_text(
    found: list[Any], fallback: Callable[[], int], client: Client
) -> None:
    found[0].title = '=HYPERLINK("https://example.org")'
    found[0].summary = "@SOM(1+1)"
    found[0].save_revision().publish()
    fallback()
    row = next(row for row in read(client.get(ADDRESS)) if "HYPERLINK" in row["Titel"])
    assert (row["Titel"], row["Samenvatting"]) == ('\'=HYPERLINK("https://example.org")', "'@SOM(1+1)")


def test_it_is_bounded_and_says_so(
    found: list[Any], client: Client, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    monkeypatch.setattr(download, "MOST_ROWS", 2)
    monkeypatch.setattr(download, "ROWS_AT_ONCE", 1)
    monkeypatch.setattr("search.page.presentation.MOST_ROWS", 2)
    page = client.get("/praktijkvoorbeelden/")
    assert "Download de eerste 2 als CSV" in page.text
    assert len(read(client.get(link(page)))) == 2
    monkeypatch.undo()
    client.get(ADDRESS)
    with django_assert_max_num_queries(8):
        client.get(ADDRESS)


def test_search_engines_keep_nothing_of_it_and_browsers_save_it(found: list[Any], client: Client) -> None:
    answer = client.get(ADDRESS)
    assert answer["X-Robots-Tag"] == "noindex"
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="knooppunt-{timezone.localdate()}.csv"'


@pytest.mark.usefixtures("no_time_passes")
def test_who_asks_too_often_is_asked_to_wait(
    found: list[Any], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "DOWNLOADS", ("csv", "2/m"))
    assert [client.get(ADDRESS).status_code for _ in range(3)] == [200, 200, 429]
    assert int(client.get(ADDRESS)["Retry-After"]) > 0
    assert client.get(ADDRESS, REMOTE_ADDR="10.1.1.1").status_code == 200
