"""Reuse in a real browser, on both sizes of screen: saying it, proposing it, and finding who does it."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.engine]

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
GRASS, GOUDA = (
    "/praktijkvoorbeelden/grasmaaiplanning-aa-en-maas/",
    "/praktijkvoorbeelden/overlast-gouda-studenten/",
)
# Two colleagues, an editor, and who answers for another body.
PROFILES = """
from members.models import Member, OrganisationContact
from organisations.models import Organisation
from users.models import User
bodies = {{
    "member": "Gemeente Breda",
    "administrator": "Gemeente Breda",
    "editor": "Waterschap Rivierenland",
    "moderator": "Provincie Utrecht",
}}
for role, name in bodies.items():
    user = User.objects.get(email={addresses}[role])
    member = getattr(user, "member", None) or Member(user=user, name=user.get_full_name())
    member.organisation, member.workplace_proof = Organisation.objects.resolve(name), "moderator"
    member.save()
OrganisationContact.objects.get_or_create(organisation=member.organisation, member=member)
"""
# What came together is asked about in one letter, ten minutes later.
SEND_NOW = """
from django.utils import timezone
from mail.models import Delivery
from mail.tasks import delivery_send
for delivery in Delivery.objects.waiting().filter(kind="adoptions_proposed"):
    Delivery.objects.filter(pk=delivery.pk).update(next_at=timezone.now())
    delivery_send.enqueue(delivery.pk)
