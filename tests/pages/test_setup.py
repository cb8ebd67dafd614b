"""Setting up an empty site: completely, and without changes the second time."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.apps import apps
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client
from wagtail.models import GroupPagePermission, Page, Site, Workflow

from core.roles import EDITORS, MODERATORS
from page_cache.models import UncountedChange
from pages.models import ContentPage, HomePage
from pages.setup import site_setup

TEXTS = {
    "nl": ["over", "privacy", "toegankelijkheid", "contact"],
    "en": ["over", "privacy", "toegankelijkheid", "contact"],
}


def state() -> dict[str, tuple[int, Any]]:
    """Return the number of rows and the greatest key of every table, except rows that go with a commit."""
    models = [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    ]
    models.remove(UncountedChange)
    rows = {model._meta.label: model._base_manager.order_by("pk") for model in models}
    return {
        label: (found.count(), found.values_list("pk", flat=True).last()) for label, found in rows.items()
    }


def test_a_second_setup_changes_nothing(site_frame: Page) -> None:
    before = state()
    call_command("setup_site", verbosity=0)
    assert state() == before


def test_the_site_has_its_sections_and_texts_in_both_languages(site_frame: Page) -> None:
    for home in HomePage.objects.select_related("locale"):
        below = {page.slug: page for page in Page.objects.child_of(home).specific()}
        assert set(below) == {
            "praktijkvoorbeelden",
            "organisaties",
            "leden",
            "over",
            "privacy",
            "toegankelijkheid",
            "contact",
        }
        assert all(page.live and page.locale_id == home.locale_id for page in below.values())
        assert all(page.has_translation(other) for page in below.values() for other in _other_locales(home))
    assert Site.objects.get().root_page.specific == site_frame
    assert not Page.objects.filter(slug="home", depth=2).exclude(pk=site_frame.pk).exists()


def _other_locales(page: Page) -> list[Any]:
    """Return the languages that the page is not in."""
    return [other.locale for other in HomePage.objects.exclude(pk=page.pk)]


def test_a_page_that_an_editor_took_away_is_made_again_below_its_translation(site_frame: Page) -> None:
    ContentPage.objects.filter(locale__language_code="en", slug="privacy").get().delete()
    site_setup()
    dutch = ContentPage.objects.get(locale__language_code="nl", slug="privacy")
    assert dutch.get_translations().count() == 1


def test_what_an_editor_changed_stays_changed(site_frame: Page) -> None:
    about = ContentPage.objects.get(locale__language_code="nl", slug="over")
    about.title = "Wie wij zijn"
    about.save_revision().publish()
    site_setup()
    about.refresh_from_db()
    assert about.title == "Wie wij zijn"


def test_editors_write_and_moderators_decide(site_frame: Page) -> None:
    rights = {
        name: set(
            GroupPagePermission.objects.filter(group__name=name).values_list(
                "permission__codename", flat=True
            )
        )
        for name in (EDITORS, MODERATORS)
    }
    assert rights[EDITORS] == {"add_page", "change_page"}
    assert rights[MODERATORS] >= {"add_page", "change_page", "publish_page", "lock_page", "unlock_page"}
    assert set(Group.objects.values_list("name", flat=True)) == {EDITORS, MODERATORS}
    workflow = Workflow.objects.get()
    assert [group.name for task in workflow.tasks for group in task.specific.groups.all()] == [MODERATORS]
    assert all(page.get_workflow() == workflow for page in Page.objects.filter(depth__gt=1).specific())


@pytest.mark.parametrize("home", ["/", "/en/"])
def test_a_site_without_demonstration_has_no_empty_parts_and_no_broken_links(
    site_frame: Page, client: Client, home: str
) -> None:
    answer = client.get(home)
    soup = BeautifulSoup(answer.content, "html.parser")
    assert answer.status_code == 200
    assert not soup.main.select("#uitgelicht, #opgaven, #nieuw, #cijfers")
    assert all(section.get_text(strip=True) for section in soup.select("section, ul, p, nav"))
    assert "None" not in soup.get_text()
    links = {link["href"].split("#")[0] for link in soup.select("a[href]")}
    broken = {link: client.get(link, follow=True).status_code for link in links if link.startswith("/")}
    assert set(broken.values()) == {200}, broken


@pytest.mark.parametrize(("home", "slugs"), [("/", TEXTS["nl"]), ("/en/", TEXTS["en"])])
def test_every_page_of_text_can_be_read(
    site_frame: Page, client: Client, home: str, slugs: list[str]
) -> None:
    for slug in slugs:
        soup = BeautifulSoup(client.get(f"{home}{slug}/").content, "html.parser")
        assert len(soup.select("h1")) == 1
        assert soup.html["lang"] == ("en" if home == "/en/" else "nl")
        assert len(soup.main.get_text(" ", strip=True)) > 200
        assert soup.find("meta", attrs={"name": "description"})["content"]


def test_links_inside_the_texts_lead_somewhere(site_frame: Page, client: Client) -> None:
    for page in ContentPage.objects.live():
        soup = BeautifulSoup(client.get(page.url).content, "html.parser")
        links = {link["href"] for link in soup.main.select('a[href^="/"]')}
        assert {link: client.get(link, follow=True).status_code for link in links} == dict.fromkeys(
            links, 200
        )
