"""What a case can be: its slug, place, year and length; and what it tells search."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from wagtail.models import Locale

from core.reserved import RESERVED_PRACTICE_SLUGS
from practices.models import PracticeIndexPage, PracticePage
from taxonomy.models import Technique, Theme

pytestmark = pytest.mark.both_databases


def faults(page: PracticePage) -> dict[str, list[str]]:
    """Return what is wrong with the page, by field."""
    try:
        page.full_clean()
    except ValidationError as error:
        return error.message_dict
    return {}


@pytest.mark.parametrize(
    "slug", ["Hoofd", "met_streep", "twee woorden", "naïef", "a/b", "punt.", *RESERVED_PRACTICE_SLUGS]
)
def test_a_slug_that_is_no_plain_word_is_refused(make_case: Any, slug: str) -> None:
    page = make_case()
    page.slug = slug
    assert set(faults(page)) == {"slug"}


def test_a_slug_that_another_case_has_is_refused_whatever_its_language(
    make_case: Any, index: PracticeIndexPage
) -> None:
    page = make_case("slim-asfalt")
    english = Locale.objects.get(language_code="en")
    other = index.get_translation(english)
    twin = PracticePage(title="Smart asphalt", slug="slim-asfalt", locale=english)
    with pytest.raises(ValidationError, match="heeft dit webadres al"):
        other.add_child(instance=twin)
    translated = page.copy_for_translation(english)
    translated.slug = "slim-asfalt"
    assert faults(translated) == {}


def test_a_word_that_an_address_of_the_site_uses_is_free_below_the_list_of_cases(make_case: Any) -> None:
    assert "slug" not in faults(PracticePage(title="Toolkit", slug="toolkit"))
    assert make_case("toolkit").url == "/praktijkvoorbeelden/toolkit/"


def test_coordinates_come_in_pairs_with_a_place(make_case: Any) -> None:
    page = make_case(place="Breda")
    page.latitude = 51.6
    assert set(faults(page)) == {"longitude"}
    page.latitude, page.longitude = None, 4.8
    assert set(faults(page)) == {"latitude"}
    page.latitude, page.place = 51.6, ""
    assert set(faults(page)) == {"place"}
    page.place = "Breda"
    assert faults(page) == {}
    page.latitude, page.longitude = 90.1, -180.1
    assert set(faults(page)) == {"latitude", "longitude"}


def test_a_province_needs_a_place(make_case: Any) -> None:
    page = make_case()
    page.province = "zeeland"
    assert set(faults(page)) == {"place"}
    page.province = "belgie"
    assert "province" in faults(page)


@pytest.mark.parametrize(("year", "is_fine"), [(1949, False), (1950, True), (0, True), (1, True), (2, False)])
def test_a_year_lies_between_the_first_computers_and_next_year(
    make_case: Any, year: int, is_fine: bool
) -> None:
    page = make_case()
    page.started = year if year > 1000 else timezone.localdate().year + year
    assert (faults(page) == {}) == is_fine


@pytest.mark.parametrize(("field", "most"), [("title", 200), ("summary", 500)])
def test_title_and_summary_have_a_greatest_length(make_case: Any, field: str, most: int) -> None:
    page = make_case()
    setattr(page, field, "x" * most)
    assert faults(page) == {}
    setattr(page, field, "x" * (most + 1))
    assert faults(page) == {field: [f"Maak dit korter: hoogstens {most} tekens."]}


def test_every_section_has_an_anchor_of_its_own(make_case: Any) -> None:
    def part(heading: str, own: str = "") -> dict[str, Any]:
        return {"type": "section", "value": {"heading": heading, "own_heading": own, "content": []}}

    parts = [
        part("aanpak"),
        part("aanpak"),
        part("", "Aanpak"),
        part(""),
        part("", "Bronnen"),
        part("", "???"),
        part("", "Kort"),
    ]
    anchors = [section.anchor for section in make_case(body=parts).sections()]
    assert anchors == ["aanpak", "aanpak-2", "aanpak-3", "tekst", "bronnen-2", "tekst-2", "kort-2"]


def test_search_hears_everything_that_a_visitor_can_read(make_case: Any, make_body: Any) -> None:
    theme = Theme.objects.create(name="Landbouw", name_en="Agriculture")
    technique = Technique.objects.create(name="Voorspellend model")
    body = make_body(kind="gemeente", aliases="De gemeente", province="noord-brabant", inhabitants=180_937)
    where = {"place": "Breda", "province": "noord-brabant"}
    page = make_case(
        themes=[theme],
        techniques=[technique],
        organisations=[body],
        reused_by=[make_body("Gemeente Ede")],
        results=1,
        phase="pilot",
        started=2018,
        **where,
    )
    content = PracticePage.findable().get(pk=page.pk).search_content()
    assert content.facets == {
        "theme": ("landbouw",),
        "technique": ("voorspellend-model",),
        "organisation": ("gemeente-breda",),
        "organisation_kind": ("gemeente",),
        "size": ("100000-249999",),
        "province": ("noord-brabant",),
        "phase": ("pilot",),
        "outcome": (),
        "reuse": ("in-use",),
        "year": ("2018",),
        "language": ("nl",),
    }
    assert set(content.keywords) >= {"Landbouw", "Agriculture"}
    assert set(content.proper_names) == {"Gemeente Breda", "De gemeente", "Breda"}
    assert [(passage.label, passage.anchor) for passage in content.passages] == [
        ("Aanpak", "aanpak"),
        ("Gemeten resultaten", "resultaten"),
        ("Geleerde lessen", "lessen"),
    ]
    assert content.reuse == 1


def test_a_case_without_a_place_is_of_the_whole_country(make_case: Any) -> None:
    assert make_case().search_content().facets["province"] == ("landelijk",)


def test_only_what_anyone_may_read_is_found(make_case: Any, index: PracticeIndexPage) -> None:
    make_case("openbaar")
    make_case("concept", published=False)
    private = make_case("besloten")
    private.view_restrictions.create(restriction_type="login")
    assert [page.slug for page in PracticePage.findable()] == ["openbaar"]
    index.view_restrictions.create(restriction_type="password", password="x")
    assert not PracticePage.findable().exists()


def test_a_draft_a_private_and_an_unknown_case_tell_a_visitor_nothing(make_case: Any, client: Client) -> None:
    make_case("concept", published=False)
    private = make_case("besloten", title="Geheime titel")
    private.view_restrictions.create(restriction_type="login")
    assert client.get("/praktijkvoorbeelden/concept/").status_code == 404
    assert client.get("/praktijkvoorbeelden/bestaat-niet/").status_code == 404
    answer = client.get("/praktijkvoorbeelden/besloten/", follow=True)
    assert answer.redirect_chain[0][0].startswith("/accounts/login/")
    assert "Geheime titel" not in answer.content.decode()


def test_the_models_and_the_migrations_say_the_same(db: None) -> None:
    call_command("makemigrations", "--check", "--dry-run", "core", "pages", "practices", verbosity=0)
