"""Asking and answering in a real browser, on a phone and on a wide screen, each walked to its end."""

import datetime
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from django.utils.formats import date_format
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.engine]

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
PASSWORD = "vier fietsen in de regen"
SLUG = "rioolgemalen-rijnland"
PROFILES = """
from members.models import Member
from organisations.models import Organisation
from users.models import User
bodies = {{"member": "Gemeente Breda", "moderator": "Provincie Utrecht", "editor": "Waterschap Rivierenland"}}
for role, name in bodies.items():
    user = User.objects.get(email={addresses}[role])
    member = getattr(user, "member", None) or Member(user=user, name=user.get_full_name())
    member.organisation, member.workplace_proof = Organisation.objects.resolve(name), "moderator"
    member.save()
    print(role, member.slug)
"""


@pytest.fixture(scope="module")
def slugs(running_site: Any) -> dict[str, str]:
    """Give the accounts of the demonstration organisations of their own, and return their slugs by role."""
    addresses = {role: account["email"] for role, account in running_site.accounts.items()}
    said = running_site.manage("shell", "-v0", "-c", PROFILES.format(addresses=addresses))
    return dict(line.split() for line in said.splitlines() if line.strip())


def link_in(text: str, part: str) -> str:
    """Return the path of the link of a mail that has this part."""
    return re.search(rf"https?://[^/\s]+(\S*{part}\S*)", text)[1]


def ask(page: Any, address: str, subject: str, text: str) -> None:
    """Fill in the message box and send it."""
    page.goto(address)
    page.get_by_label("Onderwerp").fill(subject)
    page.get_by_label("Je bericht").fill(text)
    page.get_by_role("button", name="Verstuur").click()


def test_a_stranger_asks_joins_is_let_in_sends_it_and_is_answered(
    page_of: Callable[..., Any], mails: Any, check_accessible: Any, slugs: Any
) -> None:
    stranger = page_of(viewport=PHONE)
    stranger.goto(f"/praktijkvoorbeelden/{SLUG}/")
    stranger.get_by_role("link", name="Stel een vraag").click()
    expect(stranger.get_by_role("main")).to_contain_text("We bewaren je vraag 14 dagen")
    check_accessible(stranger, DESK)
    stranger.set_viewport_size(PHONE)
    stranger.get_by_label("Je bericht").fill("Welke sensoren gebruiken jullie?")
    stranger.get_by_role("button", name="Bewaar, en word lid").click()
    expect(stranger.get_by_role("main")).to_contain_text("We bewaren je vraag 14 dagen")
    address = "ester@gemeente.example"
    for label, value in (
        ("Voornaam", "Ester"),
        ("Achternaam", "Proefman"),
        ("E-mail", address),
        ("Wachtwoord", PASSWORD),
    ):
        stranger.get_by_label(label, exact=label == "Wachtwoord").first.fill(value)
    stranger.get_by_role("button", name="Meld me aan").click()
    stranger.wait_for_url("**/confirm-email/")
    stranger.goto(link_in(mails(address, "Bevestig"), "confirm-email"))
    stranger.get_by_role("button", name=re.compile("[Bb]evestig")).click()
    moderator = page_of("moderator", viewport=DESK)
    moderator.goto("/cms/aanmeldingen/")
    row = moderator.get_by_role("row", name=re.compile("Ester Proefman"))
    row.get_by_role("button", name=re.compile("Goedkeuren")).click()
    draft = link_in(mails(address, "Je vraag staat klaar"), "concept")
    stranger.goto(f"/accounts/login/?next={draft}")
    if stranger.get_by_label("Wachtwoord", exact=True).count():
        stranger.get_by_label("E-mail").fill(address)
        stranger.get_by_label("Wachtwoord", exact=True).fill(PASSWORD)
        stranger.get_by_role("button", name="Inloggen", exact=True).click()
    stranger.goto(draft)
    expect(stranger.get_by_label("Je bericht")).to_have_value("Welke sensoren gebruiken jullie?")
    expect(stranger.get_by_role("main")).to_contain_text("Aan de redactie")  # who has no profile asks them
    stranger.get_by_role("button", name="Verstuur").click()
    expect(stranger.get_by_role("main")).to_contain_text("Je bericht is verstuurd.")
    thread = stranger.url
    editor = page_of("editor", viewport=DESK)
    editor.goto("/mijn/")
    editor.get_by_role("link", name=re.compile("Lees en antwoord")).click()
    editor.get_by_role("link", name=re.compile("Rioolgemalen|Vraag over")).first.click()
    editor.get_by_label("Je bericht").fill("Dat zoeken wij voor je uit.")
    editor.get_by_role("button", name="Verstuur").click()
    assert "Dat zoeken wij voor je uit." in mails(address, "Antwoord van de redactie")
    stranger.goto(thread)
    expect(stranger.get_by_role("main")).to_contain_text("Dat zoeken wij voor je uit.")
    expect(stranger.get_by_role("main")).to_contain_text("de redactie")


