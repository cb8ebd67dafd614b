"""What an organisation said grows old, is said again, stops, and outlives who said it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.engine]

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
PASSWORD = "zes ganzen op het dak"
CASE = "/praktijkvoorbeelden/grasmaaiplanning-aa-en-maas/"
BODIES = {"smal": "Gemeente Zeist", "breed": "Gemeente Delft"}
# Who answers for an organisation, and a colleague.
PEOPLE = """
from allauth.account.models import EmailAddress
from django.utils import timezone
from members.choices import FIELDS
from members.models import Member, OrganisationContact
from organisations.models import Organisation
from users.models import User

def join(name):
    address = f"{{name.split()[0].lower()}}@{place}.example"
    user = User.objects.create_user(address, "{password}", approved_at=timezone.now())
    EmailAddress.objects.create(user=user, email=address, verified=True, primary=True)
    shown = dict.fromkeys(FIELDS, "public")
    return Member.objects.create(
        user=user, name=name, organisation=body, workplace_proof="moderator", visibility=shown
    )

body = Organisation.objects.resolve("{body}")
join("Bram van {place}")
OrganisationContact.objects.create(organisation=body, member=join("Anna van {place}"))
"""
# Time passes: what was said is that much older, and the daily work is done.
PASS = """
from datetime import timedelta
from django.core.management import call_command
from django.db.models import F
from reuse.models import Adoption
rows = Adoption.objects.filter(organisation__name="{body}")
rows.update(confirmed_at=F("confirmed_at") - timedelta(days={days}))
call_command("publish_scheduled")
"""


@pytest.fixture(params=BODIES)
def place(request: pytest.FixtureRequest, running_site: Any) -> str:
    """Make two people of an organisation; return the size of the screen, which is in their names."""
    place: str = request.param
    code = PEOPLE.format(place=place, password=PASSWORD, body=BODIES[place])
    running_site.manage("shell", "-v0", "-c", code)
    return place


@pytest.fixture
def screens(place: str) -> tuple[dict[str, int], dict[str, int]]:
    """Return the size of the screen, and the other one."""
    return (PHONE, DESK) if place == "smal" else (DESK, PHONE)


@pytest.fixture
def enter(open_as: Callable[..., Any], screens: Any, place: str) -> Callable[[str], Any]:
    """Return what opens a window of somebody by her first name."""
    return lambda first_name: open_as(f"{first_name}@{place}.example", PASSWORD, screens[0])


@pytest.fixture
def later(running_site: Any, place: str) -> Callable[[int], None]:
    """Return what lets a number of days pass."""

    def later(days: int) -> None:
        running_site.manage("shell", "-v0", "-c", PASS.format(body=BODIES[place], days=days))

    return later


def leave(page: Any) -> None:
    """End one's account."""
    page.goto("/accounts/profiel/")
    page.get_by_role("link", name="Beëindig je account").click()
    page.get_by_role("button", name="Ja, beëindig mijn account").click()
    page.get_by_label("Wachtwoord", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Bevestigen").click()
    expect(page.locator("body")).to_contain_text("Je account is beëindigd.")


def test_what_was_said_is_asked_about_grows_old_outlives_who_said_it_and_stops(
    enter: Any, later: Any, mails: Any, page_of: Any, place: str, screens: Any, check_accessible: Any
) -> None:
    size, other_size = screens
    body = BODIES[place]
    bram = enter("bram")
    bram.goto(f"{CASE}hergebruik/melden/")
    bram.get_by_label("In gebruik").check()
    bram.get_by_text("Vertel meer").click()
    bram.get_by_label("Met welke bedrijven?").fill("Maaiwerk Proef")
    bram.get_by_role("button", name="Zet het erbij").click()
    expect(bram.get_by_role("main")).to_contain_text("Het staat erbij.")
    visitor = page_of(viewport=size)
    visitor.goto(f"{CASE}hergebruik/")
    row = visitor.locator(".takers li").filter(has_text=body)
    expect(row).to_contain_text("In gebruik")

    later(366)
    letter = mails(f"anna@{place}.example", f"Klopt dit nog? Wat {body} ook doet")
    link = page_of(viewport=size)
    link.goto(re.search(r"https?://[^/\s]+(\S*/link/\S*)", letter)[1])
    expect(link.get_by_role("main")).to_contain_text(f"{body}: in gebruik")
    check_accessible(link, other_size)
    link.get_by_role("button", name="Ja, dit klopt nog").click()
    expect(link.get_by_role("main")).to_contain_text("Bedankt.")
    later(540)
    visitor.reload()
    expect(row).not_to_contain_text("Niet opnieuw bevestigd")
    later(10)
    visitor.reload()
    expect(row).to_contain_text("Niet opnieuw bevestigd sinds")
    check_accessible(visitor, other_size)
    visitor.set_viewport_size(size)

    leave(bram)
    anna = enter("anna")
    anna.goto("/mijn/")
    anna.get_by_role("main").get_by_role("link", name="Grasmaaiplanning").first.click()
    expect(anna.get_by_role("main")).not_to_contain_text("Bram")
    anna.get_by_role("link", name="Wijzig").click()
    expect(anna.get_by_label("Met welke bedrijven?")).to_have_value("Maaiwerk Proef")
    anna.get_by_label("Gestopt").check()
    anna.get_by_label("Te weinig draagvlak").check()
    anna.get_by_role("button", name="Bewaar de wijziging").click()
    expect(anna.get_by_role("main")).to_contain_text("Je wijziging is bewaard.")
    check_accessible(anna, other_size)

    visitor.reload()
    expect(row).to_contain_text("Te weinig draagvlak")
    expect(row).not_to_contain_text("Niet opnieuw bevestigd")
    row.get_by_role("link", name=re.compile("Vraag het")).click()
    expect(visitor.get_by_role("main")).to_contain_text("Grasmaaiplanning")
    expect(visitor.get_by_role("main")).not_to_contain_text("Bram")
