"""The frame of every page: reserved words, breadcrumbs, the menu, and links to the other language."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st
from wagtail.models import Page

from core import context_processors
from core.layout import build_navigation, build_view_language_links, home_url
from core.provinces import NODES, Province, province_by_name
from core.reserved import RESERVED_ROOT_SLUGS, SECTION_SLUGS
from core.slugs import MOST, free_slug
from pages.models import ContentPage
from taxonomy.models import Theme

CONTRACT = """
praktijkvoorbeelden zoeken leden organisaties toolkit vragen zelfevaluatie bijeenkomsten aanbod data-agenda
accounts cms healthz readyz vergelijken dossiers controle embed feeds mijn berichten gemeenschappen afmelden
api en cijfers media static documenten
""".split()


def test_every_path_word_of_the_contract_is_reserved() -> None:
    assert set(CONTRACT) <= RESERVED_ROOT_SLUGS
    assert SECTION_SLUGS <= RESERVED_ROOT_SLUGS


@pytest.mark.parametrize("slug", sorted(RESERVED_ROOT_SLUGS - {"robots.txt", "sitemap.xml"}))
def test_no_page_below_home_takes_a_reserved_word(site_frame: Any, slug: str) -> None:
    page = ContentPage(title="Pagina", slug=slug)
    with pytest.raises(ValidationError):
        site_frame.add_child(instance=page)


def test_a_reserved_word_is_free_further_down(site_frame: Any) -> None:
    about = ContentPage.objects.get(slug="over", locale=site_frame.locale)
    about.add_child(instance=ContentPage(title="Vragen", slug="vragen"))
    assert Page.objects.get(slug="vragen").depth == 4


def test_a_page_cannot_be_renamed_to_a_reserved_word(site_frame: Any) -> None:
    about = ContentPage.objects.get(slug="over", locale=site_frame.locale)
    about.slug = "api"
    with pytest.raises(ValidationError, match="gebruikt de site zelf"):
        about.save()


def test_breadcrumbs_lead_from_home_to_the_page(site_frame: Any, client: Client) -> None:
    about = ContentPage.objects.get(slug="over", locale=site_frame.locale)
    below = about.add_child(instance=ContentPage(title="Wie <wij> zijn", slug="wie"))
    below.save_revision().publish()
    crumbs = client.get("/over/wie/").context["breadcrumbs"]
    assert crumbs == [
        {"title": "Start", "url": "/"},
        {"title": about.title, "url": "/over/"},
        {"title": below.title, "url": ""},
    ]
    soup = BeautifulSoup(client.get("/over/wie/").content, "html.parser")
    assert soup.select_one('[aria-current="page"]').get_text(strip=True) == "Wie <wij> zijn"


def test_the_home_page_has_itself_as_its_only_breadcrumb(site_frame: Any, client: Client) -> None:
    assert [crumb["url"] for crumb in client.get("/").context["breadcrumbs"]] == [""]


def test_the_menu_marks_where_you_are(site_frame: Any) -> None:
    assert [link["is_current"] for link in build_navigation("/organisaties/breda/")] == [False, True, False]
    assert not any(link["is_current"] for link in build_navigation("/zoeken/"))
    with override("en"):
        assert home_url() == "/en/"
        assert [link["is_current"] for link in build_navigation("/en/leden/")] == [False, False, True]


@pytest.mark.parametrize(
    ("address", "other"),
    [
        ("/", "/en/"),
        ("/en/", "/"),
        ("/over/", "/en/over/"),
        ("/en/contact/", "/contact/"),
        ("/praktijkvoorbeelden/", "/en/praktijkvoorbeelden/"),
        ("/zoeken/?q=data", "/en/zoeken/"),
        ("/organisaties/", "/en/organisaties/"),
        ("/accounts/login/", "/en/accounts/login/"),
    ],
)
def test_every_page_links_to_itself_in_the_other_language(
    site_frame: Any, client: Client, address: str, other: str
) -> None:
    answer = client.get(address)
    (link,) = [link for link in answer.context["language_links"] if not link["is_current"]]
    assert link["url"].split("?")[0] == other
    assert client.get(other).status_code == 200
    assert answer["Content-Language"] == ("en" if address.startswith("/en/") else "nl")


def test_a_page_without_translation_links_to_the_section_or_the_home_page(
    site_frame: Any, client: Client
) -> None:
    page = site_frame.add_child(instance=ContentPage(title="Alleen Nederlands", slug="alleen"))
    page.save_revision().publish()
    (link,) = [link for link in client.get("/alleen/").context["language_links"] if not link["is_current"]]
    assert link["url"] == "/en/"


def test_a_translation_that_is_not_public_is_not_linked(site_frame: Any, client: Client) -> None:
    ContentPage.objects.get(slug="over", locale__language_code="en").unpublish()
    (link,) = [link for link in client.get("/over/").context["language_links"] if not link["is_current"]]
    assert link["url"] == "/en/"


def test_the_frame_of_an_address_is_made_once_in_each_language(site_frame: Any, client: Client) -> None:
    context_processors._build_frame.cache_clear()
    menus = [
        [link["label"] for link in client.get(address).context["nav"]]
        for address in ("/zoeken/", "/en/zoeken/", "/zoeken/?q=weg")
    ]
    assert menus[0] == menus[2] != menus[1]
    assert context_processors._build_frame.cache_info().misses == 2


def test_an_address_of_a_view_exists_in_every_language(site_frame: Any) -> None:
    assert [link["url"] for link in build_view_language_links("/zoeken/")] == ["/zoeken/", "/en/zoeken/"]


def test_a_page_that_is_not_there_is_told_in_the_look_of_the_site(site_frame: Any, client: Client) -> None:
    answer = client.get("/bestaat-niet/")
    soup = BeautifulSoup(answer.content, "html.parser")
    assert answer.status_code == 404
    assert len(soup.select("h1")) == 1
    assert soup.select_one("main#inhoud")
    assert soup.select_one(".site-nav a")


def test_every_province_has_a_node_and_a_name() -> None:
    assert set(NODES) == set(Province)
    assert province_by_name("Fryslân") == "fryslan"
    assert province_by_name("Brussel") == ""


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.text(max_size=200))
def test_a_free_slug_is_plain_and_not_too_long(text: str) -> None:
    slug = free_slug(text, Theme.objects.none(), fallback="term")
    assert 0 < len(slug) <= MOST
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_")


def test_a_slug_that_is_taken_gets_a_number(db: None) -> None:
    slugs = [
        Theme.objects.create(name=name).slug
        for name in ("Slim asfalt", "Slim, asfalt", "Slim asfalt!", "???", "!!!")
    ]
    assert slugs == ["slim-asfalt", "slim-asfalt-2", "slim-asfalt-3", "term", "term-2"]


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("/accounts/login/?next=/leden/", "/en/accounts/login/?next=%2Fen%2Fleden%2F"),
        (
            "/accounts/signup/?next=/leden/%3Fthema%3Dwater",
            "/en/accounts/signup/?next=%2Fen%2Fleden%2F%3Fthema%3Dwater",
        ),
        ("/zoeken/gemist/?q=abc+%26+d", "/en/zoeken/gemist/?q=abc+%26+d"),
        ("/zoeken/gemist/?next=/leden/", "/en/zoeken/gemist/"),
        ("/accounts/login/?next=https://elders.example/", "/en/accounts/login/"),
        ("/accounts/login/?next=http://[", "/en/accounts/login/"),
        ("/accounts/signup/?next=//[x", "/en/accounts/signup/"),
    ],
)
def test_the_switch_of_languages_keeps_where_one_was_going(site_frame: Any, address: str, kept: str) -> None:
    page = BeautifulSoup(Client().get(address).text, "html.parser")
    assert page.select_one("header a[hreflang=en]")["href"] == kept


def test_what_cannot_be_read_is_told_in_the_look_of_the_site(site_frame: Any) -> None:
    answer = Client().get("/", headers={"host": "een.ander.example"})
    assert answer.status_code == 400
    assert "Dit kunnen we niet lezen" in answer.text
