"""What scripts do in a form: a password can be shown, and a date stays as typed."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.engine]


def test_a_password_is_shown_while_its_button_is_pressed(page_of: Callable[..., Any]) -> None:
    page = page_of()
    page.goto("/accounts/login/")
    field, button = page.locator("input[name=password]"), page.get_by_role("button", name="Toon wachtwoord")
    field.fill("een lang zinnetje")
    expect(button).to_have_attribute("aria-pressed", "false")
    button.click()
    expect(field).to_have_attribute("type", "text")
    expect(button).to_have_attribute("aria-pressed", "true")
    button.press("Space")
    expect(field).to_have_attribute("type", "password")
    button.click()
    page.evaluate(
        "document.querySelector('form.form').addEventListener('submit', (event) => event.preventDefault())"
    )
    page.locator("input[name=login]").fill("noor@example.org")
    field.press("Enter")
    expect(field).to_have_attribute("type", "password")


def test_without_a_script_there_is_no_button(page_of: Callable[..., Any]) -> None:
    page = page_of(java_script_enabled=False)
    page.goto("/accounts/login/")
    expect(page.locator("input[name=password]")).to_be_visible()
    expect(page.locator("[data-show-password]")).to_be_hidden()


def test_what_is_typed_as_a_date_stays_and_the_calendar_writes_one_alike(page_of: Callable[..., Any]) -> None:
    page = page_of("administrator")
    page.goto("/cms/snippets/organisations/organisation/")
    page.locator("a[href*='/organisation/edit/']").first.click()
    field = page.locator("input[name=ended_date]")
    for typed in ("morgen", "31-2-2030", "3-4-2030"):
        field.fill(typed)
        field.press("Tab")
        expect(field).to_have_value(typed)
    calendar = page.locator(".xdsoft_datetimepicker:visible")
    page.wait_for_timeout(300)  # the calendar would come after a tenth of a second
    expect(calendar).to_have_count(0)
    field.click()
    calendar.locator(".xdsoft_date[data-month='3'][data-date='5']").click()
    expect(field).to_have_value(re.compile("^05-04-2030$"))