def pause_until(page: Any, day: datetime.date) -> None:
    """Take no questions until a day."""
    page.get_by_label("Geen vragen tot en met").fill(day.isoformat())
    page.get_by_role("button", name="Bewaar").click()


def test_members_ask_pause_block_and_report_and_a_moderator_decides(
    page_of: Callable[..., Any], mails: Any, running_site: Any, slugs: Any, check_accessible: Any
) -> None:
    member, editor = page_of("member", viewport=PHONE), page_of("editor", viewport=DESK)
    member.goto(f"/leden/{slugs['editor']}/")
    member.get_by_role("link", name="Stel een vraag").click()
    check_accessible(member, DESK)
    member.set_viewport_size(PHONE)
    ask(member, member.url, "Sensoren in gemalen", "Kijk op https://evil.example/inloggen")
    expect(member.get_by_role("main")).to_contain_text("Je bericht is verstuurd.")
    check_accessible(member, DESK)
    text = mails(running_site.accounts["editor"]["email"], "Sensoren in gemalen")
    assert "[evil.example]" in text
    assert running_site.accounts["member"]["email"] not in text
    editor.goto(link_in(text, "/berichten/[0-9a-f-]{36}/"))
    expect(editor.get_by_role("main")).to_contain_text("leidt naar evil.example")
    assert editor.get_by_role("main").get_by_role("link", name=re.compile("evil")).count() == 0
    thread = editor.url
    editor.goto("/berichten/instellingen/")
    check_accessible(editor, PHONE)
    editor.set_viewport_size(DESK)
    pause = timezone.localdate() + datetime.timedelta(days=300)
    pause_until(editor, pause)
    member.goto(f"/leden/{slugs['editor']}/")
    expect(member.get_by_role("main")).to_contain_text(
        f"Neemt tot en met {date_format(pause, 'j F Y')} geen vragen aan."
    )
    editor.goto(thread)
    editor.get_by_role("link", name=re.compile("Meld dit bericht")).click()
    check_accessible(editor, PHONE)
    editor.set_viewport_size(DESK)
    editor.get_by_label("Iemand doet zich voor als een ander").check()
    editor.get_by_role("button", name="Meld dit bericht").click()
    expect(editor.get_by_role("main")).to_contain_text("Een moderator kijkt ernaar")
    member.goto("/berichten/")
    member.get_by_role("link", name="Sensoren in gemalen").click()
    expect(member.get_by_role("button", name="Verstuur")).to_be_visible()  # she is told nothing
    moderator = page_of("moderator", viewport=DESK)
    moderator.goto(link_in(mails(running_site.accounts["moderator"]["email"], "gemeld"), "/cms/meldingen/"))
    expect(moderator.get_by_role("main")).to_contain_text("https://evil.example/inloggen")
    moderator.get_by_label("Waarschuwen").check()
    moderator.get_by_label("Reden").fill("Stuur geen vreemde links.")
    moderator.get_by_role("button", name="Neem dit besluit").click()
    decided = mails(running_site.accounts["member"]["email"], "besluit over je bericht")
    assert "Stuur geen vreemde links." in decided
    answer = link_in(decided, "/link/")
    stranger = page_of(viewport=PHONE)
    stranger.goto(answer)
    expect(stranger.get_by_role("main")).to_contain_text("Deze link is voor")
    check_accessible(stranger, DESK)
    stranger.get_by_label("Je antwoord").fill("Het was mijn eigen site.")
    stranger.get_by_role("button", name="Verstuur je antwoord").click()
    expect(stranger.get_by_role("main")).to_contain_text("Je antwoord is verstuurd.")
    stranger.goto(answer)
    expect(stranger.get_by_role("main")).to_contain_text("Hij is al gebruikt.")


@pytest.mark.parametrize("role", ["member", "editor"])
def test_ones_own_page_and_messages_are_accessible(
    page_of: Callable[..., Any], check_accessible: Any, slugs: Any, role: str
) -> None:
    page = page_of(role, viewport=PHONE)
    for query in ("", "?map=redactie", "?archief", "?q=niets", None):
        address = "/mijn/" if query is None else f"/berichten/{query}"
        page.set_viewport_size(PHONE)
        page.goto(address)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= PHONE["width"], address
        check_accessible(page, DESK)
