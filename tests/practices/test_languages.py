"""Every case can be read within the site in the language of the reader, whatever its own language."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.test import Client
from django.utils.translation import gettext, override
from wagtail.models import Locale

from practices.models import PracticePage

pytestmark = pytest.mark.both_databases

DUTCH, ENGLISH = "/praktijkvoorbeelden/slim-asfalt/", "/en/praktijkvoorbeelden/slim-asfalt/"


def soup_at(address: str) -> BeautifulSoup:
    """Return what a visitor gets at an address."""
    answer = Client().get(address)
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser")


def switch(soup: BeautifulSoup) -> str:
    """Return where the link to the other language leads to."""
    links = {link["href"] for link in soup.select("header a[hreflang]")}
    assert len(links) == 1
    return links.pop()


def translate(case: PracticePage, **fields: Any) -> PracticePage:
    """Return the case in English, as a draft."""
    english = case.copy_for_translation(Locale.objects.get(language_code="en"), copy_parents=True)
    for name, value in fields.items():
        setattr(english, name, value)
    english.save_revision()
    return english


def test_a_case_without_translation_keeps_the_language_of_the_reader(make_case: Any) -> None:
    make_case(organisations=[])
    soup = soup_at(ENGLISH)
    assert soup.html["lang"] == "en"
    assert soup.h1["lang"] == "nl"
    with override("en"):
        assert (
            gettext("Dit voorbeeld is in het Nederlands geschreven.")
            in soup.select_one(".case-head").get_text()
        )
    assert switch(soup) == DUTCH
    assert switch(soup_at(DUTCH)) == ENGLISH
    assert soup.select_one("#delen [data-copy]")["data-copy"] == f"{settings.WAGTAILADMIN_BASE_URL}{DUTCH}"


def test_what_an_editor_wrote_says_its_language_and_our_words_do_not(make_case: Any) -> None:
    make_case(results=1)
    soup = soup_at(ENGLISH)
    dutch = (
        ".figures",
        ".lessons",
        "#bronnen ul",
        "main [aria-current=page]",
        ".toc a[href='#aanpak']",
        ".brief dd span[lang]",
    )
    assert [soup.select_one(place)["lang"] for place in dutch] == ["nl"] * 6
    assert not soup.select_one(".toc a[href='#lessen']").has_attr("lang")


def test_a_case_in_the_language_of_the_reader_says_nothing_of_it(make_case: Any) -> None:
    make_case()
    assert "geschreven" not in soup_at(DUTCH).select_one(".case-head").get_text()


def test_only_a_translation_is_called_one(make_case: Any) -> None:
    case = make_case()
    assert not soup_at(DUTCH).select("head link[hreflang]")
    english = translate(case, title="Smart asphalt")
    assert soup_at(ENGLISH).h1.get_text(strip=True) == "Slim asfalt"  # the draft is nobody's business
    english.get_latest_revision().publish()
    soup = soup_at(ENGLISH)
    assert soup.h1.get_text(strip=True) == "Smart asphalt"
    assert soup.select_one("head link[hreflang]")["href"] == f"{settings.WAGTAILADMIN_BASE_URL}{DUTCH}"
    assert (
        soup_at(DUTCH).select_one("head link[hreflang]")["href"]
        == f"{settings.WAGTAILADMIN_BASE_URL}{ENGLISH}"
    )


def test_hits_lead_to_the_language_of_the_reader(make_case: Any, run_tasks: Any) -> None:
    make_case()
    run_tasks()
    for address, other in ((DUTCH, ENGLISH), (ENGLISH, DUTCH)):
        home = address.removesuffix("praktijkvoorbeelden/slim-asfalt/")
        for path in ("praktijkvoorbeelden/", "zoeken/?q=slim", ""):
            links = {link["href"].partition("#")[0] for link in soup_at(home + path).select("main a[href]")}
            assert address in links
            assert other not in links


def test_what_a_visitor_may_not_read_is_not_there_in_any_language(make_case: Any) -> None:
    make_case("concept", published=False)
    make_case("besloten").view_restrictions.create(restriction_type="login")
    for home in ("/", "/en/"):
        assert Client().get(f"{home}praktijkvoorbeelden/concept/").status_code == 404
        assert Client().get(f"{home}praktijkvoorbeelden/besloten/").status_code == 302


@pytest.mark.parametrize("state", ["q=weg&fase=pilot", "fase=idea&fase=pilot&sorteer=nieuwste", "pagina=2"])
@pytest.mark.parametrize("path", ["zoeken/", "praktijkvoorbeelden/"])
def test_a_list_in_another_language_has_the_same_question_filters_and_page(
    site_frame: Any, path: str, state: str
) -> None:
    assert switch(soup_at(f"/{path}?{state}")) == f"/en/{path}?{state}"
    assert switch(soup_at(f"/en/{path}?{state}")) == f"/{path}?{state}"


def test_nothing_strange_in_an_address_comes_along(site_frame: Any) -> None:
    assert switch(soup_at("/zoeken/?vreemd=kwaad&q=weg")) == "/en/zoeken/?q=weg"


def test_filters_that_the_script_sets_come_along_too(site_frame: Any) -> None:
    answer = Client().get(
        "/zoeken/?q=weg&fase=pilot", headers={"HX-Request": "true", "HX-Target": "resultaten"}
    )
    links = BeautifulSoup(answer.content, "html.parser").select("a[hx-swap-oob]")
    names = {
        link["id"]
        for link in BeautifulSoup(Client().get("/zoeken/").content, "html.parser").select("a[id^=taal]")
    }
    assert {link["id"] for link in links} == names
    assert {link["href"] for link in links} == {"/en/zoeken/?q=weg&fase=pilot"}
