"""Request an address over HTTP without a proxy, which cannot reach this machine."""

import base64
import time
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from urllib.parse import unquote, urlsplit

OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def ask(url: str) -> bytes | None:
    """Return the body of a 200 response, else None; a user and password in the address are used."""
    parts = urlsplit(url)
    request = urllib.request.Request(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}")
    if parts.username:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        request.add_header("Authorization", "Basic " + base64.b64encode(pair.encode()).decode())
    try:
        with OPENER.open(request, timeout=5) as answer:  # seconds; who waits asks again
            return bytes(answer.read())
    except (OSError, ValueError, HTTPException):
        return None


def wait(
    condition: Callable[[], bool], seconds: float, *, meanwhile: Callable[[], object] = lambda: None
) -> bool:
    """Wait until a condition holds, and call `meanwhile` in between; tell whether it held in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        meanwhile()
        time.sleep(0.3)
    return True
