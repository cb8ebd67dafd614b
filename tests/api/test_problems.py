"""Every failure below `/api/` is a problem; every refusal and every error is one line in the log."""

import io
import logging
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.test import Client

import api.operations
from core.logs import LineFormatter

pytestmark = pytest.mark.django_db
CASES = "/api/v1/cases"


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """Return what the site writes in its log."""
    console = next(
        handler for handler in logging.getLogger().handlers if isinstance(handler.formatter, LineFormatter)
    )
    monkeypatch.setattr(console, "stream", io.StringIO())
    return console.stream


@pytest.fixture
def client() -> Client:
    """Return a client that gets the answer a visitor would, also when something breaks."""
    return Client(raise_request_exception=False)


def fail_with(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the cases of the API fail."""

    class Failing:
        def __getattr__(self, name: str) -> Any:
            raise error

    monkeypatch.setattr(api.operations.PracticePage, "objects", Failing())


def check_problem(answer: Any, status: int) -> None:
    """Assert that an answer is a problem."""
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json().keys() == {"type", "title", "status", "detail"}
    assert answer.json()["status"] == status


@pytest.mark.parametrize(
    "address",
    ["/api/v1/", "/api/v1/nothing", "/api/v2/cases/", "/api/v1/cases/nothing", "/api/v1/cases/a%00b"],
)
def test_an_address_that_is_not_there(client: Client, address: str) -> None:
    check_problem(client.get(address), 404)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "trace"])
@pytest.mark.parametrize("address", [CASES, "/api/v1/openapi.json", "/api/v1/nothing"])
def test_a_method_that_it_does_not_have(client: Client, method: str, address: str) -> None:
    answer = getattr(client, method)(address)
    check_problem(answer, 405)
    assert answer["Allow"] == "GET, HEAD, OPTIONS"


def test_a_host_that_is_not_ours(client: Client) -> None:
    check_problem(client.get(CASES, headers={"host": "kwaad.example"}), 400)


def test_a_form_of_another_site() -> None:
    check_problem(Client(enforce_csrf_checks=True).post("/api/v2/cases/"), 403)


@pytest.mark.parametrize(
    ("error", "status"),
    [(PermissionDenied(), 403), (SuspiciousOperation("odd"), 400), (ValueError("broken"), 500)],
)
def test_what_refuses_or_breaks(
    client: Client, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    fail_with(error, monkeypatch)
    answer = client.get(CASES)
    check_problem(answer, status)
    assert "broken" not in answer.text


@pytest.mark.parametrize(("address", "status"), [("/bestaat-niet/", 404), ("/leden/iemand/", 302)])
def test_pages_stay_pages(client: Client, site_frame: Any, address: str, status: int) -> None:
    answer = client.get(address)
    assert answer.status_code == status
    assert answer.headers["Content-Type"].startswith("text/html")


def test_a_page_for_what_breaks_is_a_page(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pages.models.HomePage.serve", lambda *_args, **_kwargs: 1 / 0)
    answer = client.get("/")
    assert (answer.status_code, "Er ging iets mis" in answer.text) == (500, True)


def test_what_breaks_is_one_line_with_its_traceback(
    client: Client, monkeypatch: pytest.MonkeyPatch, written: io.StringIO
) -> None:
    fail_with(ValueError("broken"), monkeypatch)
    client.get(CASES)
    lines = written.getvalue().splitlines()
    assert [line for line in lines if "django." in line] == [lines[0]]
    assert lines[0].endswith(f"ERROR django.request Internal Server Error: {CASES}")
    assert lines[1] == "Traceback (most recent call last):"
    assert lines[-1] == "ValueError: broken"


@pytest.mark.parametrize(
    "address", ["/api/v2/cases/", "/accounts/password/reset/key/4-cj2a9l-0f1e2d3c/", "/leden/"]
)
def test_what_is_refused_is_one_line(written: io.StringIO, site_frame: Any, address: str) -> None:
    assert Client(enforce_csrf_checks=True).post(address).status_code == 403
    (line,) = written.getvalue().splitlines()
    assert "WARNING django.security.csrf Forbidden (CSRF cookie not set.): /" in line
    assert "0f1e2d3c" not in line


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (PermissionDenied(), "Forbidden (Permission denied): /api/v1/cases"),
        (SuspiciousOperation("odd\nlines"), "odd\\nlines"),
    ],
)
def test_what_is_refused_within_is_one_line(
    client: Client, monkeypatch: pytest.MonkeyPatch, written: io.StringIO, error: Exception, told: str
) -> None:
    fail_with(error, monkeypatch)
    client.get(CASES)
    (line,) = written.getvalue().splitlines()
    assert line.endswith(told)


def test_a_host_that_is_not_ours_is_one_line(client: Client, written: io.StringIO) -> None:
    client.get("/", headers={"host": "kwaad.example"})
    assert len(written.getvalue().splitlines()) == 1
