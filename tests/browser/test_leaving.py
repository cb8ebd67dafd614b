"""Changing organisation and leaving the site, each walked to its end, on a phone and a wide screen."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.engine]

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
PASSWORD = "zes ganzen op het dak"
# A case of one organisation, which its contact leaves; and one that its author leaves along with the site.
CASES = {
    "telefoon": ("grasmaaiplanning-aa-en-maas", "vik-breda"),
    "scherm": ("ammonium-de-stichtse-rijnlanden", "data-werkgever-zuid-holland"),
}
PEOPLE = """
import datetime, uuid
from allauth.account.models import EmailAddress
from django.utils import timezone
from contact.services import Question, conversation_begin
from contact.topics import Topic
from members.choices import FIELDS
from members.models import Member, OrganisationContact
from organisations.models import Organisation, OrganisationDomain
from practices.models import PracticePage
from users.models import User

def join(name, body):
    first, last = name.split(" ", 1)
    address = f"{{first.lower()}}@{place}.example"
    user = User.objects.create_user(address, "{password}", first_name=first, last_name=last)
    user.approved_at = timezone.now()
    user.date_joined -= datetime.timedelta(days=30)
    user.save()
    EmailAddress.objects.create(user=user, email=address, verified=True, primary=True)
    shown = dict.fromkeys(FIELDS, "public")
    return Member.objects.create(
        user=user, name=name, organisation=body, workplace_proof="moderator", visibility=shown
    )

def publish(slug, **people):
    page = PracticePage.objects.get(slug=slug)
    for name, value in people.items():
        setattr(page, name, value)
    page.save_revision().publish()
    return page.organisations()[0]

