"""The page with results in a real browser: filters by keyboard, corrections, and links of an empty page."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.engine]

PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
NARROW = {"width": 320, "height": 640}
NO_CONTENT = 204
CORRECTED = "/zoeken/?q=asfaltonderhuod"
NOTHING = "/zoeken/?q=hondenpoep"
FILTERED = "/zoeken/?q=schulden&thema=energietransitie&jaar=2018"
STATES = [
    ("", CORRECTED),
    ("", f"{CORRECTED}&letterlijk=1"),
    ("", NOTHING),
    ("", FILTERED),
    ("", "/praktijkvoorbeelden/?techniek=open-data&provincie=landelijk&thema=landbouw"),
    ("", "/zoeken/?meer=organisatie&meer=techniek"),
    ("", "/zoeken/?zoek_organisatie=breda&overgenomen=0"),
    ("", "/en/zoeken/?zoek_organisatie=xyzzy&overgenomen=5-"),
    ("", "/zoeken/?pagina=501"),
    ("", "/zoeken/?q=mensen+die+hun+rekeningen+niet+kunnen+betalen"),
    ("", "/praktijkvoorbeelden/?zoals=gemeente-breda"),
    ("", "/en/organisaties/?zoals=gemeente-breda&zoals_provincie=1&grootte=250000-"),
    ("", "/zoeken/?zoals=waterschap-rivierenland&q=xqzzyw"),
    ("member", "/leden/?zoals=gemeente-breda&zoals_elke_grootte=1"),
    ("member", "/zoeken/?q=algoritmes&thema=landbouw&jaar=2018"),
]


@pytest.mark.parametrize(("role", "address"), STATES)
def test_a_state_of_the_list_is_accessible_and_fits_on_the_narrowest_screen(
    page_of: Callable[..., Any], check_accessible: Callable[..., None], role: str, address: str
) -> None:
    page = page_of(role, viewport=PHONE)
    page.goto(address)
    page.evaluate(
        "document.querySelectorAll('#resultaten details').forEach((details) => { details.open = true; })"
    )
    check_accessible(page, DESKTOP)
    page.set_viewport_size(NARROW)
    page.evaluate(
        "document.querySelectorAll('#resultaten details').forEach((details) => { details.open = false; })"
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


def test_more_values_come_in_place_and_the_keyboard_goes_on_with_the_first_of_them(
    page_of: Callable[..., Any], complaints: list[str]
) -> None:
    page = page_of(viewport=DESKTOP)
    page.goto("/zoeken/")
    facet = page.locator("#facet-techniek")
    boxes = facet.get_by_role("checkbox")
    expect(boxes).to_have_count(12)
    facet.get_by_role("link", name="Toon meer").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/zoeken/?meer=techniek")
    expect(boxes.nth(12)).to_be_focused()
    page.keyboard.press("Space")
    page.wait_for_url(re.compile(r"/zoeken/\?techniek=[^&]+&meer=techniek$"))
    facet.get_by_role("link", name="Toon minder").click()
    page.wait_for_url(re.compile(r"/zoeken/\?techniek=[^&]+$"))
    expect(facet.get_by_role("link", name="Toon meer")).to_be_focused()
    page.go_back()
    expect(facet.get_by_role("link", name="Toon minder")).to_be_visible()
    page.reload()
    expect(facet.get_by_role("link", name="Toon minder")).to_be_visible()


def test_typing_in_a_facet_narrows_its_values_and_says_how_many_there_are(
    page_of: Callable[..., Any],
) -> None:
    page = page_of(viewport=DESKTOP)
    page.goto("/zoeken/")
    page.locator("#facet-organisatie summary").click()
    field = page.get_by_role("searchbox", name="Zoek in Organisatie")
    field.press_sequentially("breda", delay=30)
    expect(page.locator("#facet-organisatie").get_by_role("checkbox")).to_have_count(1)
    expect(page.locator("#melding")).to_have_text("1 keuze gevonden")
    expect(field).to_be_focused()
    expect(field).to_have_value("breda")
    expect(page).to_have_url(re.compile(r"/zoeken/\?zoek_organisatie=breda$"))
    field.press("Enter")
    page.get_by_label("Gemeente Breda").check()
    page.wait_for_url("**/zoeken/?organisatie=gemeente-breda&zoek_organisatie=breda")
    expect(page.get_by_label("Gemeente Breda")).to_be_focused()
    expect(page.locator("#melding")).to_contain_text("resulta")  # said when the new fields listen
    page.get_by_role("searchbox", name="Zoek in Organisatie").fill("")
    expect(page.locator("#facet-organisatie").get_by_role("checkbox")).to_have_count(12)
    page.get_by_role("link", name="Wis alle filters").first.click()
    page.wait_for_url("**/zoeken/")


def test_a_facet_works_without_a_script_on_a_phone(page_of: Callable[..., Any]) -> None:
    page = page_of(java_script_enabled=False, viewport=PHONE)
    page.goto("/zoeken/")
    page.locator("#filters summary").click()
    page.locator("#facet-techniek").get_by_role("link", name="Toon meer").click()
    facet = page.locator("#facet-techniek")
    expect(facet.get_by_role("link", name="Toon minder")).to_be_visible()
    assert facet.get_by_role("checkbox").count() > 12
    facet.get_by_role("searchbox").fill("koppel")
    page.get_by_role("button", name=re.compile("Toon .* resultaten")).click()
    expect(facet.get_by_text("1 keuze gevonden")).to_be_visible()
    facet.get_by_role("checkbox").check()
    page.get_by_role("button", name=re.compile("Toon .* resultaten")).click()
    expect(page.get_by_role("link", name="Verwijder filter Techniek: Data koppelen")).to_be_visible()


def test_a_correction_is_undone_in_one_click_and_a_filter_does_not_bring_it_back(
    page_of: Callable[..., Any],
) -> None:
    page = page_of(viewport=DESKTOP)
    page.goto("/zoeken/?q=rioolgemalne")
    expect(page.locator(".did-you-mean")).to_contain_text("rioolgemalen in plaats van ‘rioolgemalne’")
    expect(page.locator("#gevonden")).to_contain_text("voor ‘rioolgemalen’")
    page.get_by_role("link", name="Zoek toch naar ‘rioolgemalne’").click()
    page.wait_for_url("**/zoeken/?q=rioolgemalne&letterlijk=1")
    expect(page.locator(".did-you-mean")).to_have_count(0)
    expect(page.locator("#gevonden")).to_be_focused()
    page.go_back()
    expect(page.locator(".did-you-mean")).to_be_visible()


def test_an_empty_page_leads_on(page_of: Callable[..., Any]) -> None:
    page = page_of(viewport=PHONE)
    page.goto(FILTERED)
    option = page.get_by_role("link", name="Zonder het filter Thema: Energietransitie")
    expect(page.locator(".alternatives li").first).to_contain_text("1 resultaat")
    option.click()
    page.wait_for_url("**/zoeken/?q=schulden&jaar=2018")
    expect(page.locator("#gevonden")).to_contain_text("1 resultaat")
    page.goto(NOTHING)
    themes = page.get_by_role("list", name="Of kijk per thema:")
    expect(themes.get_by_role("link", name="Energietransitie")).to_be_visible()
    page.get_by_text("Geef door wat je mist").click()
    page.get_by_role("button", name="Geef door").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bedankt")


def test_a_member_sees_who_may_know_and_a_visitor_does_not(page_of: Callable[..., Any]) -> None:
    address = "/zoeken/?q=algoritmes&thema=landbouw&jaar=2018"
    member = page_of("member", viewport=DESKTOP)
    member.goto(address)
    section = member.get_by_role("region", name="Wie het misschien weet")
    assert 1 <= section.locator(".person").count() <= 3
    name = section.locator(".person h3 a").first.inner_text()
    visitor = page_of()
    visitor.goto(address)
    expect(visitor.get_by_role("region", name="Wie het misschien weet")).to_have_count(0)
    assert name not in visitor.content()
    section.locator(".person h3 a").first.click()
    expect(member.get_by_role("heading", level=1)).to_have_text(name)


def test_a_click_on_a_hit_tells_the_question_and_the_place_and_nothing_more(
    page_of: Callable[..., Any],
) -> None:
    page = page_of(viewport=DESKTOP)
    page.goto("/zoeken/?q=schulden")
    with page.expect_request("**/zoeken/klik/") as asked:
        page.locator(".results .hits > li").nth(1).locator("a[href]").first.click()
    assert dict(parse_qsl(asked.value.post_data, keep_blank_values=True)) == {
        "q": "schulden",
        "place": "2",
        "listing": "",
    }
    assert asked.value.response().status == NO_CONTENT


def test_who_does_not_want_to_be_counted_tells_nothing(page_of: Callable[..., Any]) -> None:
    page = page_of(viewport=DESKTOP)
    page.add_init_script("Object.defineProperty(navigator, 'globalPrivacyControl', { value: true })")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/zoeken/?q=schulden")
    page.locator(".results .hits > li a[href]").first.click()
    page.wait_for_url(re.compile(r"/praktijkvoorbeelden/[^/]+/"))
    assert not [url for url in asked if url.endswith("/zoeken/klik/")]
