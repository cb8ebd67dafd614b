"""The home page: what it shows, in both languages, and with how few queries."""

import datetime
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone
from wagtail.models import Page

from pages.models import LATEST, ContentPage, HomePage
from taxonomy.models import Theme
from users.models import User


def soup_of(client: Client, address: str = "/") -> BeautifulSoup:
    """Return the page as an anonymous visitor gets it."""
    answer = client.get(address)
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser")


def fill(home: HomePage, cases: list[Page]) -> None:
    """Give the home page everything that it can have."""
    leden = Page.objects.child_of(home).get(slug="leden")
    figure = {
        "number": "30%",
        "unit": "minder water",
        "label": "per ton",
        "source": "evaluatie",
        "case": cases[0],
    }
    invitation = {
        "title": "Doe mee",
        "text": "Deel je voorbeeld.",
        "button": "Zoek een collega",
        "page": leden,
    }
    home.featured = cases[0]
    home.example_queries = "schulden\n\n  wegen & water  "
    home.figures = [("figure", figure)] * 3
    home.invitations = [("invitation", invitation)] * 2
    home.save_revision().publish()


@pytest.mark.parametrize("count", [6, 40])
def test_the_home_page_asks_the_database_at_most_sixteen_things(
    site_frame: Any, publish_cases: Any, client: Client, django_assert_max_num_queries: Any, count: int
) -> None:
    cases = publish_cases(count)
    for home in HomePage.objects.all():
        fill(home, cases)
    for address in ("/", "/en/"):
        client.get(address)
        with django_assert_max_num_queries(16):
            assert client.get(address).status_code == 200


def test_the_home_page_shows_the_newest_cases_themes_figures_and_ways_in(
    site_frame: Any, publish_cases: Any, client: Client
) -> None:
    cases = publish_cases(8)
    fill(site_frame, cases)
    soup = soup_of(client)
    newest = [f"/praktijkvoorbeelden/voorbeeld-{number}/" for number in range(7, 7 - LATEST, -1)]
    assert [link["href"] for link in soup.select(".cards h3 a")] == newest
    assert soup.select_one("#uitgelicht").get_text(strip=True) == "Voorbeeld 0"
    assert "Bekijk alle 8 praktijkvoorbeelden" in soup.get_text()
    first = soup.select_one(".theme-lines a")
    assert first["href"] == "/praktijkvoorbeelden/?thema=thema-0"
    assert [link["href"] for link in soup.select(".try a")] == [
        "/zoeken/?q=schulden",
        "/zoeken/?q=wegen+%26+water",
    ]
    assert len(soup.select(".figures > *")) == 3
    assert soup.select_one(".duo a.nl-button")["href"] == "/leden/"


def test_what_is_not_public_any_more_leaves_the_home_page(
    site_frame: Any, publish_cases: Any, client: Client
) -> None:
    cases = publish_cases(2)
    fill(site_frame, cases)
    cases[0].unpublish()
    text = client.get("/").content.decode()
    assert "/praktijkvoorbeelden/voorbeeld-0/" not in text
    assert "Voorbeeld 0" not in text
    cases[1].view_restrictions.create(restriction_type="login")
    text = client.get("/").content.decode()
    assert "Voorbeeld 1" not in text
    cases[0].delete()
    assert client.get("/").status_code == 200


def test_a_private_case_behind_a_figure_is_not_linked(
    site_frame: Any, publish_cases: Any, client: Client
) -> None:
    cases = publish_cases(1)
    fill(site_frame, cases)
    cases[0].view_restrictions.create(restriction_type="login")
    assert "voorbeeld-0" not in client.get("/").content.decode()


def test_the_english_home_page_speaks_english(site_frame: Any, publish_cases: Any, client: Client) -> None:
    publish_cases(1)
    soup = soup_of(client, "/en/")
    assert soup.html["lang"] == "en"
    menu = [link["href"] for link in soup.select(".site-nav a")]
    assert menu == ["/en/praktijkvoorbeelden/", "/en/organisaties/", "/en/leden/"]
    assert soup.select_one('.site-end > a[hreflang="nl"]')["href"] == "/"


