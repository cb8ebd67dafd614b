"""The engine refuses, is silent, slow or talks rubbish: the page comes from the database, with a notice."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from search import client as door
from search.client import MOST_FAILURES, PATIENCE, EngineUnavailable
from search.models import WaitingRow

pytestmark = [pytest.mark.django_db, pytest.mark.engine]

PAGES = [
    "/zoeken/?q=asfalt",
    "/praktijkvoorbeelden/?q=asfalt",
    "/api/v1/search?q=asfalt",
    "/praktijkvoorbeelden/asfalt/",
]
RUBBISH = {
    "a page": (200, "text/html", b"<html>Welkom bij uw router</html>"),
    "half an answer": (200, "application/json", b'{"hits": {"total": '),
    "an empty answer": (200, "application/json", b"{}"),
    "another answer": (200, "application/json", b'{"responses": [{"hits": [1, 2], "aggregations": 3}]}'),
    "a list": (200, "application/json", b"[]"),
    "no number": (
        200,
        "application/json",
        b'{"responses": [{"hits": {"total": {"value": null}, "hits": []}}]}',
    ),
    "no key": (
        200,
        "application/json",
        (
            b'{"responses": [{"hits": {"total": {"value": 1},'
            b' "hits": [{"_score": 1, "_source": {"pk": "x", "label": 1, "stamp": 1}}]}}]}'
        ),
    ),
    "no mark": (
        200,
        "application/json",
        (
            b'{"responses": [{"hits": {"total": {"value": 1},'
            b' "hits": [{"_source": {}, "highlight": {"title": []}}]}}]}'
        ),
    ),
    "an error": (500, "application/json", b'{"error": {"type": "boom"}, "status": 500}'),
    "too busy": (
        429,
        "application/json",
        b'{"error": {"type": "es_rejected_execution_exception"}, "status": 429}',
    ),
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
def rubbish(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Return a server in the place of the engine, which answers `rubbish`; the site waits until it does."""
    monkeypatch.setattr(door, "PATIENCE", 10.0)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Rubbish)
    server.asked, server.rubbish = 0, RUBBISH["a page"]
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """Return a server that lets everybody connect and never answers; a visitor waits for it only shortly."""
    monkeypatch.setattr(door, "PATIENCE", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


@pytest.fixture
def closed() -> str:
    """Return an address where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return address_of(server)


def address_of(server: socket.socket) -> str:
    """Return the address of a server as a site is given it."""
    return f"http://127.0.0.1:{server.getsockname()[1]}"


def count_connections(server: socket.socket) -> int:
    """Return how often somebody connected to a server since it was asked last."""
    count = 0
    with suppress(BlockingIOError):
        while server.accept():
            count += 1
    return count


def count_queries(client: Client, address: str) -> int:
    """Return how many questions to the database a page takes, which must come and be about asphalt."""
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
    assert answer.status_code == 200
    assert "Slim asfaltonderhoud" in answer.text
    return len(queries)


@pytest.fixture
def pages(
    three_cases: list[Any], settings: Any, client: Client, run_tasks: Callable[[], int], asked: list[float]
) -> Iterator[Callable[..., None]]:
    """Return a function that opens every page with the engine at addresses.

    Each asks the engine once, for as long as a visitor waits, and the database no more than without one.
    """
    settings.ELASTICSEARCH_URL = []
    run_tasks()
    for address in PAGES:
        client.get(address)  # reads the word lists
    without = {address: count_queries(client, address) for address in PAGES}

    def open_all(*urls: str) -> None:
        settings.ELASTICSEARCH_URL = list(urls)
        door.circuit_breaker.succeeded()
        for address in PAGES:
            asked.clear()
            assert count_queries(client, address) <= without[address], address
            assert asked == [door.PATIENCE], address
        assert client.get("/api/v1/search?q=asfalt").json()["engine"] == "database"
        assert "Zoeken werkt nu eenvoudiger dan anders" in client.get("/zoeken/?q=asfalt").text
        assert client.get("/readyz").status_code == 503
        assert client.get("/api/v1/suggest?q=asf").status_code == 200
        assert set(asked) == {door.PATIENCE}

    yield open_all
    door.circuit_breaker.succeeded()


def test_an_engine_that_refuses(pages: Callable[..., None], closed: str) -> None:
    pages(closed)


def test_an_engine_that_never_answers(pages: Callable[..., None], silent: socket.socket) -> None:
    pages(address_of(silent))


def test_a_visitor_waits_a_second_at_most() -> None:
    assert PATIENCE <= 1


@pytest.mark.engine_faults
@pytest.mark.parametrize("kind", RUBBISH)
def test_an_engine_that_talks_rubbish(pages: Callable[..., None], rubbish: Any, kind: str) -> None:
    rubbish.rubbish = RUBBISH[kind]
    pages(f"http://127.0.0.1:{rubbish.server_address[1]}")


class TestSeveralNodes:
    """What one node does not take another one does; who is slow or says no is asked once."""

    @pytest.fixture(autouse=True)
    def trusted(self) -> Iterator[None]:
        """Begin and end with an engine that is asked."""
        door.circuit_breaker.succeeded()
        yield
        door.circuit_breaker.succeeded()

    def test_one_that_is_gone_costs_no_page_and_no_write(
        self,
        three_cases: Any,
        make_case: Any,
        index: Callable[[], None],
        settings: Any,
        closed: str,
        client: Client,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(door, "PATIENCE", 10)
        settings.ELASTICSEARCH_URL = [closed, *settings.ELASTICSEARCH_URL]
        answers = [client.get("/api/v1/search?q=asfalt").json() for _ in range(3)]
        assert [answer["engine"] for answer in answers] == ["elasticsearch"] * 3
        make_case("nieuw", "Nieuw asfalt", "tekst")
        index()
        assert not WaitingRow.objects.exists()
        assert client.get("/api/v1/search?q=asfalt").json()["total"] == answers[0]["total"] + 1

    def test_when_all_are_gone_pages_come_from_the_database(
        self, pages: Callable[..., None], closed: str
    ) -> None:
        pages(closed, f"{closed}/second")

    def test_a_visitor_does_not_wait_for_a_second_one(self, silent: socket.socket, settings: Any) -> None:
        settings.ELASTICSEARCH_URL = [f"{address_of(silent)}/{name}" for name in ("first", "second")]
        with pytest.raises(EngineUnavailable):
            door.ask(lambda engine: engine.search(index="x"))
        assert count_connections(silent) == 1

    @pytest.mark.engine_faults
    @pytest.mark.parametrize("kind", ["too busy", "an error", "no index"])
    def test_a_bad_answer_is_an_answer(self, rubbish: Any, settings: Any, kind: str) -> None:
        settings.ELASTICSEARCH_URL = [
            f"http://127.0.0.1:{rubbish.server_address[1]}/{name}" for name in ("first", "second")
        ]
        rubbish.rubbish = RUBBISH[kind]
        with pytest.raises(EngineUnavailable):
            door.ask(lambda engine: engine.search(index="x"))
        assert rubbish.asked == 1


def test_after_five_failures_the_engine_is_left_alone_until_one_question_tries_again(
    settings: Any, rubbish: Any, stopwatch: Any
) -> None:
    settings.ELASTICSEARCH_URL = [f"http://127.0.0.1:{rubbish.server_address[1]}"]
    rubbish.rubbish = RUBBISH["too busy"]
    door.circuit_breaker.succeeded()

    def ask() -> bool:
        before = rubbish.asked
        with pytest.raises(EngineUnavailable):
            door.ask(lambda engine: engine.search(index="x"))
        return rubbish.asked > before

    assert [ask() for _ in range(MOST_FAILURES + 3)] == [True] * MOST_FAILURES + [False] * 3
    stopwatch.seconds += 4.9
    assert not ask()
    stopwatch.seconds += 0.2
    assert [ask(), ask()] == [True, False]
    stopwatch.seconds += 5.1
    rubbish.rubbish = (200, "application/json", b"{}")
    assert door.ask(lambda engine: engine.search(index="x").body) == {}
    assert not door.circuit_breaker.is_open()


@pytest.mark.engine_faults
@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("an error", "boom (status 500)"),
        ("no entry", "security_exception (status 401)"),
        ("no number", "TypeError (status 200)"),
        ("odd", "parsing_exception (status 400)"),
    ],
)
def test_what_is_nobody_s_absence_is_logged_and_told_and_the_page_comes(
    three_cases: Any,
    run_tasks: Callable[[], int],
    settings: Any,
    rubbish: Any,
    client: Client,
    stopwatch: Any,
    caplog: pytest.LogCaptureFixture,
    kind: str,
    told: str,
) -> None:
    settings.ELASTICSEARCH_URL = []
    run_tasks()
    settings.ELASTICSEARCH_URL = [f"http://127.0.0.1:{rubbish.server_address[1]}"]
    odd = (
        400,
        "application/json",
        b'{"error": {"type": "parsing_exception", "reason": "asfalt"}, "status": 400}',
    )
    rubbish.rubbish = RUBBISH.get(kind, odd)
    for _ in range(MOST_FAILURES + 1):
        assert "Slim asfaltonderhoud" in client.get("/zoeken/?q=asfalt").text
    assert not door.circuit_breaker.is_open()
    lines = [
        record.getMessage()
        for record in caplog.records
        if record.name == "knooppunt.search" and record.levelname == "ERROR"
    ]
    assert len(lines) == MOST_FAILURES + 1
    assert told.removesuffix(")").partition(" (status ")[2] in lines[0]
    assert "asfalt" not in lines[0]
    assert client.get("/readyz").json()["search_answers"] == told
    stopwatch.seconds += 301
    assert client.get("/readyz").json()["search_answers"] == "ok"


@pytest.mark.engine_faults
def test_one_odd_question_does_not_close_the_engine_to_others(settings: Any, rubbish: Any) -> None:
    settings.ELASTICSEARCH_URL = [f"http://127.0.0.1:{rubbish.server_address[1]}"]
    rubbish.rubbish = (400, "application/json", b'{"error": {"type": "parsing_exception"}, "status": 400}')
    door.circuit_breaker.succeeded()
    for _ in range(MOST_FAILURES + 1):
        with pytest.raises(EngineUnavailable):
            door.ask(lambda engine: engine.search(index="x"))
    assert not door.circuit_breaker.is_open()


def test_editors_can_publish_while_the_engine_is_away(
    make_case: Callable[..., Any], settings: Any, silent: socket.socket
) -> None:
    settings.ELASTICSEARCH_URL = [address_of(silent)]
    assert make_case("nieuw", "Nieuw voorbeeld", "tekst").live
    assert count_connections(silent) == 0, "no editor waits for the engine"


def test_without_an_engine_small_words_find_nothing_by_themselves(
    client: Client, make_case: Any, run_tasks: Callable[[], int]
) -> None:
    make_case("asfalt", "Slim asfaltonderhoud", "Hoe je het op tijd doet.")
    run_tasks()
    totals = {
        query: client.get("/api/v1/search", {"q": query, "type": "case"}).json()["total"]
        for query in ("zeewarmte op je", "asfaltonderhoud op zee", "op zee", "op je")
    }
    assert totals == {"zeewarmte op je": 0, "asfaltonderhoud op zee": 0, "op zee": 0, "op je": 1}
