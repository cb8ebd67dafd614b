"""Ask an address over HTTP, straight: a proxy for the world outside knows nothing of this machine."""

import base64
import time
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from urllib.parse import unquote, urlsplit

OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def ask(url: str) -> bytes | None:
    """Return what an address answers with 200, a user and password in it are used; None for anything else."""
    parts = urlsplit(url)
    request = urllib.request.Request(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}")
    if parts.username:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        request.add_header("Authorization", "Basic " + base64.b64encode(pair.encode()).decode())
    try:
        with OPENER.open(request, timeout=5) as answer:
            return bytes(answer.read())
    except (OSError, ValueError, HTTPException):
        return None


def wait(
    condition: Callable[[], bool], seconds: float, *, meanwhile: Callable[[], object] = lambda: None
) -> bool:
    """Wait until a condition holds, doing something `meanwhile`; tell whether it came to hold in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        meanwhile()
        time.sleep(0.3)
    return True
