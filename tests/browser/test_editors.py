"""What editors do in `/cms/`, one journey each: see a preview, find what a case names, submit a new case."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.engine]

DESKTOP = {"width": 1440, "height": 900}
# Drafts of a page that skips a level of headings, and of a case with an image that nobody described.
PLANT = """
from io import BytesIO
from django.core.files.images import ImageFile
from PIL import Image
from core.models import SiteImage
from pages.models import ContentPage
from practices.models import PracticePage
drawn = BytesIO()
Image.new("RGB", (64, 32)).save(drawn, "PNG")
image = SiteImage.objects.create(title="Gemaal", file=ImageFile(drawn, "gemaal.png"))
page = ContentPage.objects.get(slug="toegankelijkheid", locale__language_code="nl")
page.body = "<h3>Eerst dit</h3>"
case = PracticePage.objects.get(slug="rioolgemalen-rijnland")
chosen = {"image": image.pk, "alt_text": "", "decorative": False}
block = {"type": "image", "value": {"image": chosen, "caption": ""}}
case.body = [{"type": "section", "value": {"heading": "aanpak", "own_heading": "", "content": [block]}}]
for draft in (page, case):
    draft.save_revision()
    print(draft.pk)
"""
# Milliseconds per letter: Wagtail takes what is typed in the first seconds of a form for its initial value.
TYPING = 300
FIND_CASE = "from practices.models import PracticePage as P; print(P.objects.get(slug='chatbot-duo').pk)"


def test_a_preview_stands_beside_the_form_and_its_checks_count_what_is_wrong(
    page_of: Callable[..., Any], running_site: Any
) -> None:
    pages = running_site.manage("shell", "-v0", "-c", PLANT).split()
    faults = ["De koppen staan niet in de goede volgorde", "Afbeelding zonder beschrijving"]
    editor = page_of("editor", viewport=DESKTOP)
    for key, fault in zip(pages, faults, strict=True):
        editor.goto(f"/cms/pages/{key}/edit/")
        editor.locator("[data-side-panel-toggle=preview]").click()
        title = editor.locator("#id_title").input_value()
        expect(editor.frame_locator("#w-preview-iframe").get_by_role("heading", level=1)).to_have_text(title)
        editor.locator("[data-side-panel-toggle=checks]").click()
        checks = editor.locator("[data-side-panel=checks]")
        expect(checks.locator("[data-content-checker-count]")).to_have_text("1")
        expect(checks.locator("[data-checks-panel]")).to_contain_text(fault)
    editor.goto(f"/cms/pages/{pages[0]}/edit/preview/")
    expect(editor.locator("[data-w-userbar-axe-count]")).to_have_text("1")


def test_organisations_members_and_techniques_are_found_by_typing(
    page_of: Callable[..., Any], running_site: Any
) -> None:
    case = running_site.manage("shell", "-v0", "-c", FIND_CASE).strip()
    editor = page_of("editor", viewport=DESKTOP)
    editor.goto(f"/cms/pages/{case}/edit/")
    editor.get_by_role("tab", name="Mensen").click()
    editor.get_by_role("button", name="Voeg organisatie toe").first.click()
    editor.get_by_role("button", name="Kies organisatie").filter(visible=True).first.click()
    window = editor.locator(".modal")
    window.get_by_label("Naam").fill("breda")
    expect(window.locator("tbody tr")).to_have_count(1)
    expect(window.locator("tbody tr")).to_contain_text("Noord-Brabant")
    window.get_by_role("link", name="Gemeente Breda").click()
    editor.get_by_role("button", name="Kies leden").click()
    for box in (0, 1):
        window.locator("[data-multiple-choice-select]").nth(box).check()
    names = [window.locator("tbody label").nth(box).inner_text() for box in (0, 1)]
    window.locator("[data-multiple-choice-submit]").click()
    expect(editor.locator("#id_authors label")).to_have_text(names)
    editor.get_by_role("tab", name="Kenmerken").click()
    editor.get_by_label("Zoek in deze lijst").fill("linking")
    expect(editor.get_by_label("Data koppelen")).to_be_visible()
    expect(editor.get_by_label("Datakwaliteit")).to_be_hidden()
    editor.get_by_role("button", name="Concept opslaan").click()
    expect(editor.locator(".messages")).to_be_visible()
    editor.get_by_role("tab", name="Mensen").click()
    expect(editor.locator("#id_authors label")).to_have_text(names)
    expect(editor.locator("[id^=id_organisation_links] [data-chooser-title]").last).to_have_text(
        "Gemeente Breda"
    )


def test_a_new_case_is_handed_in_once_it_has_what_it_needs(page_of: Callable[..., Any]) -> None:
    editor = page_of("editor", viewport=DESKTOP)
    editor.goto("/cms/")
    editor.get_by_role("link", name="Nieuw praktijkvoorbeeld").click()
    points = editor.locator(".readiness__points")
    story = points.get_by_text("Alles af: elk onderdeel een eigen kop en tekst, geen half ingevulde regels")
    expect(story).to_be_visible()  # beside the form, and not behind a button
    expect(story).to_contain_text("(moet nog)")
    editor.locator("#id_summary").fill("Kort gezegd.")
    with editor.expect_response(lambda answer: "_w_hydrate_create_view=1" in answer.url):  # it saved itself
        editor.locator("#id_title").press_sequentially("Een bewaarde wens", delay=TYPING)
    done = [re.compile(start) for start in ("Samenvatting of verhaal", "Alles af", "Samenvatting: ")]
    expect(points.locator(".readiness__done")).to_have_text(done)  # sections that nobody touched are left out
    with editor.expect_response(is_autosave):
        editor.locator(".public-DraftEditor-content:visible").first.click()
        editor.keyboard.type("Zo ging het.")
    hand_in(editor)
    expect(editor.locator(".messages")).to_contain_text("is ingediend")


def is_autosave(answer: Any) -> bool:
    """Tell whether this is the answer to a form that saved itself."""
    return (
        answer.request.method == "POST"
        and "/edit/" in answer.url
        and "json" in answer.headers["content-type"]
    )


def hand_in(editor: Any) -> None:
    """Press the button that submits a page, in the menu of the other buttons."""
    editor.get_by_role("button", name="Meer acties").or_(
        editor.locator("footer .w-dropdown__toggle")
    ).last.click()
    editor.get_by_role("button", name="Indienen").click()
