"""Editors see why a hit stands where it stands."""

import re
import socket
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.cache import caches
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.contrib.search_promotions.models import Query, SearchPromotion

from core.roles import MODERATORS
from curation.models import SynonymList
from organisations.models import Organisation
from search import client as door
from search.client import MOST_FAILURES
from search.cms.explanation import explain
from search.text import vocabulary

PAGE = "/cms/zoeken/uitleg/"


@pytest.fixture
def privacy_rule(db: None) -> None:
    """Have one rule of single words live before there is an index."""
    SynonymList.objects.create(lines="avg, gdpr", live_at=timezone.now())


@pytest.fixture
def trusted() -> Iterator[None]:
    """Begin and end with an engine that is asked."""
    door.circuit_breaker.succeeded()
    yield
    door.circuit_breaker.succeeded()


@pytest.fixture
def silent(trusted: None) -> Iterator[socket.socket]:
    """Return a server that lets everybody connect and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def address_of(server: socket.socket) -> str:
    """Return the address of a server as a site is given it."""
    return f"http://127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.engine
@pytest.mark.django_db
class TestThreeCases:
    """Tests that change nothing of what is indexed."""

    def test_words_and_places_are_named_with_their_points(self, in_engine: Any) -> None:
        explanation = explain("asfaltonderhoud")
        assert explanation.words == ("asfaltonderhoud",)
        assert explanation.instead == ("asfalt", "onderhoud")
        first = explanation.hits[0]
        assert first.hit.slug == "asfalt"
        assert {(reason.word, reason.where) for reason in first.reasons} >= {
            ("asfaltonderhoud", "titel"),
            ("asfalt", "titel"),
        }
        assert first.reasons[0].points == max(reason.points for reason in first.reasons) > 0
        assert first.score == pytest.approx(first.by_words + first.by_vector)

    def test_the_points_of_the_words_add_up_in_words(self, in_engine: Any) -> None:
        body = explain("gemeente breda").hits[0]
        assert body.hit.type == "organisation"
        points = {part.label: part.points for part in body.parts}
        assert points["alle woorden staan erin"] == 6
        assert points["de vraag is de naam"] > 0
        assert points["alle woorden staan in een naam"] > 0
        assert "overig" not in points
        assert body.by_words == pytest.approx(body.points / (body.points + 30), abs=0.001)
        assert {reason.where for reason in body.reasons} >= {"naam", "hele naam"}

    def test_a_pinned_hit_is_marked_and_its_sum_is_whole(self, in_engine: Any, enter: Any) -> None:
        SearchPromotion.objects.create(
            query=Query.get("asfaltonderhoud"), page=in_engine.cases[2], sort_order=0
        )
        caches["memory"].clear()
        pinned, other = explain("asfaltonderhoud").hits
        assert (pinned.hit.slug, pinned.by_editor, other.by_editor) == ("gemaal", 101, 0)
        assert pinned.score == pytest.approx(pinned.by_words + pinned.by_vector + pinned.by_editor)
        page = BeautifulSoup(enter().get(PAGE, {"q": "asfaltonderhoud"}).text, "html.parser")
        first, second = [" ".join(row.text.split()) for row in page.main.select(".listing tbody tr")]
        assert "Vastgezet door de redactie" in first
        assert "Vastgezet" not in second
        assert "alle woorden staan erin: 6,0" in second
        assert f"= {other.score:.3f}".replace(".", ",") in second
        for fold in page.main.select("details"):
            fold.extract()
        assert "Deze woorden staan erin: " in page.main.text
        assert not re.search(r"\d,\d", page.main.text)

    def test_a_pin_on_a_page_that_is_not_live_is_not_counted(self, in_engine: Any, enter: Any) -> None:
        for place, case in enumerate(in_engine.cases[1:]):
            SearchPromotion.objects.create(query=Query.get("asfaltonderhoud"), page=case, sort_order=place)
        in_engine.cases[1].unpublish()
        caches["memory"].clear()
        assert explain("asfaltonderhoud").pinned == 1
        assert "1 resultaat is vastgezet." in enter().get(PAGE, {"q": "asfaltonderhoud"}).text

    def test_what_was_made_of_the_question_is_told(self, in_engine: Any, enter: Any) -> None:
        client = enter()
        page = client.get(PAGE, {"q": "asfaltonderhuod"}).text
        assert "Verbeterd tot <strong>asfaltonderhoud</strong>" in page
        assert "Slim asfaltonderhoud" in page
        assert "Niets heeft alle woorden." in client.get(PAGE, {"q": "xqzzy"}).text
        assert client.get(PAGE, {"q": "\0<script>" * 50}).status_code == 200
        assert client.get(PAGE, {"q": "\0"}).status_code == 200

    def test_the_parts_of_a_word_that_nothing_has_are_analyzed_too(self, in_engine: Any, enter: Any) -> None:
        assert explain("wegsensoren").words == ("wegsensor", "weg", "sensor")
        page = enter().get(PAGE, {"q": "wegsensoren"}).text
        assert (
            "Ook gezocht als <strong>weg sensoren</strong>, want dit woord staat nergens aan elkaar." in page
        )
        assert "die schrijfwijze" not in page

    def test_the_engine_is_asked_twice(self, in_engine: Any, asked: list[float]) -> None:
        asked.clear()
        assert explain("wegsensoren").hits
        assert len(asked) == 2

    def test_a_hit_that_nobody_may_see_is_not_explained(self, in_engine: Any) -> None:
        in_engine.cases[0].unpublish()
        assert "asfalt" not in {item.hit.slug for item in explain("asfaltonderhoud").hits}


@pytest.mark.engine
@pytest.mark.parametrize(
    ("query", "other", "words"),
    [("big data", "bigdata", ("big", "data", "bigdata")), ("email", "e mail", ("email", "e", "mail"))],
)
def test_another_way_of_writing_is_shown_and_analyzed(
    make_case: Any, index: Any, enter: Any, query: str, other: str, words: tuple[str, ...]
) -> None:
    make_case("bigdata", "Sturen met bigdata", "Elke week per e-mail.")
    index()
    vocabulary._KEPT.clear()
    explanation = explain(query)
    assert explanation.words == explanation.english_words == words
    assert (
        f"Ook gezocht als <strong>{other}</strong>, want die schrijfwijze komt ook voor."
        in enter().get(PAGE, {"q": query}).text
    )


@pytest.mark.engine
def test_what_english_texts_are_searched_with_is_told(
    privacy_rule: None, make_case: Any, index: Any, enter: Any
) -> None:
    make_case("bridges", "Inspecting bridges", "Drones look at them under the GDPR.", language="en")
    index()
    explanation = explain("inspecting bridges avg")
    assert explanation.english_words == ("inspect", "bridg", "avg")
    assert explanation.english_instead == ("gdpr",)
    page = enter().get(PAGE, {"q": "inspecting bridges avg"}).text
    assert "Woorden in Engelse teksten, teruggebracht tot hun stam: inspect, bridg, avg" in page
    assert "Telt ook mee in Engelse teksten, voor een klein deel (synoniemen): gdpr" in page
    assert "Telt ook mee in Engelse" not in enter(MODERATORS).get(PAGE, {"q": "bridges"}).text


@pytest.mark.engine
def test_words_for_the_same_thing_are_named_together(privacy_rule: None, make_case: Any, index: Any) -> None:
    make_case("avg", "Avg en gdpr naast elkaar", "Wat de gdpr vraagt.")
    make_case("english", "The GDPR explained", language="en")
    index()
    reasons = {
        hit.hit.slug: [(reason.word, reason.where) for reason in hit.reasons] for hit in explain("avg").hits
    }
    assert set(reasons["avg"]) >= {("avg", "titel"), ("avg / gdpr", "titel"), ("avg / gdpr", "beste passage")}
    assert ("avg / gdpr", "titel") in reasons["english"]
    assert not [word for rows in reasons.values() for word, _ in rows if set(word) & set(":^()")]


@pytest.mark.engine
def test_a_whole_name_is_shown_with_its_signs(site_frame: Any, index: Any) -> None:
    Organisation.objects.create(name="Dienst Wegen (in 2)^2", kind="gemeente")
    index()
    reasons = explain("dienst wegen (in 2)^2").hits[0].reasons
    assert ("dienst wegen (in 2)^2", "hele naam") in {(reason.word, reason.where) for reason in reasons}


def test_without_an_engine_the_page_says_so(enter: Any) -> None:
    client = enter()
    assert "geeft nu geen antwoord" in client.get(PAGE, {"q": "weg"}).text
    assert client.get(reverse("explain_search")).status_code == 200


def test_an_engine_that_never_answers_is_waited_for_once_as_a_visitor_waits(
    enter: Any, silent: socket.socket, settings: Any, asked: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "PATIENCE", 0.1)
    client = enter()
    client.get(PAGE, {"q": "weg"})  # reads the word lists
    settings.ELASTICSEARCH_URL = [address_of(silent)]
    assert "geeft nu geen antwoord" in client.get(PAGE, {"q": "weg"}).text
    assert asked == [door.PATIENCE]


def test_an_engine_that_visitors_leave_alone_is_not_asked(
    enter: Any, silent: socket.socket, settings: Any
) -> None:
    client = enter()
    client.get(PAGE, {"q": "weg"})  # reads the word lists
    settings.ELASTICSEARCH_URL = [address_of(silent)]
    for _ in range(MOST_FAILURES):
        door.circuit_breaker.failed()
    assert "geeft nu geen antwoord" in client.get(PAGE, {"q": "weg"}).text
    with pytest.raises(BlockingIOError):
        silent.accept()


@pytest.mark.engine_faults
@pytest.mark.parametrize("body", [{}, {"hits": [1, 2]}, []])
def test_an_answer_that_is_none_is_no_answer(
    enter: Any, trusted: None, settings: Any, monkeypatch: pytest.MonkeyPatch, body: Any
) -> None:
    engine = SimpleNamespace(search=lambda **options: SimpleNamespace(body=body))
    monkeypatch.setattr(door, "_connection", lambda urls: SimpleNamespace(options=lambda **options: engine))
    settings.ELASTICSEARCH_URL = ["http://engine.example"]
    assert "geeft nu geen antwoord" in enter().get(PAGE, {"q": "weg"}).text


def test_only_editors_see_it(client: Client, enter: Any) -> None:
    assert client.get(PAGE).status_code == 302
    assert enter("").get(PAGE).status_code == 403
    assert enter(MODERATORS).get(PAGE).status_code == 200