body = PracticePage.objects.get(slug="{moved}").organisations()[0]
contact, heir = join("Vera van {place}", body), join("Wim van {place}", body)
OrganisationContact.objects.create(organisation=body, member=heir)
publish("{moved}", contact=contact)
new = Organisation.objects.resolve("{new}")
OrganisationDomain.objects.create(domain="nieuw-{place}.example", organisation=new)
author = join("Lot van {place}", PracticePage.objects.get(slug="{left}").organisations()[0])
publish("{left}", contact=author, authors=[author])
question = Question("Hoe ging dat?", "Kun je het uitleggen?", Topic(), uuid.uuid4())
print(conversation_begin(sender=author.user, other=heir.user, question=question)[0].get_absolute_url())
"""
NEW = "Gemeente Leiden"


@pytest.fixture(scope="module", params=CASES)
def place(request: pytest.FixtureRequest) -> str:
    """Return the size of the screen, which is in the names of the people too."""
    return request.param


@pytest.fixture
def screens(place: str) -> tuple[dict[str, int], dict[str, int]]:
    """Return the size of the screen, and the other one."""
    return (PHONE, DESK) if place == "telefoon" else (DESK, PHONE)


@pytest.fixture(scope="module")
def thread(running_site: Any, place: str) -> str:
    """Make a contact, who answers for her organisation, and an author; return what the last two wrote."""
    moved, left = CASES[place]
    code = PEOPLE.format(place=place, password=PASSWORD, moved=moved, left=left, new=NEW)
    return running_site.manage("shell", "-v0", "-c", code).strip().splitlines()[-1]


@pytest.fixture
def enter(open_as: Callable[..., Any], screens: Any, place: str) -> Callable[[str], Any]:
    """Return what opens a window of somebody by her first name."""
    return lambda first_name: open_as(f"{first_name}@{place}.example", PASSWORD, screens[0])


def link_in(text: str, part: str) -> str:
    """Return the path of the link of a mail that has this part."""
    return re.search(rf"https?://[^/\s]+(\S*{part}\S*)", text)[1]


def prove(page: Any) -> None:
    """Give the password once more, as the page asks before it changes something important."""
    expect(page.get_by_role("main")).to_contain_text("Laat zien dat jij het bent")
    page.get_by_label("Wachtwoord", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Bevestigen").click()


def test_a_member_goes_to_another_organisation_and_her_case_to_a_colleague(
    enter: Any, page_of: Any, mails: Any, thread: str, screens: Any, place: str, check_accessible: Any
) -> None:
    size, other_size = screens
    slug = CASES[place][0]
    visitor, page = page_of(viewport=size), enter("vera")
    visitor.goto(f"/praktijkvoorbeelden/{slug}/")
    expect(visitor.locator("#vragen")).to_contain_text(f"Vera van {place}")
    page.goto("/accounts/profiel/bewerken/")
    expect(page.get_by_role("main")).to_contain_text(f"Dan gaan vragen daarover naar Wim van {place}.")
    check_accessible(page, other_size)
    page.set_viewport_size(size)
    page.locator("input[name=organisation]").fill(NEW)
    page.get_by_role("button", name="Sla je profiel op").click()
    main = page.get_by_role("main")
    expect(main).to_contain_text(f"Er is nog niet bevestigd dat je bij {NEW} werkt.")
    visitor.reload()
    expect(visitor.locator("#vragen")).to_contain_text("Alleen leden zien wie dat")
    expect(visitor.get_by_role("main")).not_to_contain_text("Vera")
    assert "Vera" not in mails(f"wim@{place}.example", "Vragen over praktijkvoorbeelden komen nu bij jou")
    page.goto(f"/praktijkvoorbeelden/{slug}/")
    expect(page.locator("#vragen")).to_contain_text(f"Wim van {place}")
    page.goto("/mijn/")
    expect(main).not_to_contain_text("Jouw organisatie")
    page.goto("/accounts/profiel/")
    main.get_by_role("link", name="Wijzig je e-mailadres").click()
    page.get_by_label("Nieuw e-mailadres").fill(f"vera@nieuw-{place}.example")
    page.get_by_role("button", name="Verander mijn e-mailadres").click()
    prove(page)
    expect(main).to_contain_text("Klik op de link in de e-mail")
    page.goto(link_in(mails(f"vera@nieuw-{place}.example", "Bevestig"), "confirm-email"))
    page.get_by_role("button", name="Ja, bevestig").click()
    page.wait_for_url(lambda address: "confirm-email" not in address)
    page.goto("/accounts/profiel/")
    expect(main).not_to_contain_text("nog niet bevestigd")
    page.goto("/mijn/")
    expect(main.get_by_role("link", name=NEW)).to_be_visible()
    expect(main).not_to_contain_text("Jouw voorbeelden")
    check_accessible(page, other_size)


def test_a_member_leaves_and_is_a_former_member_wherever_she_was_named(
    enter: Any, page_of: Any, mails: Any, thread: str, screens: Any, place: str, check_accessible: Any
) -> None:
    size, other_size = screens
    address, name = f"/praktijkvoorbeelden/{CASES[place][1]}/", f"Lot van {place}"
    visitor, colleague, page = page_of(viewport=size), enter("wim"), enter("lot")
    visitor.goto(address)
    expect(visitor.get_by_role("main")).to_contain_text(name)
    colleague.goto(thread)
    expect(colleague.get_by_role("main")).to_contain_text(name)
    page.goto("/accounts/profiel/")
    page.get_by_role("link", name="Beëindig je account").click()
    expect(page.get_by_role("main")).to_contain_text("Dit blijft, zonder je naam:")
    check_accessible(page, other_size)
    page.set_viewport_size(size)
    page.get_by_role("button", name="Ja, beëindig mijn account").click()
    prove(page)
    expect(page.locator("body")).to_contain_text("Je account is beëindigd.")
    last = mails(f"lot@{place}.example", "Je account bij Knooppunt is weg")
    assert "Dit blijft, zonder je naam: de tekst van voorbeelden" in " ".join(last.split())
    visitor.reload()
    expect(visitor.locator(".brief")).to_contain_text("voormalig lid")
    expect(visitor.get_by_role("main")).not_to_contain_text(name)
    check_accessible(visitor, other_size)
    colleague.reload()
    expect(colleague.get_by_role("main")).to_contain_text("voormalig lid")
    expect(colleague.get_by_role("main")).not_to_contain_text(name)
    page.goto("/accounts/login/")
    page.get_by_label("E-mail").fill(f"lot@{place}.example")
    page.get_by_label("Wachtwoord", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Inloggen", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("horen niet bij elkaar")
