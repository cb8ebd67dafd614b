"""An editor sees the progress of a trial and of a rebuild without reloading, while visitors search on."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.engine]

PAGE = "/cms/zoeken/synoniemen/"
NOTHING = "Er loopt nu niets op de achtergrond."
SIMPLER = "Zoeken werkt nu eenvoudiger"
MOST_ASKED = 100  # times; after failures the engine is left alone for five seconds
PATIENCE = 300_000  # milliseconds; a trial asks every question of the golden set twice
WATCH = """() => {
    window.isTheSamePage = true;
    window.steps = [];
    const step = document.getElementById("progress-step");
    const note = () => window.steps.push(step.textContent.trim());
    note();
    new MutationObserver(note).observe(step, {childList: true, characterData: true, subtree: true});
}"""


def press(page: Any, name: str) -> None:
    """Press a button that sets the worker to work, and watch what the page says from then on."""
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_load_state()
    page.evaluate(WATCH)


def wait_until_done(page: Any, button: str) -> list[str]:
    """Wait until the worker is done, and return the steps that the page showed without reloading."""
    expect(page.get_by_role("button", name=button, exact=True)).to_be_visible(timeout=PATIENCE)
    expect(page.locator("#progress-step")).to_have_text(NOTHING)
    assert page.evaluate("window.isTheSamePage") is True
    return list(page.evaluate("window.steps"))


def finds(page: Any, query: str) -> bool:
    """Tell whether a visitor finds a case with these words; on a busy machine the engine is asked again."""
    for _ in range(MOST_ASKED):
        answer = page.goto(f"/zoeken/?q={query}")
        assert answer.status == 200
        if SIMPLER not in page.content():
            break
    assert SIMPLER not in page.content()
    return bool(page.locator(".hits a[href*=rioolgemalen-rijnland]").count())


def add_synonym(page: Any, words: str) -> None:
    """Write a group of words in the editors' list."""
    page.goto("/cms/snippets/curation/synonym/add/")
    page.locator("#id_words").fill(words)
    page.locator("#id_words").press("Enter")
    expect(page.locator(".messages")).to_contain_text(words)


def test_progress_of_a_trial_and_of_a_rebuild_is_shown_in_place(
    page_of: Callable[..., Any], running_site: Any
) -> None:
    editor, plain, visitor = page_of("editor"), page_of("editor", java_script_enabled=False), page_of()
    assert not finds(visitor, "kabouterpomp")
    add_synonym(editor, "kabouterpomp, rioolgemalen")
    editor.goto(PAGE)
    expect(editor.get_by_text("kabouterpomp, rioolgemalen")).to_be_visible()

    with running_site.no_worker():
        press(editor, "Probeer uit")
        plain.goto(PAGE)
        plain.get_by_role("link", name="Ververs deze pagina").click()
        expect(plain.locator("#progress-step")).not_to_have_text(NOTHING)
    told = wait_until_done(editor, "Zet live")
    assert len(set(told)) >= 2, told  # more than the end alone
    assert told[0] != NOTHING

    broken: list[str] = []

    def break_once(route: Any) -> None:
        if route.request.resource_type == "fetch" and not broken:
            broken.append(route.request.url)
            route.abort()
        else:
            route.continue_()

    with running_site.no_worker():
        press(editor, "Zet live")
        editor.route(f"**{PAGE}", break_once)
    while not editor.get_by_text(NOTHING).count():
        finds(visitor, "rioolgemalen")
    assert finds(visitor, "kabouterpomp")
    assert wait_until_done(editor, "Maak ongedaan")
    assert broken, "the page did not ask how far it was"

    press(editor, "Maak ongedaan")
    expect(editor.locator("#progress-step")).to_have_text(NOTHING, timeout=PATIENCE)
    assert not finds(visitor, "kabouterpomp")


def test_a_member_who_is_no_editor_does_not_see_the_page(page_of: Callable[..., Any]) -> None:
    page = page_of("member")
    page.goto(PAGE)
    expect(page.locator("#progress-step")).to_have_count(0)
