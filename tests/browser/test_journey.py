"""From an editor's first word to a visitor's find, in a real browser, with the real engine."""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.engine]

TITLE = "Zwerfvuil tellen met vuilniswagens"
SLUG = "zwerfvuil-tellen-met-vuilniswagens"
MENDED = "Een camera op de vuilniswagen telt, straat voor straat, waar zwerfvuil ligt."

DRAFT = f"""
from practices.models import PracticeIndexPage, PracticePage
index = PracticeIndexPage.objects.get(locale__language_code="nl")
page = index.add_child(instance=PracticePage(title="{TITLE}", slug="{SLUG}", live=False))
page.save_revision()
print(page.pk)
"""


def test_an_editor_hands_in_a_case_a_moderator_lets_it_go_live_and_a_visitor_finds_it(
    page_of: Callable[..., Any], running_site: Any
) -> None:
    editor, moderator, visitor = page_of("editor"), page_of("moderator"), page_of()
    draft = running_site.manage("shell", "-v0", "-c", DRAFT).strip()
    hand_in(editor, draft)
    assert visitor.goto(f"/praktijkvoorbeelden/{SLUG}/").status == 404
    approve(moderator)
    assert visitor.goto(f"/praktijkvoorbeelden/{SLUG}/").status == 200
    expect(visitor.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(visitor.get_by_role("main")).to_contain_text(MENDED)
    wait_until_found(visitor)
    assert "no differences" in running_site.manage("search_index", "check")


def hand_in(page: Any, draft: str) -> None:
    """Finish a draft in the CMS and submit it for moderation; `test_editors.py` begins a new case."""
    page.goto(f"/cms/pages/{draft}/edit/")
    page.locator("#id_summary").fill("Een camera op de vuilniswagen telt waar zwerfvuil ligt.")
    act(page, "action-submit")
    expect(page.locator(".messages")).to_contain_text(TITLE)


def approve(page: Any) -> None:
    """Mend a comma in the case that waits, and let it go live."""
    page.goto("/cms/")
    page.get_by_role("link", name=TITLE).first.click()
    page.locator("#id_summary").fill(MENDED)
    page.locator("footer [data-w-dropdown-target=toggle]").click()
    page.get_by_role("button", name="Goedkeuren en publiceren", exact=True).click()
    expect(page.locator(".messages")).to_contain_text(f"“{TITLE}” is goedgekeurd en staat op de site.")


def act(page: Any, name: str) -> None:
    """Press an action in the menu of the main one."""
    page.locator("footer [data-w-dropdown-target=toggle]").click()
    page.locator(f"footer button[name={name}]").click()


def wait_until_found(page: Any) -> None:
    """Search as a visitor until the case is there: the worker is a few seconds behind."""
    for _ in range(40):
        page.goto("/zoeken/")
        page.locator("#zoek").fill("vuilniswagen zwerfvuil")
        page.get_by_role("button", name="Zoeken").click()
        page.wait_for_url("**/zoeken/?q=**")
        if page.locator(f"a[href$='/{SLUG}/']").count():
            return
        time.sleep(0.5)
    pytest.fail("the case is not found")


def test_a_specialist_finds_a_peer_and_a_visitor_does_not(page_of: Callable[..., Any]) -> None:
    visitor = page_of()
    visitor.goto("/leden/")
    visitor.wait_for_url("**/accounts/login/?next=/leden/")
    member = page_of("member")
    member.goto("/leden/")
    assert "verzonnen voorbeeld" in member.content()
    first = member.locator(".people h3 a").first
    name = first.inner_text()
    first.click()
    expect(member.get_by_role("heading", level=1)).to_have_text(name)
    profile = member.url
    assert "example.org" not in member.content()
    visitor.goto(profile)
    visitor.wait_for_url("**/accounts/login/?next=**")
    assert name not in visitor.content()


def test_filters_renew_the_list_in_place_and_keep_the_address_right(page_of: Callable[..., Any]) -> None:
    page = page_of()
    page.goto("/praktijkvoorbeelden/")
    loads: list[str] = []
    page.on("load", lambda: loads.append(page.url))
    page.get_by_label("Armoede en schulden").check()
    page.wait_for_url("**?*thema=armoede-en-schulden*")
    expect(page.locator("#gevonden")).to_contain_text("3 praktijkvoorbeelden")
    expect(page.locator("#taal-kop-en")).to_have_attribute(
        "href", "/en/praktijkvoorbeelden/?thema=armoede-en-schulden"
    )
    assert loads == []
    expect(page.get_by_label("Armoede en schulden")).to_be_focused()
    page.get_by_role("link", name=re.compile("Verwijder filter")).click()
    expect(page.locator("#gevonden")).to_contain_text(re.compile(r"2[78] praktijkvoorbeelden"))
    page.go_back()
    expect(page.locator("#gevonden")).to_contain_text("3 praktijkvoorbeelden")
    page.reload()
    expect(page.get_by_label("Armoede en schulden")).to_be_checked()


def test_all_of_it_works_without_a_script(page_of: Callable[..., Any]) -> None:
    page = page_of(java_script_enabled=False)
    page.goto("/")
    page.get_by_role("searchbox").fill("schulden")
    page.get_by_role("button", name="Zoeken").click()
    expect(page.get_by_role("heading", name=re.compile("resultaten voor"))).to_be_visible()
    page.get_by_label("Data koppelen").check()
    page.get_by_role("button", name=re.compile("Toon")).click()
    expect(page.get_by_role("heading", name="1 resultaat voor ‘schulden’")).to_be_visible()
    page.get_by_role("link", name=re.compile("living lab")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("living lab")


def test_suggestions_are_a_list_for_keyboard_and_screen_reader(page_of: Callable[..., Any]) -> None:
    page = page_of()
    page.goto("/")
    field = page.get_by_role("combobox")
    field.press_sequentially("riool", delay=30)
    option = page.get_by_role("option").first
    expect(option).to_contain_text("rioolgemalen")
    expect(field).to_have_attribute("aria-expanded", "true")
    field.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    field.press("Enter")
    page.wait_for_url("**/praktijkvoorbeelden/rioolgemalen-rijnland/")
