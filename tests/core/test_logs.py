"""The log holds no key that lets somebody in."""

import io
import logging
import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from core.logs import LineFormatter, mask

KEY = "4-cj2a9l-0f1e2d3c4b5a69788796a5b4c3d2e1f0"
SECRET_PARTS = {"key", "token", "uidb36", "uidb64", "signature", "secret"}
RESET = f"/accounts/password/reset/key/{KEY}/"
CONFIRM = "/en/accounts/confirm-email/MTA:1wUq3K:h8Jx-2_aZ/"


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """Return what the site writes in its log."""
    console = next(
        handler for handler in logging.getLogger().handlers if isinstance(handler.formatter, LineFormatter)
    )
    monkeypatch.setattr(console, "stream", io.StringIO())
    return console.stream


def routes(resolver: URLResolver, before: str = "/") -> Iterator[str]:
    """Yield every route as it is written down."""
    for entry in resolver.url_patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield route
        else:
            yield from routes(entry, route)


def test_every_address_with_a_key_is_written_without_it() -> None:
    name = rf"<(?:\w+:)?(?:{'|'.join(SECRET_PARTS)})>"
    part = re.compile(rf"\(\?P{name}[^()]*\)|{name}")
    secret = [route.replace("^", "") for route in routes(get_resolver()) if part.search(route)]
    assert len(secret) >= 3
    for route in secret:
        assert "4f1e2d" not in mask(part.sub("4f1e2d", route)), f"core.logs.KEYS does not know {route}"


@pytest.mark.parametrize("address", [RESET, CONFIRM, f"/cms/password_reset/confirm/MQ/{KEY}/"])
@pytest.mark.parametrize(
    "line", ["{}", "Not Found: {}", "Forbidden (CSRF cookie not set.): {}", "GET {} 302 0 12ms"]
)
def test_a_key_is_left_out_of_a_line(address: str, line: str) -> None:
    masked = mask(line.format(address))
    assert KEY not in masked
    assert "h8Jx" not in masked
    assert "***" in masked


@pytest.mark.parametrize(
    "line", ["GET /zoeken/ 200", "Not Found: /accounts/password/reset/", "/accounts/confirm-email/ 200"]
)
def test_a_line_without_a_key_stays_as_it_is(line: str) -> None:
    assert mask(line) == line


@pytest.mark.parametrize("address", [RESET, CONFIRM])
def test_a_form_that_is_refused_does_not_tell_its_key(db: None, written: io.StringIO, address: str) -> None:
    assert Client(enforce_csrf_checks=True).post(address).status_code == 403
    assert "Forbidden (CSRF" in written.getvalue()
    assert "***" in written.getvalue()
    assert address not in written.getvalue()


def test_an_address_that_is_not_there_does_not_tell_its_key(db: None, written: io.StringIO) -> None:
    assert Client().post(CONFIRM).status_code == 404
    assert "Not Found: /en/accounts/confirm-email/***" in written.getvalue()


def test_a_traceback_is_kept_without_the_key(written: io.StringIO) -> None:
    try:
        raise ValueError(RESET)
    except ValueError:
        logging.getLogger("django.request").exception("Internal Server Error: %s", RESET)
    assert "Traceback" in written.getvalue()
    assert written.getvalue().count("/accounts/password/reset/key/***") == 2
    assert KEY not in written.getvalue()


def test_an_address_cannot_write_a_line_of_its_own(written: io.StringIO) -> None:
    logging.getLogger("knooppunt").warning("asked for %s", "/a\r\n2026-06-17 ERROR knooppunt made up")
    assert len(written.getvalue().splitlines()) == 1


def test_whoever_writes_a_line_leaves_keys_out() -> None:
    names = [
        name for name in logging.root.manager.loggerDict if name.split(".")[0] in {"django", "knooppunt"}
    ]
    assert len(names) > 5
    handlers = {handler for name in [None, *names] for handler in logging.getLogger(name).handlers}
    writing = {handler for handler in handlers if not type(handler).__module__.startswith("_pytest")}
    assert writing
    assert all(isinstance(handler.formatter, LineFormatter) for handler in writing), writing
