"""Copies, aliases, translations and moves keep every rule that the form of a page knows."""

from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.test import Client
from wagtail.models import Page

from core.moves import KEEPS_LANGUAGE
from core.roles import EDITORS, MODERATORS
from pages.models import ContentPage, HomePage
from practices.models import PracticeIndexPage, PracticePage
from users.models import User

TAKEN = "Een ander voorbeeld heeft dit webadres al."
RESERVED = "Dit woord gebruikt de site zelf. Kies een ander webadres."
PLAIN = "Gebruik alleen kleine letters, cijfers en streepjes."


@pytest.fixture
def english(site_frame: HomePage) -> PracticeIndexPage:
    """Return the English list of cases."""
    return PracticeIndexPage.objects.get(locale__language_code="en")


@pytest.fixture
def moderator(as_role: Any) -> Client:
    """Return the browser of a moderator."""
    browser: Client = as_role(MODERATORS)
    return browser


@pytest.fixture
def copy(moderator: Client) -> Callable[..., Any]:
    """Return what fills in and sends the form to copy a page."""

    def copy(page: Page, parent: Page, slug: str, **fields: str) -> Any:
        form = {"new_title": "Nog eens", "new_slug": slug, "new_parent_page": str(parent.pk)} | fields
        return moderator.post(f"/cms/pages/{page.pk}/copy/", form)

    return copy


def fault_at(answer: Any, field: str) -> str:
    """Return the message that stands at a field."""
    soup = BeautifulSoup(answer.content, "html.parser")
    return (
        soup.select_one(f"[name={field}]")
        .find_parent(class_="w-field__wrapper")
        .select_one(".error-message")
        .get_text(" ")
    )


@pytest.mark.parametrize(
    ("slug", "fault", "box"),
    [
        ("slim-asfalt", TAKEN, {}),
        ("delen", RESERVED, {"publish_copies": "on"}),
        ("Slim_Asfalt", PLAIN, {"alias": "on"}),
    ],
)
def test_the_form_says_what_is_wrong_with_the_slug(
    copy: Any, make_case: Any, english: Page, slug: str, fault: str, box: dict[str, str]
) -> None:
    answer = copy(make_case(), english, slug, **box)
    assert answer.status_code == 200
    assert fault in fault_at(answer, "new_slug")
    assert PracticePage.objects.count() == 1


def test_what_may_be_a_draft_may_not_all_go_live(copy: Any, make_case: Any, english: Page) -> None:
    case = make_case()
    PracticePage.objects.filter(pk=case.pk).update(province="drenthe")
    answer = copy(case, english, "nog-eens", publish_copies="on")
    assert "Plaats: Vul ook de plaats in" in fault_at(answer, "publish_copies")
    assert copy(case, english, "nog-eens").status_code == 302


@pytest.mark.parametrize("parent", ["", "999999"])
def test_a_place_that_is_none_is_refused(copy: Any, make_case: Any, moderator: Client, parent: str) -> None:
    case = make_case()
    answer = copy(case, case, "nog-eens", new_parent_page=parent)
    assert answer.status_code == 200
    assert fault_at(answer, "new_parent_page")


@pytest.mark.parametrize("box", [{}, {"publish_copies": "on"}, {"alias": "on"}])
def test_a_copy_takes_the_language_of_its_place(
    copy: Any, make_case: Any, english: Page, client: Client, box: dict[str, str]
) -> None:
    assert copy(make_case(), english, "again", **box).status_code == 302
    made = PracticePage.objects.get(slug="again")
    if not box:
        made.get_latest_revision().publish()
        made.refresh_from_db()
    assert made.locale.language_code == "en"
    assert made.canonical_url() == made.url == "/en/praktijkvoorbeelden/again/"
    assert client.get(made.url).status_code == 200


@pytest.mark.parametrize("role", [EDITORS, MODERATORS])
def test_who_writes_can_translate_and_the_translation_has_its_own_language(
    as_role: Any, make_case: Any, english: Page, role: str
) -> None:
    case, writer = make_case(), as_role(role)
    address = f"/cms/translation/submit/page/{case.pk}/"
    assert address in writer.get(f"/cms/pages/{case.pk}/edit/").text
    answer = writer.post(address, {"locales": [english.locale_id]})
    made = PracticePage.objects.get(translation_key=case.translation_key, locale=english.locale)
    assert answer["Location"] == f"/cms/pages/{made.pk}/edit/"
    assert (made.language, made.get_latest_revision_as_object().language) == ("en", "en")
    assert (made.slug, made.live, made.get_parent().pk) == (case.slug, False, english.pk)
    case.refresh_from_db()
    assert case.language == "nl"


