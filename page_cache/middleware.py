"""The page cache: pages for visitors who are not logged in, as they were sent, until anything changes.

Each process has its own, in memory. Nobody works out which pages a change touches: every change invalidates
all of them. A change that sends no signal, such as SQL by hand, is seen after `LONGEST` seconds. Decision
0013 says why.
"""

import hashlib
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from http import HTTPStatus
from threading import Lock
from typing import Any
from urllib.parse import urlencode

from cachetools import TTLCache
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control
from wagtail.models import Site

from page_cache.changes import current_version, site_changed

LONGEST = 300  # seconds; bounds how long a change that sends no signal stays unseen
# Seconds after a change in which no page is cached: the engine shows a change a second after it received it.
REST_AFTER_CHANGE = 2.0
HARMLESS_COOKIES = {"csrftoken"}  # a page that uses it sets it, and is not cached
PARTIAL = ("HX-Target", "HX-History-Restore-Request")  # headers that say which part of a page htmx asks for
# Django says that pages vary by it; the language of cached pages follows from the address alone.
LANGUAGE = "accept-language"
ALLOWED_VARY = {"cookie", "accept-encoding", LANGUAGE, "hx-request", *(name.lower() for name in PARTIAL)}
BESIDE_BODY = 4096  # bytes that headers, key and bookkeeping of a page take, at most
CachedPage = tuple[int, bytes, dict[str, str]]  # version of the site, body, headers
# Query parameters that a cached page may depend on; each room registers those that it reads.
PARAMETERS: set[str] = set()


def make_store(size: int) -> TTLCache:
    """Return a store for `size` bytes of pages; the least recently used leave first."""
    return TTLCache(size, LONGEST, timer=time.monotonic, getsizeof=_size)


def _size(cached: CachedPage) -> int:
    """Return how many bytes a cached page takes, at most."""
    return len(cached[1]) + BESIDE_BODY


STORE = make_store(settings.PAGE_CACHE_BYTES)
STORE_LOCK = Lock()  # on a server with threads several may use the store at once


class PageCacheMiddleware:
    """Serve cached pages to visitors who are not logged in; mark pages of members as private."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next layer, and begin without a version of the site."""
        self.get_response = get_response
        self.version: int | None = None
        self.seen_at = 0.0
        self.sites: dict[str, Site] = {}  # by host, of this version

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        if not is_for_anybody(request):
            return make_private(self.get_response(request))
        # Taken out, or the layers below could answer 304, which is no page to cache.
        known = request.META.pop("HTTP_IF_NONE_MATCH", "")
        response = self._find_or_make(request)
        request.META["HTTP_IF_NONE_MATCH"] = known
        if response.status_code != HTTPStatus.OK or not response.has_header("ETag"):
            return response
        return get_conditional_response(request, etag=response["ETag"], response=response) or response

    def _find_or_make(self, request: HttpRequest) -> Any:
        """Return the cached page, or a new one."""
        version, key = current_version(), build_key(request)
        cached = find(key)
        if cached and cached[0] == version:
            return HttpResponse(cached[1], headers=cached[2])
        if version != self.version:
            self.version, self.seen_at, self.sites = version, time.monotonic(), {}
            site_changed.send(type(self))  # before the page is made: it must not be made of old rows
        response = self._make(request)
        if is_cacheable(response):
            patch_cache_control(response, no_cache=True)
            forget_language(response)
            has_rested = time.monotonic() - self.seen_at >= REST_AFTER_CHANGE
            if request.method == "GET" and version is not None and has_rested:
                store(key, (version, response.content, dict(response.items())))
        return response

    def _make(self, request: Any) -> HttpResponse:
        """Return a new page, and remember Wagtail's site of this host: that saves the next page a query."""
        sites, host = self.sites, request.get_host()
        if host in sites:
            request._wagtail_site = sites[host]  # noqa: SLF001  where `Site.find_for_request` stores it
        response = self.get_response(request)
        if getattr(request, "_wagtail_site", None):
            sites[host] = request._wagtail_site  # noqa: SLF001
        return response


def is_for_anybody(request: HttpRequest) -> bool:
    """Tell whether the answer may be a page that is the same for everybody.

    An answer to a query (`q`) is not: queries are counted.
    """
    is_page = request.method in ("GET", "HEAD") and request.path.endswith("/")
    return is_page and request.COOKIES.keys() <= HARMLESS_COOKIES and not request.GET.get("q")


def make_private(response: HttpResponse) -> HttpResponse:
    """Tell browsers and caches not to store a page that may be of one person."""
    if is_page(response) and not response.has_header("Cache-Control"):
        patch_cache_control(response, private=True, no_store=True)
    return response


def is_page(response: Any) -> bool:
    """Tell whether this is a page, not an image or data."""
    return not response.streaming and response.get("Content-Type", "").startswith("text/html")


def is_cacheable(response: Any) -> bool:
    """Tell whether an answer is a page for anybody.

    It sets no cookie, has no `Cache-Control` of its own, and varies only by headers that are in the key.
    """
    vary = {name.strip().lower() for name in response.get("Vary", "").split(",") if name.strip()}
    is_silent = not (response.cookies or response.has_header("Cache-Control"))
    return response.status_code == HTTPStatus.OK and is_page(response) and is_silent and vary <= ALLOWED_VARY


def forget_language(response: HttpResponse) -> None:
    """Take the language out of `Vary`: a cached page is the same for readers of all languages."""
    names = [name.strip() for name in response.get("Vary", "").split(",")]
    response["Vary"] = ", ".join(name for name in names if name.lower() != LANGUAGE)


def build_key(request: HttpRequest) -> str:
    """Return the key of a page: a digest of its address and of what else in the request it may depend on.

    Only query parameters that a room registered count, each with its values in their order: otherwise anybody
    could fill the store with copies.
    """
    read = sorted((name, values) for name, values in request.GET.lists() if name in PARAMETERS)
    asked = [(name, value) for name, values in read for value in values if value]
    takes_gzip = "gzip" in request.headers.get("Accept-Encoding", "")
    is_partial = request.headers.get("HX-Request") == "true"
    part = [request.headers.get(name, "") for name in PARTIAL] if is_partial else []
    address = [request.scheme or "", request.get_host(), request.path, urlencode(asked)]
    parts = [*address, str(takes_gzip), str(is_partial), *part]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()


def register_parameters(names: Iterable[str]) -> None:
    """Let cached pages depend on these query parameters."""
    PARAMETERS.update(names)


def find(key: str) -> CachedPage | None:
    """Return a cached page, or None."""
    with STORE_LOCK:
        return STORE.get(key)


def store(key: str, cached: CachedPage) -> None:
    """Cache a page, unless it is larger than the whole store."""
    with STORE_LOCK, suppress(ValueError):
        STORE[key] = cached
