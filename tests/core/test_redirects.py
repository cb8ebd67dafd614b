"""Old addresses lead to where a page is now, and reveal no page to anybody who may not see it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from wagtail.contrib.redirects.forms import RedirectForm
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, PageViewRestriction, Site

from pages.models import ContentPage, HomePage

Rename = Callable[[Page, str], None]


@pytest.fixture
def home(site_frame: HomePage) -> HomePage:
    """Return the Dutch home page."""
    return site_frame


def add(parent: Page, slug: str) -> ContentPage:
    """Publish a page below another one."""
    page: ContentPage = parent.add_child(
        instance=ContentPage(title=f"De titel van {slug}", slug=slug, live=False)
    )
    page.save_revision().publish()
    page.refresh_from_db()
    return page


@pytest.fixture
def rename(django_capture_on_commit_callbacks: Any) -> Rename:
    """Return a function that publishes a page with another slug; Wagtail adds a redirect on commit."""

    def rename(page: Page, slug: str) -> None:
        page = page.specific_class.objects.get(pk=page.pk)
        page.slug = slug
        with django_capture_on_commit_callbacks(execute=True):
            page.save_revision().publish()

    return rename


def close(page: Page) -> None:
    """Restrict a page to people who are logged in."""
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)


def where(client: Client, path: str) -> Any:
    """Return where an address leads to, or the status when it leads nowhere else."""
    answer = client.get(path)
    return answer.get("Location", answer.status_code)


def test_an_old_address_leads_to_the_new_one(home: HomePage, client: Client, rename: Rename) -> None:
    page = add(home, "oud")
    rename(page, "nieuw")
    assert where(client, "/oud/") == "/nieuw/"


def test_a_page_that_moved_to_a_closed_place_does_not_tell_its_address(
    home: HomePage, client: Client
) -> None:
    page, closed = add(home, "open"), add(home, "geheim-dossier")
    close(closed)
    Page.objects.get(pk=page.pk).move(Page.objects.get(pk=closed.pk), pos="last-child")
    assert Redirect.objects.filter(old_path="/open").exists()
    answer = client.get("/open/")
    assert answer.status_code == 404
    assert "geheim-dossier" not in answer.text
    assert "geheim-dossier" not in client.get("/open").get("Location", "")


def test_a_page_that_went_there_and_back_and_off_line_leads_nowhere(
    home: HomePage, client: Client, rename: Rename
) -> None:
    page = add(home, "heen")
    rename(page, "terug")
    rename(page, "heen")
    assert where(client, "/heen/") == 200
    assert where(client, "/terug/") == "/heen/"
    ContentPage.objects.get(pk=page.pk).unpublish()
    assert where(client, "/heen/") == 404
    assert where(client, "/terug/") == 404


def test_a_redirect_to_itself_is_not_followed(home: HomePage, client: Client) -> None:
    Redirect.add_redirect("/rond", "/rond/")
    Redirect.add_redirect("/café", "/café/")
    assert where(client, "/rond/") == where(client, "/café/") == 404


def test_a_new_page_at_an_old_address_is_found_without_the_last_slash_too(
    home: HomePage, client: Client, rename: Rename
) -> None:
    page = add(home, "adres")
    rename(page, "elders")
    new = add(home, "adres")
    assert where(client, "/adres/") == 200
    assert where(client, "/adres") == "/adres/"
    assert not Redirect.objects.filter(redirect_page=page).exists()
    new.delete()
    assert where(client, "/adres/") == 404


def test_pages_below_one_that_came_back_are_found_where_they_stand(
    home: HomePage, client: Client, rename: Rename
) -> None:
    above = add(home, "boven")
    add(above, "onder")
    rename(above, "anders")
    assert where(client, "/boven/onder/") == "/anders/onder/"
    rename(above, "boven")
    assert where(client, "/boven/onder") == "/boven/onder/"
    assert not Redirect.objects.filter(old_path="/boven/onder").exists()


def test_what_an_editor_made_stays_when_a_page_comes_there(home: HomePage) -> None:
    Redirect.add_redirect("/actie", "https://www.knooppunt.example/")
    add(home, "actie")
    assert Redirect.objects.filter(old_path="/actie").exists()


def test_a_page_below_one_that_is_off_line_does_not_tell_its_title(home: HomePage, client: Client) -> None:
    above = add(home, "boven")
    below = add(above, "onder")
    address = below.url
    assert "De titel van boven" in client.get(address).text
    Page.objects.filter(pk=above.pk).update(live=False)
    answer = client.get(address)
    assert answer.status_code == 200
    assert "De titel van boven" not in answer.text


def test_a_translation_in_a_closed_place_is_not_linked_to(home: HomePage, client: Client) -> None:
    english = home.get_translations().get()
    page = add(home, "open")
    translation = page.copy_for_translation(english.locale)
    translation.slug = "secret-plan"
    translation.save_revision().publish()
    assert "secret-plan" in client.get("/open/").text
    close(translation)
    assert "secret-plan" not in client.get("/open/").text


@pytest.mark.parametrize(
    ("there", "old", "new", "is_circle"),
    [
        ([], "/a", "/a/", True),
        ([("/b", "/a")], "/a", "/b", True),
        ([("/b", "/c"), ("/c", "/a/?x=1")], "/a", "/b/", True),
        ([("/b", "/a?x=1"), ("/a?x=1", "/c")], "/a", "/b", False),
        ([], "/a?x=1", "/a", False),
        ([], "/a", "/a?x=1", True),
        ([("/m", "/l?x=1")], "/l", "/m/", True),
        ([("/m", "/l")], "/l", "/m?x=1", True),
        ([], "/q", "/en/../q", True),
        ([], "/q", "/q/en/%2e%2e", True),
        ([], "/n", "http://127.0.0.1:8100/n", True),
        ([("/b", "/c"), ("/c", "/a/")], "a/", "/b/", True),
        ([("/b", "/b")], "/a", "/b", False),
        ([("/b", "/c")], "/a", "/b", False),
        ([], "/over/", "page", True),
        ([("/over", "/a")], "/a", "page", True),
        ([], "/a", "page", False),
        ([], "/a", "https://example.org/a", False),
    ],
)
def test_a_redirect_in_a_circle_is_refused_where_it_is_typed(
    home: HomePage, there: list[tuple[str, str]], old: str, new: str, is_circle: bool
) -> None:
    host = f"http://{Site.objects.get().hostname}"
    for path, target in there:
        Redirect.add_redirect(path, host + target)
    page = ContentPage.objects.get(locale=home.locale, slug="over")
    target = (
        {"redirect_page": page.pk}
        if new == "page"
        else {"redirect_link": host + new if new.startswith("/") else new}
    )
    form = RedirectForm({"old_path": old} | target)
    assert form.is_valid() is not is_circle
    assert not is_circle or list(form.errors) == list(target)


@pytest.mark.parametrize(
    "link", ["//evil.example/", " //evil.example/", "ftp://example.org/a", "javascript:alert(1)"]
)
def test_a_redirect_leads_to_an_address_of_the_web(home: HomePage, link: str) -> None:
    assert list(RedirectForm({"old_path": "/a", "redirect_link": link}).errors) == ["redirect_link"]


def test_a_redirect_to_the_same_path_elsewhere_or_without_query_is_followed(
    home: HomePage, client: Client
) -> None:
    Redirect.add_redirect("/oud/?x=1", "/oud/")
    assert where(client, "/oud/?x=1") == "/oud/"
    Redirect.add_redirect("/weg", "https://example.org/weg/")
    assert where(client, "/weg/") == "https://example.org/weg/"


def test_a_redirect_that_is_there_is_not_turned_into_a_circle(home: HomePage) -> None:
    host = f"http://{Site.objects.get().hostname}"
    first, _second = Redirect.add_redirect("/a", host + "/x"), Redirect.add_redirect("/b", host + "/a")
    assert "via /b" in str(
        RedirectForm({"old_path": "/a", "redirect_link": host + "/b"}, instance=first).errors
    )
    assert RedirectForm({"old_path": "/a", "redirect_link": host + "/y"}, instance=first).is_valid()
