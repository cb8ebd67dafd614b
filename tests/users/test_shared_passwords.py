"""A page or a document behind a password opens with that password, and not by guessing."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from wagtail.documents.models import Document
from wagtail.models import Collection, CollectionViewRestriction, Page, PageViewRestriction

from pages.models import ContentPage, HomePage

SECRET = "de sleutel ligt bij de buren"
WRONG, TOO_OFTEN = "Dit wachtwoord klopt niet.", "Wacht vijf minuten en probeer het dan opnieuw."


def restrict_page(language: str) -> str:
    """Put a page behind the password, and return its address."""
    home = HomePage.objects.get(locale__language_code=language)
    page = home.get_children().live().public().first()
    assert page
    PageViewRestriction.objects.create(page=page, restriction_type="password", password=SECRET)
    address: str = page.get_url()
    return address


def restrict_document(language: str) -> str:
    """Put a document that is on a page behind the password, and return its address."""
    collection = Collection.get_first_root_node().add_child(name="Besloten")
    document = Document.objects.create(
        title="Nota", file=ContentFile(b"de nota", "nota.txt"), collection=collection
    )
    CollectionViewRestriction.objects.create(
        collection=collection, restriction_type="password", password=SECRET
    )
    link = f'<p><a linktype="document" id="{document.pk}">De nota</a></p>'
    home = HomePage.objects.get(locale__language_code="nl")
    home.add_child(instance=ContentPage(title="Met de nota", slug="met-de-nota", body=link))
    return ("/en" if language == "en" else "") + document.url


@pytest.fixture(params=["page", "document"])
def restrict(
    request: pytest.FixtureRequest, site_frame: Any, own_files: Any, run_tasks: Callable[[], int]
) -> Any:
    """Return what puts something behind the password, and gives its address."""

    def restrict(language: str) -> str:
        address = {"page": restrict_page, "document": restrict_document}[request.param](language)
        run_tasks()  # they bring Wagtail's reference index in line
        return address

    return restrict


def action(page: Any) -> str:
    """Return where the form on a page sends the password."""
    found = re.search(r'<form method="post" action="([^"]+)" class="form form-panel">', page.text)
    assert found
    return found[1]


def give(client: Client, address: str, password: str) -> Any:
    """Fill in the form at an address."""
    form = client.get(address)
    return client.post(
        action(form), {"password": password, "return_url": form.context["form"]["return_url"].value()}
    )


@pytest.mark.parametrize(
    ("language", "heading"), [("nl", "Hier is een wachtwoord voor nodig"), ("en", "You need a password here")]
)
def test_who_knows_the_password_comes_in(client: Client, restrict: Any, language: str, heading: str) -> None:
    address = restrict(language)
    form = client.get(address)
    assert f'<html lang="{language}">' in form.text
    assert heading in form.text
    assert 'type="password"' in form.text
    answer = give(client, address, SECRET)
    assert (answer.status_code, answer.headers["Location"]) == (302, address)
    opened = client.get(address)
    assert opened.status_code == 200
    assert heading.encode() not in (
        opened.content if not opened.streaming else b"".join(opened.streaming_content)
    )
    assert Client().get(address).context["form"]


def test_who_is_wrong_reads_so_beside_the_field(client: Client, restrict: Any) -> None:
    address = restrict("nl")
    page = give(client, address, "mis")
    assert page.status_code == 200
    assert WRONG in page.text
    assert "utrecht-form-field--invalid" in page.text
    assert 'aria-invalid="true"' in page.text
    again = client.post(
        action(page), {"password": SECRET, "return_url": page.context["form"]["return_url"].value()}
    )
    assert again.headers["Location"] == address


def test_who_is_wrong_in_english_reads_so_in_english(client: Client, restrict: Any) -> None:
    assert "This password is not right." in give(client, restrict("en"), "wrong").text


def test_guessing_stops_soon_and_says_how_long_to_wait(client: Client, restrict: Any) -> None:
    address = restrict("nl")
    pages = [give(client, address, f"gok {guess}") for guess in range(6)]
    assert [page.status_code for page in pages] == [200] * 5 + [429]
    assert TOO_OFTEN in pages[-1].text
    assert pages[-1].headers["Retry-After"] == "300"
    last = give(client, address, SECRET)
    assert (last.status_code, TOO_OFTEN in last.text, WRONG in last.text) == (429, True, False)
    assert client.get(address).context["form"]


def test_somebody_elses_guesses_keep_nobody_out(client: Client, restrict: Any) -> None:
    address, stranger = restrict("nl"), Client(REMOTE_ADDR="198.51.100.1")
    for guess in range(6):
        give(stranger, address, f"gok {guess}")
    assert give(client, address, SECRET).status_code == 302


def test_those_who_know_the_password_do_not_use_up_the_tries_of_their_office(restrict: Any) -> None:
    address = restrict("nl")
    assert {give(Client(), address, SECRET).status_code for _colleague in range(8)} == {302}


@pytest.mark.parametrize("target", ["https://kwaad.example/", "//kwaad.example/", "javascript:alert(1)", ""])
def test_the_form_sends_nobody_elsewhere(client: Client, restrict: Any, target: str) -> None:
    address = action(client.get(restrict("nl")))
    answer = client.post(address, {"password": SECRET, "return_url": target})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"password": ""},
        {"password": "a\0b"},
        {"password": "x" * 5000},
        {"return_url": "/"},
        {"password": "\ud800"},
    ],
)
def test_nothing_that_is_typed_breaks_the_form(client: Client, restrict: Any, data: dict[str, str]) -> None:
    address = action(client.get(restrict("nl")))
    body = "&".join(f"{name}={value}" for name, value in data.items()).encode("utf-8", "surrogatepass")
    answer = client.post(address, body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200


@pytest.mark.parametrize("number", ["0", "999999", "9" * 30])
def test_a_restriction_that_is_not_there_is_not_found(client: Client, site_frame: Any, number: str) -> None:
    home = site_frame.pk
    for address in [
        f"/_util/authenticate_with_password/{number}/{home}/",
        f"/_util/authenticate_with_password/{home}/{number}/",
        f"/documenten/authenticate_with_password/{number}/",
    ]:
        assert client.post(address, {"password": SECRET}).status_code == 404


def test_a_password_opens_no_other_page_and_tells_nothing_of_one(client: Client, site_frame: Any) -> None:
    restrict_page("nl")
    restriction = PageViewRestriction.objects.get()
    draft = site_frame.add_child(instance=Page(title="Geheim ontwerp", slug="geheim", live=False))
    for page in (draft, site_frame):
        answer = client.post(
            f"/_util/authenticate_with_password/{restriction.pk}/{page.pk}/", {"password": "mis"}
        )
        assert answer.status_code == 404
        assert "Geheim ontwerp" not in answer.text


def test_the_form_tells_nothing_of_the_page(client: Client, site_frame: Any) -> None:
    address = restrict_page("nl")
    page = PageViewRestriction.objects.get().page
    Page.objects.filter(pk=page.pk).update(search_description="wat niemand mag lezen")
    assert "wat niemand mag lezen" not in client.get(address).text


def test_the_form_takes_nothing_that_another_site_sends(restrict: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    address = action(client.get(restrict("nl")))
    client.cookies.clear()
    assert client.post(address, {"password": SECRET}).status_code == 403
