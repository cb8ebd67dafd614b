"""People who are suggested on a member's own page and beside cases, and the button under them."""

import datetime
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from members import limits
from members.choices import Seen
from members.limits import Limit
from members.models import Member, Sighting
from peers.models import Dismissal
from practices.models import PracticeIndexPage, PracticePage
from users.models import User
from users.services import account_erase

BESIDE = "Wie hier ook van weet"


@pytest.fixture
def client(noor: User) -> Client:
    """Return the browser of who looks."""
    client = Client()
    client.force_login(noor)
    return client


@pytest.fixture
def sam(make_member: Any, pumps: Any) -> User:
    """Return somebody who knows the same."""
    return make_member("sam", knows=[pumps])


def button(page: str, text: str) -> Any:
    """Return the form with this button."""
    found = BeautifulSoup(page, "html.parser").find_all("button")
    return next((item.parent for item in found if item.get_text().startswith(text)), None)


def press(client: Client, form: Any) -> str:
    """Send a form as a browser without scripts does, and return the page that follows."""
    sent = form.find_all(["input", "button"], attrs={"name": True})
    data = {field["name"]: field["value"] for field in sent}
    return client.post(form["action"], data, follow=True).text


def test_her_own_page_shows_people_with_the_reason(client: Client, sam: User) -> None:
    page = client.get("/mijn/").text
    assert "Collega’s voor jou" in page
    assert "Werkt ook aan Rioolgemalen" in page
    assert sam.email not in page


def test_without_anybody_there_is_no_panel(client: Client) -> None:
    assert "Collega’s voor jou" not in client.get("/mijn/").text


def test_a_button_dismisses_somebody_and_another_takes_it_back(client: Client, sam: User, noor: User) -> None:
    page = press(client, button(client.get("/mijn/").text, "Niet voor mij"))
    assert "Werkt ook aan" not in page
    assert BeautifulSoup(page, "html.parser").select_one("#collegas details[open]")
    assert Dismissal.objects.get().other == sam
    page = press(client, button(page, "Toch wel"))
    assert "Werkt ook aan" in page
    assert not Dismissal.objects.exists()


def test_who_was_dismissed_longer_ago_stays_to_be_taken_back(client: Client, sam: User, noor: User) -> None:
    Dismissal.objects.create(person=noor, other=sam, made_at=timezone.now() - datetime.timedelta(days=100))
    page = client.get("/mijn/").text
    assert not BeautifulSoup(page, "html.parser").select_one("#collegas details[open]")
    assert button(page, "Toch wel")


def test_who_hides_now_is_not_named_among_the_dismissed(client: Client, sam: User, noor: User) -> None:
    Dismissal.objects.create(person=noor, other=sam)
    Member.objects.filter(user=sam).update(is_listed=False)
    assert "Sam de Proef" not in client.get("/mijn/").text


def test_dismissing_twice_is_once_and_the_page_is_one_of_this_site(client: Client, sam: User) -> None:
    address = f"/mijn/collegas/{sam.member.slug}/niet-voor-mij/"
    for elsewhere in ("https://elders.example/", "//elders.example/", ""):
        assert client.post(address, {"next": elsewhere}).url == "/mijn/#collegas"
    assert client.post(address, {"next": "/praktijkvoorbeelden/"}).url == "/praktijkvoorbeelden/#collegas"
    assert Dismissal.objects.count() == 1


def test_the_button_tells_nothing_of_who_cannot_be_found(
    client: Client, make_member: Any, noor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = make_member("hidden", visibility={"name": "private"})
    for slug in (hidden.member.slug, noor.member.slug, "niemand"):
        assert client.post(f"/mijn/collegas/{slug}/niet-voor-mij/").status_code == 404
    assert not Dismissal.objects.exists()
    monkeypatch.setitem(limits.LIMITS, Seen.CARD, (Limit(2, limits.DAY),))
    assert client.post("/mijn/collegas/nog-iemand/niet-voor-mij/").status_code == 429


def test_a_dismissal_goes_with_either_person(sam: User, noor: User, make_member: Any) -> None:
    kim = make_member("kim")
    Dismissal.objects.create(person=noor, other=sam)
    Dismissal.objects.create(person=sam, other=kim)
    Dismissal.objects.create(person=noor, other=kim)
    account_erase(user=sam)
    assert [(row.person, row.other) for row in Dismissal.objects.all()] == [(noor, kim)]


def test_cards_count_as_seen_and_too_many_are_not_shown(
    client: Client, sam: User, noor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.get("/mijn/")
    assert Sighting.objects.filter(account=noor, kind=Seen.CARD).count() == 1
    Sighting.objects.all().delete()
    monkeypatch.setitem(limits.LIMITS, Seen.CARD, (Limit(0, limits.DAY),))
    page = client.get("/mijn/").text
    assert "zo veel leden gezien" in page
    assert "Werkt ook aan" not in page


@pytest.fixture
def case(site_frame: Any, pumps: Any) -> PracticePage:
    """Return a case about pumps."""
    page = PracticePage(title="Sensoren in gemalen")
    PracticeIndexPage.objects.get(locale=site_frame.locale).add_child(instance=page)
    page.themes = [pumps]
    page.save_revision().publish()
    return page


def test_beside_a_case_members_read_who_knows_more_and_nobody_else_does(
    client: Client, case: Any, sam: User
) -> None:
    page = client.get(case.url).text
    assert BESIDE in page
    assert "Weet van Rioolgemalen" in page
    assert "/leden/?thema=rioolgemalen" in page
    for stranger in (Client(), waiting()):
        page = stranger.get(case.url).text
        assert BESIDE not in page
        assert "Sam de Proef" not in page


def waiting() -> Client:
    """Return the browser of somebody who is not let in yet."""
    client = Client()
    client.force_login(User.objects.create_user("wacht@adres.example"))
    return client


def test_who_is_named_on_a_case_is_not_suggested_beside_it(
    client: Client, case: Any, sam: User, make_member: Any, pumps: Any
) -> None:
    case.contact = sam.member
    case.authors = [make_member("kim", knows=[pumps]).member]
    case.save_revision().publish()
    assert BESIDE not in client.get(case.url).text


def test_the_button_leads_back_to_the_case(client: Client, case: Any, sam: User) -> None:
    form = button(client.get(case.url).text, "Niet voor mij")
    assert form.find("input", {"name": "next"})["value"] == case.url


def test_a_list_of_cases_about_a_theme_leads_members_to_who_knows_of_it(client: Client, case: Any) -> None:
    people = 'href="/leden/?thema=rioolgemalen"'
    assert people in client.get("/praktijkvoorbeelden/?thema=rioolgemalen").text
    assert people not in client.get("/praktijkvoorbeelden/").text
    for stranger in (Client(), waiting()):
        assert people not in stranger.get("/praktijkvoorbeelden/?thema=rioolgemalen").text
