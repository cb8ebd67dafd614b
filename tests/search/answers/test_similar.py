"""Cases like another one are not all of the same organisation when there is another."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from wagtail.models import Locale

from search.answers import services
from search.models import SearchEntry

pytestmark = pytest.mark.both_databases

TEXT = "Met sensoren voorspelt de stad wanneer een weg stuk gaat."


@pytest.fixture(params=[pytest.param("engine", marks=pytest.mark.engine), "database"])
def similar(
    request: pytest.FixtureRequest, make_case: Callable[..., Any], terms: dict[str, Any], client: Client
) -> Callable[[], list[str]]:
    """Return a function that gives the slugs of cases like one of thirteen of Breda; one is of Rijnland."""
    alike = {"themes": [terms["roads"]], "techniques": [terms["model"]]}
    for number in range(13):
        make_case(
            f"breda-{number}", f"Asfalt in wijk {number}", TEXT, organisations=[terms["breda"]], **alike
        )
    make_case(
        "rijnland",
        "Pompen aansturen",
        "Kijkt naar regen.",
        organisations=[terms["rijnland"]],
        themes=[terms["roads"]],
    )
    request.getfixturevalue("index" if request.param == "engine" else "fallback")
    return lambda: [hit["slug"] for hit in client.get("/api/v1/cases/breda-0/similar").json()["results"]]


def test_one_of_three_is_of_another_organisation_however_many_are_of_the_same(
    similar: Callable[[], list[str]], client: Client
) -> None:
    slugs = similar()
    assert len(slugs) == 3
    assert slugs[-1] == "rijnland"
    assert all(slug.startswith("breda-") for slug in slugs[:2])
    assert "Pompen aansturen" in client.get("/praktijkvoorbeelden/breda-0/").text


def test_the_other_organisation_stays_when_the_first_ones_were_just_taken_off(
    similar: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = set(similar()[:2])
    real = services.build_hits
    monkeypatch.setattr(
        services, "build_hits", lambda *args: tuple(hit for hit in real(*args) if hit.slug not in gone)
    )
    slugs = similar()
    assert len(slugs) == 3
    assert slugs[-1] == "rijnland"


def test_a_translation_is_the_same_case(
    make_case: Callable[..., Any], terms: dict[str, Any], request: pytest.FixtureRequest, client: Client
) -> None:
    alike = {"themes": [terms["roads"]], "techniques": [terms["model"]]}
    dutch, _ = (
        make_case("asfalt", "Slim asfalt", TEXT, **alike),
        make_case("weg", "Wegen met asfalt", TEXT, **alike),
    )
    english = Locale.objects.get(language_code="en")
    translated = dutch.copy_for_translation(english)
    translated.themes, translated.techniques = alike["themes"], alike["techniques"]
    translated.save_revision().publish()
    request.getfixturevalue("fallback")()
    assert SearchEntry.of("practices.practicepage", object_id=translated.pk).exists()
    assert [hit["slug"] for hit in client.get("/api/v1/cases/asfalt/similar").json()["results"]] == ["weg"]


def test_a_case_of_another_province_says_so(
    make_case: Callable[..., Any], terms: dict[str, Any], fallback: Callable[[], int], client: Client
) -> None:
    for place, province in (
        ("Breda", "noord-brabant"),
        ("Arnhem", "gelderland"),
        ("Tilburg", "noord-brabant"),
    ):
        make_case(
            place.lower(),
            f"Asfalt in {place}",
            TEXT,
            place=place,
            province=province,
            techniques=[terms["model"]],
        )
    fallback()
    reasons = {
        hit["slug"]: hit["reason"] for hit in client.get("/api/v1/cases/breda/similar").json()["results"]
    }
    assert reasons == {
        "arnhem": "Zelfde techniek: Voorspellend model, andere provincie",
        "tilburg": "Zelfde techniek: Voorspellend model",
    }


@pytest.mark.engine
def test_others_are_asked_for_only_when_all_are_of_the_same(
    three_cases: list[Any], index: Callable[[], None], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from search import client as door

    asked: list[Any] = []
    run = door.run
    monkeypatch.setattr(door, "run", lambda *args, **options: asked.append(args) or run(*args, **options))
    client.get("/api/v1/cases/asfalt/similar")
    assert len(asked) == 1
