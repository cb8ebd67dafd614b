"""The engine is refused, silent, slow or talks rubbish: the page comes all the same, from the database, with a notice."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.test import Client

from search import client as door
from search.client import MOST_FAILURES, PATIENCE, EngineUnavailable

pytestmark = [pytest.mark.django_db, pytest.mark.engine]

PAGES = ["/zoeken/?q=asfalt", "/praktijkvoorbeelden/?q=asfalt", "/api/v1/search?q=asfalt", "/praktijkvoorbeelden/asfalt/"]
RUBBISH = {
    "a page": (200, "text/html", b"<html>Welkom bij uw router</html>"),
    "half an answer": (200, "application/json", b'{"hits": {"total": '),
    "an empty answer": (200, "application/json", b"{}"),
    "another answer": (200, "application/json", b'{"hits": [1, 2], "aggregations": 3}'),
    "a list": (200, "application/json", b"[]"),
    "no number": (200, "application/json", b'{"hits": {"total": {"value": null}, "hits": []}}'),
    "no key": (
        200,
        "application/json",
        b'{"hits": {"total": {"value": 1}, "hits": [{"_score": 1, "_source": {"pk": "x", "label": 1, "stamp": 1}}]}}',
    ),
    "no mark": (
        200,
        "application/json",
        b'{"hits": {"total": {"value": 1}, "hits": [{"_source": {}, "highlight": {"title": []}}]}}',
    ),
    "an error": (500, "application/json", b'{"error": {"type": "boom"}, "status": 500}'),
    "too busy": (429, "application/json", b'{"error": {"type": "es_rejected_execution_exception"}, "status": 429}'),
    "no index": (404, "application/json", b'{"error": {"type": "index_not_found_exception"}, "status": 404}'),
    "no entry": (401, "application/json", b'{"error": {"type": "security_exception"}, "status": 401}'),
}


class _Rubbish(BaseHTTPRequestHandler):
    """Answers everything with what the server was given."""

    def do_POST(self) -> None:
        status, kind, body = self.server.rubbish
        self.server.asked += 1
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("X-Elastic-Product", "Elasticsearch")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_PUT = do_HEAD = do_POST  # noqa: N815

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def rubbish() -> Iterator[Any]:
    """Return a server in the place of the engine; set `rubbish` to what it answers."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Rubbish)
    server.asked, server.rubbish = 0, RUBBISH["a page"]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def silent() -> Iterator[int]:
    """Return the port of a server that accepts connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def pages(three_cases: list[Any], settings: Any, client: Client, run_tasks: Callable[[], int]) -> Callable[[str], float]:
    """Return a function that opens every page with the engine at an address, and tells how long the slowest took."""
    settings.ELASTICSEARCH_URL = []
    run_tasks()

    def open_all(url: str) -> float:
        settings.ELASTICSEARCH_URL = [url]
        door.breaker.succeeded()
        slowest = 0.0
        for address in PAGES:
            begun = time.monotonic()
            answer = client.get(address)
            slowest = max(slowest, time.monotonic() - begun)
            assert answer.status_code == 200
            assert "Slim asfaltonderhoud" in answer.text
        assert client.get("/api/v1/search?q=asfalt").json()["engine"] == "database"
        assert "Zoeken werkt nu eenvoudiger dan anders" in client.get("/zoeken/?q=asfalt").text
        assert client.get("/readyz").status_code == 503
        assert client.get("/api/v1/suggest?q=asf").status_code == 200
        return slowest

    yield open_all
    door.breaker.succeeded()


def test_an_engine_that_refuses(pages: Callable[[str], float]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert pages(f"http://127.0.0.1:{port}") < PATIENCE


def test_an_engine_that_never_answers(pages: Callable[[str], float], silent: int) -> None:
    assert pages(f"http://127.0.0.1:{silent}") < PATIENCE + 1


@pytest.mark.parametrize("kind", RUBBISH)
def test_an_engine_that_talks_rubbish(pages: Callable[[str], float], rubbish: Any, kind: str) -> None:
    rubbish.rubbish = RUBBISH[kind]
    pages(f"http://127.0.0.1:{rubbish.server_address[1]}")


def test_after_five_failures_the_engine_is_left_alone_until_one_question_tries_again(
    settings: Any, rubbish: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ELASTICSEARCH_URL = [f"http://127.0.0.1:{rubbish.server_address[1]}"]
    rubbish.rubbish = RUBBISH["an error"]
    now = time.monotonic()
    monkeypatch.setattr(door.time, "monotonic", lambda: now)
    door.breaker.succeeded()

    def ask() -> bool:
        before = rubbish.asked
        with pytest.raises(EngineUnavailable):
            door.ask(lambda engine: engine.search(index="x"))
        return rubbish.asked > before

    assert [ask() for _ in range(MOST_FAILURES + 3)] == [True] * MOST_FAILURES + [False] * 3
    now += 4.9
    assert not ask()
    now += 0.2
    assert [ask(), ask()] == [True, False]
    now += 5.1
    rubbish.rubbish = (200, "application/json", b"{}")
    assert door.ask(lambda engine: engine.search(index="x").body) == {}
    assert not door.breaker.is_open()


def test_one_odd_question_does_not_close_the_engine_to_others(settings: Any, rubbish: Any) -> None:
    settings.ELASTICSEARCH_URL = [f"http://127.0.0.1:{rubbish.server_address[1]}"]
    rubbish.rubbish = (400, "application/json", b'{"error": {"type": "parsing_exception"}, "status": 400}')
    door.breaker.succeeded()
    for _ in range(MOST_FAILURES + 1):
        with pytest.raises(EngineUnavailable):
            door.ask(lambda engine: engine.search(index="x"))
    assert not door.breaker.is_open()


def test_editors_can_publish_while_the_engine_is_away(
    make_case: Callable[..., Any], settings: Any, silent: int, client: Client
) -> None:
    settings.ELASTICSEARCH_URL = [f"http://127.0.0.1:{silent}"]
    begun = time.monotonic()
    page = make_case("nieuw", "Nieuw voorbeeld", "tekst")
    assert page.live
    assert time.monotonic() - begun < 1


def test_without_an_engine_small_words_find_nothing_by_themselves(
    client: Client, make_case: Any, run_tasks: Callable[[], int]
) -> None:
    make_case("asfalt", "Slim asfaltonderhoud", "Hoe je het op tijd doet.")
    run_tasks()
    totals = {
        query: client.get("/api/v1/search", {"q": query, "type": "case"}).json()["total"]
        for query in ("zeewarmte op je", "asfaltonderhoud op zee", "op zee", "op je")
    }
    assert totals == {"zeewarmte op je": 0, "asfaltonderhoud op zee": 1, "op zee": 0, "op je": 1}
