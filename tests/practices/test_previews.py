"""What editors see before they publish: framed by the editor alone, with its checks, and by nobody else."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from wagtail.models import Page, get_page_models
from wagtail.snippets.models import get_snippet_models
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from core.models import BasePage
from core.roles import EDITORS
from pages.models import ContentPage, HomePage
from practices.models import PracticeIndexPage, PracticePage

SECRET = "Nog geheim"
LANGUAGES = ["nl", "en"]


@pytest.fixture
def forms(case_form: Any) -> dict[type[Page], dict[str, Any]]:
    """Return what fills in the form of each type of page that has a preview."""
    title = {"title": SECRET, "slug": "nog-geheim"}
    home = nested_form_data(title | {"figures": streamfield([]), "invitations": streamfield([])})
    text = nested_form_data(title | {"body": rich_text("<p>Tekst.</p>")})
    return {HomePage: home, ContentPage: text, PracticePage: case_form(**title)}


def page_of(model: type[Page], language: str, make_case: Any) -> Page:
    """Return a page of this type in this language."""
    if model is not PracticePage:
        return model.objects.filter(locale__language_code=language).first()
    page = make_case()
    if language == "en":
        page.move(PracticeIndexPage.objects.get(locale__language_code="en"), pos="last-child")
        PracticePage.objects.update(locale=PracticeIndexPage.objects.get(locale__language_code="en").locale)
    return PracticePage.objects.get()


def test_these_are_all_types_that_have_a_preview(forms: Any, db: None) -> None:
    previewed = {
        model for model in get_page_models() if issubclass(model, BasePage) and model().is_previewable()
    }
    assert previewed == set(forms)
    assert not [model for model in get_snippet_models() if getattr(model, "preview_modes", None)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("model", [HomePage, ContentPage, PracticePage])
def test_the_editor_may_frame_a_preview_of_each_type(
    as_role: Any, make_case: Any, forms: Any, model: type[Page], language: str
) -> None:
    page, editor = page_of(model, language, make_case), as_role(EDITORS)
    address = f"/cms/pages/{page.pk}/edit/preview/"
    assert editor.post(address, forms[model]).json() == {"is_valid": True, "is_available": True}
    check(editor.get(f"{address}?in_preview_panel=true&mode="), language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("model", "below"), [(ContentPage, HomePage), (PracticePage, PracticeIndexPage)])
def test_the_same_of_a_page_that_is_not_there_yet(
    as_role: Any, forms: Any, model: type[Page], below: type[Page], language: str
) -> None:
    parent, editor = below.objects.get(locale__language_code=language), as_role(EDITORS)
    address = f"/cms/pages/add/{model._meta.app_label}/{model._meta.model_name}/{parent.pk}/preview/"
    assert editor.post(address, forms[model]).json()["is_valid"]
    check(editor.get(f"{address}?in_preview_panel=true&mode="), language)


def check(answer: Any, language: str) -> None:
    """Look whether this is a preview that the editor can show and check, and nobody keeps."""
    policy = dict(part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";"))
    assert policy["frame-ancestors"] == "'self'"
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert "private" in answer["Cache-Control"]
    soup = BeautifulSoup(answer.content, "html.parser")
    assert soup.html["lang"] == language
    assert soup.h1.get_text(strip=True) == SECRET
    assert "image-alt" in soup.select_one("template").select_one("#checker-axe-configuration").string


def test_a_preview_is_for_who_may_edit_the_page_alone(
    as_role: Any, make_case: Any, forms: Any, client: Client
) -> None:
    page, editor, member = make_case(published=False), as_role(EDITORS), as_role("")
    address = f"/cms/pages/{page.pk}/edit/preview/"
    editor.post(address, forms[PracticePage])
    assert client.get(address)["Location"].startswith("/accounts/login/")
    assert member.get(address).status_code == 403
    for answer in (
        client.get(address),
        member.get(address),
        Client().get(f"/praktijkvoorbeelden/{page.slug}/"),
    ):
        assert SECRET not in answer.text
        assert answer.status_code != 200


def test_a_page_for_visitors_is_framed_by_nobody_and_has_no_bar_of_the_editors(
    as_role: Any, make_case: Any
) -> None:
    page = make_case()
    for client in (Client(), as_role(EDITORS)):
        answer = client.get(page.url)
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
        assert answer["X-Frame-Options"] == "DENY"
        assert "wagtail-userbar" not in answer.text


def test_the_checks_say_nothing_before_they_ran(as_role: Any, make_case: Any) -> None:
    soup = BeautifulSoup(as_role(EDITORS).get(f"/cms/pages/{make_case().pk}/edit/").content, "html.parser")
    checks = soup.select_one('[data-side-panel="checks"]')
    assert checks.select_one("[data-content-checker-count]").string == "–"
    assert "Nog niet nagekeken" in checks.select_one("[data-checks-panel]").text
    assert "image-alt" in checks.select_one("#checker-axe-configuration").string
