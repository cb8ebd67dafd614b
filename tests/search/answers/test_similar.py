"""Which cases stand beside another one, and why."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from wagtail.models import Locale

from search.answers import services
from search.answers.reasons import Compared, give_reasons
from search.models import SearchEntry
from search.query.results import Found, Hit

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
        **alike,
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


@pytest.mark.parametrize("where", [pytest.param("index", marks=pytest.mark.engine), "fallback"])
def test_a_theme_alone_makes_no_case_similar(
    make_case: Callable[..., Any],
    terms: dict[str, Any],
    request: pytest.FixtureRequest,
    client: Client,
    where: str,
) -> None:
    make_case("asfalt", "Slim asfalt", TEXT, themes=[terms["roads"]])
    make_case("pompen", "Pompen aansturen", "Kijkt naar regen.", themes=[terms["roads"]])
    make_case("bermen", "Asfalt en bermen", "Kijkt naar gras.")
    request.getfixturevalue(where)()
    assert [hit["slug"] for hit in client.get("/api/v1/cases/asfalt/similar").json()["results"]] == ["bermen"]


def build_compared(title: str, text: str, **counts: int) -> Compared:
    """Return a case of Breda on a site of a hundred texts."""
    terms = {"technique": {}, "organisation": {"breda": "Gemeente Breda"}, "province": {}}
    return Compared(terms, title, text, {"de": 100, "data": 50, **counts})


def build_hit(title: str, summary: str = "", **values: Any) -> Hit:
    """Return a case beside it."""
    return Hit(1, "case", "", "ander", "", title, summary, **values)


@pytest.mark.parametrize(
    ("title", "summary", "counts", "shared"),
    [
        pytest.param("Gemalen sparen energie", "", {}, ["gemaal", "energie"], id="another form"),
        pytest.param("Een brug", "Het gemaal draait.", {}, ["gemaal"], id="only in the other's summary"),
        pytest.param("Een brug", "Energie van wind.", {}, [], id="in neither title"),
        pytest.param(
            "Energie uit een gemaal", "", {"energie": 2, "gemaal": 9}, ["energie", "gemaal"], id="rarest"
        ),
        pytest.param("Energie open en slim", "", {}, ["energie"], id="a short word"),
        pytest.param("Data over energie", "", {}, ["energie"], id="a word that many have"),
        pytest.param("Energie in Breda", "", {}, ["energie"], id="a name of its own"),
        pytest.param("Energie voor Delft", "", {"delft": 1}, ["energie"], id="a name of the other"),
        pytest.param("Zo werkt het ook met energie", "", {}, ["energie"], id="words that tell nothing"),
        pytest.param("Leidingen voor energie", "Een gemaal.", {}, ["gemaal", "leidingen"], id="at most two"),
    ],
)
def test_a_reason_names_the_rarest_words_of_a_title_that_both_have(
    title: str, summary: str, counts: dict[str, int], shared: list[str]
) -> None:
    text = "De leiding van Breda werkt voor Delft op open data: zo vraagt regen minder energie."
    case = build_compared("Sturen van een gemaal", text, **counts)
    hit = build_hit(title, summary, organisations=("Gemeente Delft",))
    assert case.find_shared(hit) == shared


def test_a_reason_leaves_an_abbreviation_as_it_is_written() -> None:
    case = build_compared("Een DPIA vooraf", "De toets, en toezicht achteraf.")
    assert case.find_shared(build_hit("Toezicht begint met een DPIA")) == ["DPIA", "toezicht"]


def test_a_shared_technique_is_the_reason_and_without_shared_words_what_both_mean() -> None:
    hit = build_hit("Een brug van beton")
    case = Compared({"technique": {"model": "Voorspellend model"}, "theme": {}}, "Asfalt", "", {})
    same = Found("practices.practicepage", 1, facets={"technique": ("model",), "theme": ("overig",)})
    (by_technique,) = give_reasons([hit], [same], case)
    (by_meaning,) = give_reasons([hit], [replace(same, facets={"theme": ("overig",)})], case)
    assert by_technique.reason == "Zelfde techniek: Voorspellend model"
    assert by_meaning.reason == "Lijkt erop in woorden of betekenis"


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