"""


@pytest.fixture(scope="module")
def people(running_site: Any) -> None:
    """Give the accounts of the demonstration the organisations of these journeys."""
    addresses = {role: account["email"] for role, account in running_site.accounts.items()}
    running_site.manage("shell", "-v0", "-c", PROFILES.format(addresses=addresses))


@pytest.fixture
def look(check_accessible: Any) -> Callable[[Any], None]:
    """Return what checks a page at both sizes and in both schemes, and goes on with the page as it was."""

    def check(page: Any) -> None:
        size = page.viewport_size
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= size["width"], page.url
        check_accessible(page, DESK if size == PHONE else PHONE)
        page.set_viewport_size(size)
        page.emulate_media(color_scheme="light")

    return check


def main(page: Any) -> Any:
    """Return the main part of a page, which says what happened."""
    return expect(page.get_by_role("main"))


@pytest.mark.usefixtures("people")
def test_a_member_says_it_on_a_phone_and_a_colleague_corrects_and_undoes_it(
    page_of: Callable[..., Any], look: Any
) -> None:
    member = page_of("member", viewport=PHONE)
    member.goto(GRASS)
    member.get_by_role("link", name="Wij doen dit ook").click()
    look(member)
    expect(member.get_by_label("Te weinig draagvlak")).to_be_hidden()  # only who stopped is asked why
    member.get_by_label("Gestopt").check()
    expect(member.get_by_label("Te weinig draagvlak")).to_be_visible()
    member.get_by_role("button", name="Zet het erbij").click()
    main(member).to_contain_text("Kies waarom jullie stopten.")
    look(member)
    member.get_by_label("Proef").check()
    member.get_by_label("In welk jaar begonnen jullie?").fill("2024")
    member.get_by_label("Waar, en hoe breed?").fill("In twee wijken")
    member.get_by_role("button", name="Zet het erbij").click()
    main(member).to_contain_text("Het staat erbij.")
    look(member)
    row = member.url

    colleague = page_of("administrator", viewport=DESK)
    colleague.goto("/mijn/")
    colleague.get_by_role("link", name="Grasmaaiplanning").first.click()
    assert colleague.url == row
    colleague.get_by_role("link", name="Wijzig").click()
    main(colleague).to_contain_text("Een collega begon hier al aan.")
    expect(colleague.get_by_label("Waar, en hoe breed?")).to_have_value("In twee wijken")
    look(colleague)
    colleague.get_by_label("In gebruik").check()
    colleague.get_by_role("button", name="Bewaar de wijziging").click()
    expect(colleague.locator(".status").first).to_have_text("In gebruik")
    colleague.get_by_role("button", name="Maak de laatste wijziging ongedaan").click()
    main(colleague).to_contain_text("De laatste wijziging is ongedaan gemaakt.")
    expect(colleague.locator(".status").first).to_have_text("Proef")

    visitor = page_of(viewport=PHONE)
    visitor.goto(f"{GRASS}hergebruik/")
    main(visitor).to_contain_text("Gemeente Breda")
    look(visitor)


@pytest.mark.usefixtures("people")
def test_an_editor_proposes_with_a_source_and_the_body_confirms_by_the_link_in_its_letter(
    page_of: Callable[..., Any], mails: Any, running_site: Any, look: Any
) -> None:
    editor = page_of("editor", viewport=DESK)
    editor.goto(f"{GOUDA}hergebruik/")
    editor.get_by_role("link", name="Stel een organisatie voor").click()
    look(editor)
    editor.get_by_label("Welke organisatie?").fill("Provincie Utrecht")
    editor.get_by_label("In gebruik").check()
    editor.get_by_label("Waar is het na te lezen?").fill("https://stukken.example/utrecht")
    editor.get_by_role("button", name="Stel het voor").click()
    main(editor).to_contain_text("Je voorstel is bewaard.")
    row = editor.locator(".is-proposal")
    expect(row).to_contain_text("Volgens de redactie")
    expect(row).to_contain_text("niet bevestigd")
    look(editor)

    running_site.manage("shell", "-v0", "-c", SEND_NOW)
    letter = mails(running_site.accounts["moderator"]["email"], "Doen jullie dit ook?")
    contact = page_of(viewport=PHONE)
    contact.goto(re.search(r"https?://[^/\s]+(\S*/link/\S*)", letter)[1])
    main(contact).to_contain_text("Provincie Utrecht: in gebruik")
    look(contact)
    contact.get_by_role("button", name="Ja, dit klopt").click()
    main(contact).to_contain_text("Het staat nu bij het voorbeeld.")

    visitor = page_of(viewport=PHONE)
    visitor.goto(f"{GOUDA}hergebruik/")
    expect(visitor.locator(".is-proposal")).to_have_count(0)
    expect(visitor.locator(".totals")).to_contain_text("organisatie gebruikt het nu")


def test_a_visitor_goes_from_a_case_to_who_does_it_and_to_a_question(
    page_of: Callable[..., Any], look: Any
) -> None:
    visitor = page_of(viewport=DESK)
    visitor.goto(GRASS)
    main(visitor).to_contain_text("Waterschap Nergenssluis (verzonnen)")
    assert visitor.get_by_role("link", name=re.compile("Gelderland")).count() == 0, (
        "made-up bodies are no place"
    )
    look(visitor)
    visitor.get_by_role("link", name="Alles over hergebruik").click()
    visitor.get_by_role("link", name=re.compile("Vraag het.*Nergenssluis")).click()
    main(visitor).to_contain_text("Grasmaaiplanning")
    look(visitor)


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_a_body_says_what_it_does_and_the_home_page_what_is_new(
    page_of: Callable[..., Any], look: Any, size: dict[str, int]
) -> None:
    visitor = page_of(viewport=size)
    visitor.goto("/")
    main(visitor).to_contain_text("Net overgenomen")
    visitor.goto("/organisaties/waterschap-nergenssluis-verzonnen/")
    main(visitor).to_contain_text("Wat zij ook doen")
    look(visitor)


@pytest.fixture
def intranet(tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Return what puts a page on another site, and gives its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=str(tmp_path)))
    Thread(target=server.serve_forever, daemon=True).start()

    def put(page: str) -> str:
        (tmp_path / "index.html").write_text(f"<!doctype html><meta charset=utf-8>{page}", encoding="utf-8")
        return f"http://127.0.0.1:{server.server_port}/"

    yield put
    server.shutdown()
    server.server_close()


def test_another_site_shows_the_card_and_no_other_page_of_ours(
    page_of: Callable[..., Any], running_site: Any, intranet: Callable[[str], str]
) -> None:
    colleague = page_of(viewport=DESK)
    colleague.goto(f"{GRASS}hergebruik/")
    code = colleague.get_by_label("Code om te kopiëren").input_value()
    whole = f'<iframe id="heel" src="{running_site.url}{GRASS}hergebruik/"></iframe>'
    colleague.goto(intranet(code + whole))
    card = colleague.frame_locator("iframe").first
    expect(card.get_by_role("heading", level=1)).to_contain_text("Gras")
    expect(colleague.frame_locator("#heel").locator("main")).to_have_count(0)
    assert colleague.context.cookies() == []
    card.get_by_role("link", name="Alles over hergebruik").click()
    expect(colleague).to_have_url(f"{running_site.url}{GRASS}hergebruik/")
