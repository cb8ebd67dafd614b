"""What machines ask for: robots.txt, security.txt, and whether the site can do its work."""

import datetime
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, connections
from django.db.utils import ConnectionHandler
from django.test import Client
from django.utils import timezone

from core import health


def test_robots_stay_off_pages_for_one_person_and_pages_without_end(site_frame: Any, client: Client) -> None:
    answer = client.get("/robots.txt")
    lines = answer.content.decode().splitlines()
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert {"Disallow: /accounts/", "Disallow: /cms/", "Disallow: /leden/", "Disallow: /zoeken/"} <= set(
        lines
    )
    assert lines[-1] == "Sitemap: http://testserver/sitemap.xml"
    assert answer["Cache-Control"]


def test_english_pages_for_one_person_are_kept_from_robots_too(db: None, client: Client) -> None:
    lines = client.get("/robots.txt").content.decode().splitlines()
    assert {"Disallow: /en/accounts/", "Disallow: /en/leden/", "Disallow: /en/zoeken/"} <= set(lines)


def test_who_finds_a_hole_reads_where_to_tell_it(db: None, client: Client) -> None:
    answer = client.get("/.well-known/security.txt")
    fields = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert re.fullmatch(r"mailto:[a-z]+@knooppunt\.example", fields["Contact"])
    assert fields["Canonical"] == "http://testserver/.well-known/security.txt"
    left = datetime.datetime.fromisoformat(fields["Expires"]) - timezone.now()
    assert datetime.timedelta(days=30) < left < datetime.timedelta(days=365)  # RFC 9116: less than a year


def test_the_sitemap_names_the_public_pages_of_every_language(site_frame: Any, client: Client) -> None:
    text = client.get("/sitemap.xml").content.decode()
    for address in ("/", "/en/", "/praktijkvoorbeelden/", "/over/", "/en/privacy/"):
        assert f"<loc>http://localhost:8000{address}</loc>" in text
    assert "/leden/" not in text
    site_frame.get_children().get(slug="over").view_restrictions.create(restriction_type="login")
    site_frame.get_children().get(slug="contact").unpublish()
    text = client.get("/sitemap.xml").content.decode()
    assert ":8000/over/" not in text
    assert ":8000/contact/" not in text


def test_a_process_that_can_answer_is_alive(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"process": "ok"})
    assert "no-store" in answer["Cache-Control"]


def test_a_site_with_database_and_search_is_ready(db: None, client: Client) -> None:
    answer = client.get("/readyz")
    keys = {"database", "search", "search_answers", "semantic"}
    assert (answer.status_code, set(answer.json())) == (200, keys)
    assert "no-store" in answer["Cache-Control"]


def test_what_is_not_vital_is_told_and_changes_no_status(
    db: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(health._checks, "extra", lambda: "34%")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["extra"]) == (200, "34%")


def test_a_site_without_its_database_is_alive_but_not_ready(db: None, client: Client) -> None:
    def refuse(*args: Any) -> None:
        raise DatabaseError("gone")

    with connection.execute_wrapper(refuse):
        alive, ready = client.get("/healthz"), client.get("/readyz")
    assert alive.status_code == 200
    assert ready.status_code == 503
    assert ready.json()["database"] == "unavailable"


@pytest.fixture
def unreachable(db: None, tmp_path: Path) -> Iterator[None]:
    """Put a database in the place of the site's of which the folder is gone: it cannot even be opened."""
    away = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": tmp_path / "weg" / "db.sqlite3",
        "ATOMIC_REQUESTS": True,
    }
    real = connections["default"]
    connections["default"] = ConnectionHandler({"default": away})["default"]
    yield
    connections["default"] = real


def test_a_database_that_cannot_be_reached_is_told_within_the_answer(
    unreachable: None, client: Client
) -> None:
    alive, ready = client.get("/healthz"), client.get("/readyz")
    assert (alive.status_code, ready.status_code) == (200, 503)
    assert ready.json()["database"] == "unavailable"


def test_every_check_of_the_project_is_silent(db: None) -> None:
    call_command("check", fail_level="WARNING")


@pytest.mark.parametrize("address", ["/robots.txt", "/.well-known/security.txt", "/healthz"])
def test_machines_get_no_cookies(client: Client, address: str) -> None:
    assert not client.get(address).cookies
