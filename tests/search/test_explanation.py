"""Editors see why a hit stands where it stands."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.cache import caches
from django.test import Client
from django.urls import reverse
from wagtail.contrib.search_promotions.models import Query, SearchPromotion

from core.roles import MODERATORS
from search.explanation import explain

PAGE = "/cms/zoeken/uitleg/"


@pytest.mark.engine
def test_words_and_places_are_named_with_their_points(three_cases: list[Any], index: Any) -> None:
    explanation = explain("asfaltonderhoud")
    assert explanation.words == ("asfaltonderhoud",)
    assert explanation.instead == ("asfalt", "onderhoud")
    first = explanation.hits[0]
    assert first.hit.slug == "asfalt"
    assert {(reason.word, reason.where) for reason in first.reasons} >= {("asfaltonderhoud", "titel"), ("asfalt", "titel")}
    assert first.reasons[0].points == max(reason.points for reason in first.reasons) > 0
    assert first.score == pytest.approx(first.by_words + first.by_meaning)


@pytest.mark.engine
def test_the_points_of_the_words_add_up_in_words(three_cases: list[Any], terms: Any, index: Any) -> None:
    body = explain("gemeente breda").hits[0]
    assert body.hit.type == "organisation"
    points = {part.label: part.points for part in body.parts}
    assert points["alle woorden staan erin"] == 6
    assert points["de vraag is de naam"] > 0
    assert points["alle woorden staan in een naam"] > 0
    assert "overig" not in points
    assert body.by_words == pytest.approx(body.points / (body.points + 30), abs=0.001)
    assert {reason.where for reason in body.reasons} >= {"titel", "naam", "hele naam"}


@pytest.mark.engine
def test_a_pinned_hit_is_marked_and_its_sum_is_whole(three_cases: list[Any], index: Any, enter: Any) -> None:
    SearchPromotion.objects.create(query=Query.get("asfaltonderhoud"), page=three_cases[2], sort_order=0)
    caches["memory"].clear()
    pinned, other = explain("asfaltonderhoud").hits
    assert (pinned.hit.slug, pinned.by_editor, other.by_editor) == ("gemaal", 101, 0)
    assert pinned.score == pytest.approx(pinned.by_words + pinned.by_meaning + pinned.by_editor)
    page = BeautifulSoup(enter().get(PAGE, {"q": "asfaltonderhoud"}).text, "html.parser")
    first, second = [" ".join(row.text.split()) for row in page.main.select(".listing tbody tr")]
    assert "Vastgezet door de redactie" in first
    assert "Vastgezet" not in second
    assert "alle woorden staan erin: 6,0" in second
    assert f"= {other.score:.3f}".replace(".", ",") in second


@pytest.mark.engine
def test_what_was_made_of_the_question_is_told(three_cases: list[Any], index: Any, enter: Any) -> None:
    client = enter()
    page = client.get(PAGE, {"q": "asfaltonderhuod"}).text
    assert "Verbeterd tot <strong>asfaltonderhoud</strong>" in page
    assert "Slim asfaltonderhoud" in page
    assert "Een bezoeker ziet een lege pagina." in client.get(PAGE, {"q": "xqzzy"}).text
    assert client.get(PAGE, {"q": "\0<script>" * 50}).status_code == 200


@pytest.mark.engine
def test_a_hit_that_nobody_may_see_is_not_explained(three_cases: list[Any], index: Any, run_tasks: Any) -> None:
    three_cases[0].unpublish()
    assert "asfalt" not in {item.hit.slug for item in explain("asfaltonderhoud").hits}


def test_without_an_engine_the_page_says_so(enter: Any) -> None:
    client = enter()
    assert "geeft nu geen antwoord" in client.get(PAGE, {"q": "weg"}).text
    assert client.get(reverse("explain_search")).status_code == 200


def test_only_editors_see_it(client: Client, enter: Any) -> None:
    assert client.get(PAGE).status_code == 302
    assert enter("").get(PAGE).status_code == 403
    assert enter(MODERATORS).get(PAGE).status_code == 200