def test_what_shows_the_text_of_its_original_keeps_its_language(make_case: Any, english: Page) -> None:
    case = make_case()
    assert case.copy_for_translation(english.locale, alias=True).language == "nl"
    assert case.copy(to=english, update_attrs={"slug": "again"}).language == "nl"


@pytest.mark.parametrize("slug", ["slim-asfalt", "delen", "Slim_Asfalt"])
def test_code_makes_no_draft_that_the_form_refuses(make_case: Any, english: Page, slug: str) -> None:
    case = make_case(published=False)
    with pytest.raises(ValidationError):
        case.copy(to=english, update_attrs={"slug": slug}, keep_live=False)
    with pytest.raises(ValidationError):
        case.create_alias(parent=english, update_slug=slug)
    with pytest.raises(ValidationError):
        english.add_child(instance=PracticePage(title="Nieuw", slug=slug, summary="", live=False))


def test_who_translates_what_cannot_be_saved_reads_what_is_wrong(
    make_case: Any, english: PracticeIndexPage, moderator: Client
) -> None:
    User.objects.update(is_superuser=True)
    case = make_case()
    PracticePage.objects.filter(pk=case.pk).update(slug="Slim_Asfalt")
    answer = moderator.post(f"/cms/translation/submit/page/{case.pk}/", {"locales": [english.locale_id]})
    assert answer["Location"] == "/cms/"
    assert PLAIN in moderator.get("/cms/").content.decode()


def test_a_page_is_not_moved_to_where_its_slug_is_an_address_of_the_site(
    site_frame: HomePage, moderator: Client
) -> None:
    above = ContentPage.objects.get(locale=site_frame.locale, slug="over")
    page = above.add_child(instance=ContentPage(title="Zoeken", slug="zoeken"))
    confirm = f"/cms/pages/{page.pk}/move/{site_frame.pk}/confirm/"
    answer = moderator.post(confirm, HTTP_REFERER=f"http://testserver{confirm}")
    assert answer["Location"].endswith(confirm)
    assert RESERVED in moderator.get(confirm).content.decode()
    bulk = moderator.post(f"/cms/bulk/wagtailcore/page/move/?id={page.pk}", {"chooser": site_frame.pk})
    assert bulk.status_code == 302
    page.refresh_from_db()
    assert page.get_parent().pk == above.pk


def test_who_moves_a_page_to_another_language_reads_what_to_do_instead(
    make_case: Any, english: PracticeIndexPage, moderator: Client
) -> None:
    page = make_case()
    for ask in (moderator.get, moderator.post):
        answer = ask(f"/cms/pages/{page.pk}/move/{english.pk}/confirm/")
        assert answer["Location"] == f"/cms/pages/{page.pk}/move/"
        soup = BeautifulSoup(moderator.get(answer["Location"]).content, "html.parser")
        assert soup.select(f'.messages a[href="/cms/pages/{page.pk}/copy/"]')
    page.refresh_from_db()
    assert page.locale != english.locale


def test_who_moves_several_pages_to_another_language_reads_so_at_the_place_she_chose(
    make_case: Any, english: PracticeIndexPage, moderator: Client
) -> None:
    pages = [make_case(), make_case("ander")]
    address = "/cms/bulk/wagtailcore/page/move/?" + "&".join(f"id={page.pk}" for page in pages)
    answer = moderator.post(address, {"chooser": english.pk})
    assert fault_at(answer, "chooser").strip() == str(KEEPS_LANGUAGE)
    assert [item["item"] for item in answer.context["items"]] == pages
    assert not english.get_children().exists()


def test_several_pages_are_moved_within_their_language(site_frame: HomePage, moderator: Client) -> None:
    place, *pages = (
        site_frame.add_child(instance=ContentPage(title=slug, slug=slug)) for slug in ("a1", "b2", "c3")
    )
    address = "/cms/bulk/wagtailcore/page/move/?" + "&".join(f"id={page.pk}" for page in pages)
    moderator.post(address, {"chooser": place.pk})
    assert [page.slug for page in Page.objects.child_of(Page.objects.get(pk=place.pk))] == ["b2", "c3"]