def test_a_home_page_can_be_previewed_while_it_is_empty(site_frame: Any, rf: Any) -> None:
    home = HomePage(title="Nieuw", locale=site_frame.locale)
    assert home.make_preview_request().status_code == 200


def test_a_page_of_text_can_be_previewed_while_it_is_empty(site_frame: Any) -> None:
    page = ContentPage(title="Nieuw", locale=site_frame.locale)
    assert page.make_preview_request().status_code == 200


def test_search_reads_a_page_of_text_by_its_headings(site_frame: Any) -> None:
    page = ContentPage(
        title="Uitleg",
        slug="uitleg",
        intro="Kort.",
        body="<p>Vooraf.</p><h2>Kop</h2><p>Tekst &amp; meer.</p><h2>Leeg</h2>",
    )
    site_frame.add_child(instance=page)
    content = page.search_content()
    assert [(passage.label, passage.text) for passage in content.passages] == [
        ("", "Vooraf."),
        ("Kop", "Tekst & meer."),
    ]
    assert (content.title, content.summary, content.language) == ("Uitleg", "Kort.", "nl")


def test_search_knows_the_day_of_a_page_by_the_calendar_here(site_frame: Any) -> None:
    page = site_frame.add_child(instance=ContentPage(title="Nacht", slug="nacht", intro="Kort.", live=False))
    with time_machine.travel("2026-06-17T00:30+02:00"):  # in Greenwich it is the sixteenth
        page.save_revision().publish()
    page.refresh_from_db()
    assert page.search_content().date == datetime.date(2026, 6, 17)


def test_only_one_home_page_stands_in_each_place(site_frame: Any) -> None:
    assert not HomePage.can_create_at(site_frame)
    assert ContentPage.can_create_at(site_frame)


def test_what_fits_nowhere_else_is_the_last_theme_however_many_there_are(
    site_frame: Any, publish_cases: Any, client: Client
) -> None:
    cases = publish_cases(4)
    rest, other = (
        Theme.objects.create(name="Overige onderwerpen", slug="overig"),
        Theme.objects.create(name="Zorg"),
    )
    for case in cases:
        case.themes.set([rest, *([other] if case is cases[0] else [])])
        case.save_revision().publish()
    assert [link["href"] for link in soup_of(client).select(".theme-lines a")][:-1] == [
        "/praktijkvoorbeelden/?thema=zorg",
        "/praktijkvoorbeelden/?thema=overig",
    ]


def test_a_text_page_links_to_its_headings(site_frame: Any, client: Client) -> None:
    body = (
        "<p>Vooraf.</p><h2>Wie <b>we</b> zijn</h2><p>Een.</p>"
        "<h2>Privacy</h2><p>Twee.</p><h2>Privacy</h2><p>Drie.</p>"
    )
    page = site_frame.add_child(instance=ContentPage(title="Lang", slug="lang", body=body))
    page.save_revision().publish()
    soup = soup_of(client, "/lang/")
    links = {link["href"][1:]: link.get_text() for link in soup.select(".toc a")}
    assert links == {
        "tekst-wie-we-zijn": "Wie we zijn",
        "tekst-privacy": "Privacy",
        "tekst-privacy-2": "Privacy",
    }
    assert [heading["id"] for heading in soup.select(".prose h2")] == list(links)
    assert [passage.anchor for passage in page.search_content().passages] == ["", *links]


def test_a_member_is_led_to_her_own_page_and_a_stranger_is_not(site_frame: Any, client: Client) -> None:
    assert "/mijn/" not in client.get("/").text
    user = User.objects.create_user("noor@adres.example", first_name="Noor", approved_at=timezone.now())
    client.force_login(user)
    page = soup_of(client).main.get_text(" ", strip=True)
    assert "Welkom terug, Noor" in page
    assert "Bekijk wat er op je wacht" in page
