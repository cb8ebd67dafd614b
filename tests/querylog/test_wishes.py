"""What visitors miss reaches the editors, and who they are does not."""

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from querylog.models import CaseWish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site_frame", "words")]
ADDRESS, THANKS = "/zoeken/gemist/", "/zoeken/gemist/bedankt/"


def test_an_empty_page_has_the_form_and_works_without_script(visitor: Client) -> None:
    page = BeautifulSoup(visitor.get("/zoeken/?q=Warmtenet+op+zee").text, "html.parser")
    form = page.select_one("form#gemist")
    fields = {field["name"]: field.get("value", "") for field in page.select("[form=gemist][name]")}
    assert (form["method"], form["action"], fields) == (
        "post",
        ADDRESS,
        {"q": "Warmtenet op zee", "note": "", "website": ""},
    )
    assert not form.find_parent("form"), "a form in a form is none"
    assert visitor.post(form["action"], fields | {"note": " Vooral   beheer "}).url == THANKS
    wish = CaseWish.objects.get()
    assert (wish.question, wish.times, wish.note, wish.state) == (
        "warmtenet op zee",
        1,
        "Vooral beheer",
        "open",
    )
    assert visitor.get(THANKS).status_code == 200


@pytest.mark.parametrize(
    "address", ["/zoeken/", "/organisaties/?q=warmtenet", "/zoeken/?q=warmtenet&thema=water"]
)
def test_it_is_offered_only_where_a_case_may_be_missing(visitor: Client, address: str) -> None:
    assert 'form="gemist"' not in visitor.get(address).text


def test_no_cookie_is_set_for_it(visitor: Client) -> None:
    asked = [visitor.get(address) for address in ("/zoeken/?q=warmtenet", ADDRESS, THANKS)]
    assert not any(answer.cookies for answer in [*asked, visitor.post(ADDRESS, {"q": "warmtenet"})])


def test_the_same_wish_counts_and_keeps_what_is_added(visitor: Client) -> None:
    for note in ("beheer", "", "beheer", "kosten"):
        visitor.post(ADDRESS, {"q": "Warmtenet", "note": note})
    wish = CaseWish.objects.get()
    assert (wish.times, wish.note) == (4, "beheer\nkosten")


@pytest.mark.parametrize(("before", "after"), [("found", "open"), ("declined", "declined")])
def test_who_still_misses_what_was_found_opens_the_wish_again(
    visitor: Client, before: str, after: str
) -> None:
    CaseWish.objects.create(question="warmtenet", state=before)
    visitor.post(ADDRESS, {"q": "Warmtenet"})
    assert CaseWish.objects.get().state == after


@pytest.mark.parametrize(
    "fields",
    [
        {"q": "jan jansen"},
        {"q": "warmtenet", "note": "bel mij op 06 12345678"},
        {"q": "warmtenet", "note": "groet, Sanne Verbeek"},
    ],
    ids=str,
)
def test_what_may_be_about_a_person_is_refused_and_said(visitor: Client, fields: dict[str, str]) -> None:
    answer = visitor.post(ADDRESS, fields)
    page = BeautifulSoup(answer.text, "html.parser")
    assert answer.status_code == 422
    assert "Dat bewaren we niet" in page.text
    assert page.select_one(".form-panel [name=q]")["value"] == fields["q"], (
        "what she typed is still there to be changed"
    )
    assert not CaseWish.objects.exists()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("warmtenet " * 12, " ".join(["warmtenet"] * 8)),
        ("w" * 120, "w" * 80),
        ("warmtenet " + "ß" * 80, "warmtenet"),
        ("warmtenet op zee", "warmtenet op zee"),
    ],
)
def test_a_long_question_is_passed_on_as_far_as_it_can_be_kept(
    visitor: Client, typed: str, kept: str
) -> None:
    page = BeautifulSoup(visitor.get("/zoeken/", {"q": typed}).text, "html.parser")
    assert page.select_one("[form=gemist][name=q]")["value"] == kept
    assert f"‘{kept}’" in page.select_one(".wish").text
    form = BeautifulSoup(visitor.get(ADDRESS, {"q": typed}).text, "html.parser").select_one(".form-panel")
    assert form.select_one("[name=q]")["value"] == kept


def test_a_program_is_thanked_and_forgotten(visitor: Client) -> None:
    assert visitor.post(ADDRESS, {"q": "warmtenet", "website": "https://elders.example"}).url == THANKS
    assert not CaseWish.objects.exists()


def test_another_site_cannot_send_it(visitor: Client) -> None:
    assert (
        visitor.post(ADDRESS, {"q": "warmtenet"}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    )
    assert Client(headers={"User-Agent": "curl/8"}).post(ADDRESS, {"q": "warmtenet"}).status_code == 403
    assert not CaseWish.objects.exists()


@pytest.mark.usefixtures("no_time_passes")
def test_after_five_in_an_hour_it_is_enough(visitor: Client) -> None:
    answers = [visitor.post(ADDRESS, {"q": f"warmtenet fase {number}"}).status_code for number in range(7)]
    assert answers == [302] * 5 + [429] * 2
    assert CaseWish.objects.count() == 5


def test_the_form_has_a_page_of_its_own_in_both_languages(visitor: Client) -> None:
    page = BeautifulSoup(visitor.get(f"/en{ADDRESS}?q=heat+network").text, "html.parser")
    assert page.select_one("h1").text == "Tell us what you miss"
    assert page.select_one(".form-panel [name=q]")["value"] == "heat network"
    assert visitor.get(f"{ADDRESS}?q={'x' * 500}").status_code == 200
