"""Suggestions while somebody types: by keyboard, to a screen reader, with slow, broken or no responses."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.engine]

PHONE, DESKTOP, NARROW = (
    {"width": 390, "height": 844},
    {"width": 1280, "height": 900},
    {"width": 320, "height": 640},
)
ADDRESS = "**/api/v1/suggest?*"
RIOOL = "/praktijkvoorbeelden/rioolgemalen-rijnland/"
# Counts the responses that the script has handled, whatever became of them.
COUNT_ANSWERS = """() => {
    const { fetch } = window;
    let count = 0;
    window.fetch = async (...question) => {
        const response = await fetch(...question);
        const read = () => Response.prototype.json.call(response);
        const done = () => { document.body.dataset.answers = ++count; };
        response.json = () => read().finally(() => setTimeout(done)); // the script goes on first
        return response;
    };
}"""


def type_in(page: Any, text: str, field: str = "#zoek") -> Any:
    """Type as a person does, and return the field."""
    box = page.locator(field)
    box.press_sequentially(text, delay=20)
    return box


def offered(page: Any) -> Any:
    """Return the options that are shown below the field; a list to sort by has options too."""
    return page.locator(".suggest [role=option]:visible")


def one(title: str) -> str:
    """Return an answer with one case."""
    return json.dumps({"suggestions": [{"type": "case", "title": title, "url": "/praktijkvoorbeelden/"}]})


def active(page: Any) -> str:
    """Return the text of the option that a screen reader is told of."""
    active_id = "document.activeElement.getAttribute('aria-activedescendant')"
    return str(page.evaluate(f"document.getElementById({active_id})?.textContent ?? ''"))


def test_arrows_go_round_through_all_groups_and_the_field(
    page_of: Callable[..., Any], complaints: list[str]
) -> None:
    page = page_of(viewport=DESKTOP)
    page.goto("/zoeken/")
    field = type_in(page, "data")
    expect(field).to_have_attribute("aria-expanded", "true")
    cases, techniques = (
        page.get_by_role("group", name="Praktijkvoorbeelden"),
        page.get_by_role("group", name="Technieken"),
    )
    expect(cases.get_by_role("option")).to_have_count(4)
    expect(techniques.get_by_role("option", name="Data koppelen")).to_be_visible()
    expect(page.get_by_role("listbox", name="Suggesties")).to_be_visible()
    options = offered(page)
    last = options.count() - 1
    # The question itself does not count as one.
    expect(page.locator(".search [role=status]")).to_have_text(f"{last} suggesties")
    field.press("ArrowUp")
    assert active(page) == "Zoek op ‘data’"
    field.press("ArrowUp")
    expect(options.nth(last - 1)).to_have_attribute("aria-selected", "true")
    field.press("ArrowDown")
    field.press("ArrowDown")
    assert active(page) == ""
    field.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(page.locator("[role=option][aria-selected=true]")).to_have_count(1)
    expect(field).to_be_focused()


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP])
def test_the_list_hangs_over_what_comes_below_the_field(
    page_of: Callable[..., Any], viewport: dict[str, int]
) -> None:
    page = page_of(viewport=viewport, reduced_motion="reduce")  # the page scrolls at once
    page.goto("/")
    field = type_in(page, "data", "main input[name=q]")
    offered(page).first.wait_for()
    for _ in range(offered(page).count()):
        field.press("ArrowDown")
        seen = """(option) => {
            const box = option.getBoundingClientRect();
            return option.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2));
        }"""
        assert page.locator("[role=option][aria-selected=true]").evaluate(seen), active(page)


def test_home_and_end_go_back_to_the_text(page_of: Callable[..., Any]) -> None:
    page = page_of(viewport=DESKTOP)
    page.goto("/zoeken/")
    field = type_in(page, "riool")
    for key, place in (("Home", 0), ("End", 5), ("ArrowLeft", 4)):
        offered(page).first.wait_for()
        field.press("ArrowDown")
        assert active(page)
        field.press(key)
        assert active(page) == ""
        assert page.evaluate("document.activeElement.selectionStart") == place
    expect(field).to_have_attribute("aria-expanded", "true")


def test_escape_closes_the_list_keeps_the_text_and_an_arrow_opens_it_again(
    page_of: Callable[..., Any],
) -> None:
    page = page_of(viewport=DESKTOP)
    page.goto("/zoeken/")
    field = type_in(page, "riool")
    offered(page).first.wait_for()
    field.press("ArrowDown")
    field.press("Escape")
    expect(page.get_by_role("listbox")).to_have_count(0)
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(field).to_have_value("riool")
    assert active(page) == ""
    field.press("ArrowDown")
    expect(offered(page).first).to_contain_text("rioolgemalen")
    page.keyboard.press("Tab")
    expect(page.get_by_role("listbox")).to_have_count(0)
    assert page.url.endswith("/zoeken/")


def test_enter_goes_where_the_chosen_name_leads(page_of: Callable[..., Any]) -> None:
    page = page_of(viewport=DESKTOP)
    page.goto("/")
    field = type_in(page, "gemalen", "main input[name=q]")  # a word inside a compound
    expect(offered(page).first).to_contain_text("rioolgemalen")
    field.press("ArrowDown")
    field.press("Enter")
    page.wait_for_url(f"**{RIOOL}")


def test_a_theme_leads_to_its_cases_and_the_last_option_asks_the_question(
    page_of: Callable[..., Any],
) -> None:
    page = page_of(viewport=PHONE)
    page.goto("/zoeken/")
    type_in(page, "energie")
    page.get_by_role("group", name="Thema’s").get_by_role("option", name="Energietransitie").click()
    page.wait_for_url("**/praktijkvoorbeelden/?thema=energietransitie")
    page.goto("/zoeken/")
    type_in(page, "energie")
    page.get_by_role("option", name="Zoek op ‘energie’").click()
    page.wait_for_url("**/zoeken/?q=energie")
    expect(page.locator("#gevonden")).to_contain_text("voor ‘energie’")
    expect(page.get_by_role("listbox")).to_have_count(0)


def test_enter_without_a_choice_asks_the_question(page_of: Callable[..., Any]) -> None:
    page = page_of(viewport=DESKTOP)
    page.goto("/zoeken/")
    field = type_in(page, "schulden")
    offered(page).first.wait_for()
    field.press("Enter")
    page.wait_for_url("**/zoeken/?q=schulden")
    expect(page.get_by_role("listbox")).to_have_count(0)


def is_early(request: Any) -> bool:
    """Tell whether this asks for what was typed first."""
    return bool(request.url.endswith("q=rio"))


def test_an_answer_to_an_older_question_is_never_shown(page_of: Callable[..., Any]) -> None:
    page = page_of(viewport=DESKTOP)
    page.goto("/zoeken/")
    late: list[Any] = []
    page.route(ADDRESS, lambda route: route.fulfill(body=one("Nieuw"), content_type="application/json"))
    page.route("**/api/v1/suggest?q=rio", lambda route: late.append(route))  # noqa: PLW0108  Playwright takes no built-in
    page.evaluate(COUNT_ANSWERS)
    # Without the script's own abort of a request, which is the first of the two guards.
    page.evaluate("AbortController.prototype.abort = () => {}")
    field, body = page.locator("#zoek"), page.locator("body")
    with page.expect_request(is_early):
        field.fill("rio")
    field.press_sequentially("ol", delay=20)
    expect(offered(page).first).to_have_text("Nieuw")
    expect(body).to_have_attribute("data-answers", "1")
    late[0].fulfill(body=one("Oud"), content_type="application/json")
    expect(body).to_have_attribute("data-answers", "2")
    expect(offered(page).first).to_have_text("Nieuw")
    expect(page.get_by_text("Oud", exact=True)).to_have_count(0)
    # Nor after the field was left.
    with page.expect_request(is_early):
        field.fill("rio")
    field.press("Escape")
    expect(offered(page)).to_have_count(0)
    late[1].fulfill(body=one("Oud"), content_type="application/json")
    expect(body).to_have_attribute("data-answers", "3")
    expect(offered(page)).to_have_count(0)


def test_a_request_that_is_no_longer_needed_is_broken_off(page_of: Callable[..., Any]) -> None:
    page = page_of(viewport=DESKTOP)
    page.goto("/zoeken/")
    page.route("**/api/v1/suggest?q=rio", lambda route: None)
    field = page.locator("#zoek")
    with page.expect_event("requestfailed", predicate=is_early):
        with page.expect_request(is_early):
            field.fill("rio")
        field.press_sequentially("ol", delay=20)
    expect(offered(page).first).to_contain_text("rioolgemalen")


@pytest.mark.parametrize("fault", [429, 500, "rubbish", "refused"])
def test_a_fault_says_nothing_and_the_form_still_works(page_of: Callable[..., Any], fault: Any) -> None:
    page = page_of(viewport=PHONE)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto("/zoeken/")
    field = type_in(page, "rio")
    offered(page).first.wait_for()

    def fail(route: Any) -> None:
        if fault == "refused":
            route.abort()
        else:
            route.fulfill(
                status=fault if isinstance(fault, int) else 200, body="<html>", headers={"Retry-After": "30"}
            )

    page.route(ADDRESS, fail)
    with page.expect_request(ADDRESS):
        field.press_sequentially("olgemalen", delay=20)
    expect(offered(page)).to_have_count(0)  # what was there was of another question
    expect(page.locator(".search [role=status]")).to_have_text("")
    page.get_by_role("button", name="Zoeken").click()
    page.wait_for_url("**/zoeken/?q=rioolgemalen")
    expect(page.locator("#gevonden")).to_contain_text("voor ‘rioolgemalen’")
    assert errors == []


def test_nothing_to_offer_is_said_and_not_shown(page_of: Callable[..., Any]) -> None:
    page = page_of(viewport=PHONE)
    page.goto("/zoeken/")
    field = type_in(page, "xqzzy")
    expect(page.locator(".search [role=status]")).to_have_text("Geen suggesties")
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(page.get_by_role("listbox")).to_have_count(0)


def test_without_a_script_it_is_a_field_with_a_button(page_of: Callable[..., Any]) -> None:
    page = page_of(java_script_enabled=False, viewport=PHONE)
    page.goto("/")
    field = page.get_by_role("searchbox")
    assert field.get_attribute("aria-controls") is None
    field.fill("rioolgemalen")
    field.press("Enter")
    page.wait_for_url("**/zoeken/?q=rioolgemalen")


def test_a_title_with_markup_is_shown_as_it_is(page_of: Callable[..., Any]) -> None:
    page = page_of(viewport=DESKTOP)
    page.goto("/zoeken/")
    page.route(ADDRESS, lambda route: route.fulfill(body=one("<b>Vet</b>"), content_type="application/json"))
    type_in(page, "<i>a")
    expect(offered(page).first).to_have_text("<b>Vet</b>")
    expect(offered(page).last).to_have_text("Zoek op ‘<i>a’")


@pytest.mark.parametrize(
    ("role", "address", "text"),
    [("", "/zoeken/", "data"), ("member", "/", "de"), ("", "/en/zoeken/", "data")],
)
def test_the_open_list_has_no_faults_of_accessibility_and_fits(
    page_of: Callable[..., Any], role: str, address: str, text: str
) -> None:
    for options in ({"viewport": PHONE}, {"viewport": DESKTOP, "color_scheme": "dark"}):
        page = page_of(role, **options)
        page.goto(address)
        type_in(page, text, "main input[name=q]").press("ArrowDown")
        offered(page).first.wait_for()
        page.locator("main input[name=q]").press("ArrowDown")
        result = Axe().run(
            page, options={"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
        )
        assert result.violations_count == 0, result.generate_report()
    page = page_of(role, viewport=NARROW)
    page.goto(address)
    type_in(page, text, "main input[name=q]")
    offered(page).first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    heights = offered(page).evaluate_all("all => all.map((one) => one.getBoundingClientRect().height)")
    assert min(heights) >= 44


def test_a_member_is_offered_members_and_a_visitor_is_not(page_of: Callable[..., Any]) -> None:
    member = page_of("member", viewport=DESKTOP)
    member.goto("/leden/")
    name = member.locator(".people h3 a").first.inner_text()
    type_in(member, name.split()[0])
    option = member.get_by_role("group", name="Leden").get_by_role("option", name=name)
    option.click()
    expect(member.get_by_role("heading", level=1)).to_have_text(name)
    visitor = page_of(viewport=DESKTOP)
    visitor.goto("/zoeken/")
    with visitor.expect_response(re.compile("suggest")) as answer:
        type_in(visitor, name)
    assert name not in answer.value.text()
    expect(visitor.get_by_role("group", name="Leden")).to_have_count(0)
