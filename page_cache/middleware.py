"""Pages for who is not logged in are kept as they were sent, in the memory of each process, until anything changes.

Nobody works out which pages a change touches: every change makes all of them old. What nobody tells of, such as SQL by hand,
is seen after `LONGEST` seconds.
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

LONGEST = 300  # seconds
# The engine shows a change a second after it got it; a page that was made before that is not kept.
REST_AFTER_CHANGE = 2.0
HARMLESS_COOKIES = {"csrftoken"}  # a page that uses it sets it, and is not kept
PARTIAL = ("HX-Target", "HX-History-Restore-Request")  # headers that say which part of a page htmx asks for
LANGUAGE = "accept-language"  # Django says that pages vary by it; of those that are kept the address alone tells the language
ALLOWED_VARY = {"cookie", "accept-encoding", LANGUAGE, "hx-request", *(name.lower() for name in PARTIAL)}
BESIDE_BODY = 4096  # bytes that headers, key and bookkeeping of a page take, at most
Kept = tuple[int, bytes, dict[str, str]]  # version of the site, body, headers
# Names in an address that a page for strangers may depend on; a room registers those that it reads.
PARAMETERS: set[str] = set()


def make_store(size: int) -> TTLCache:
    """Return a place for so many bytes of pages, of which those that nobody asked for longest leave first."""
    return TTLCache(size, LONGEST, timer=time.monotonic, getsizeof=lambda kept: len(kept[1]) + BESIDE_BODY)


STORE = make_store(settings.PAGE_CACHE_BYTES)
STORE_LOCK = Lock()  # a server with threads may have them in here together


class PageCacheMiddleware:
    """Give a page that was kept, or keep the one that is made; every page that somebody is logged in for stays with her."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next layer, and begin without pages."""
        self.get_response = get_response
        self.version: int | None = None
        self.seen_at = 0.0
        self.sites: dict[str, Site] = {}  # by host, of this version

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        if not is_for_anybody(request):
            return keep_to_herself(self.get_response(request))
        known = request.META.pop(
            "HTTP_IF_NONE_MATCH", ""
        )  # or the answer could be that nothing changed, which is no page
        response = self._find_or_make(request)
        request.META["HTTP_IF_NONE_MATCH"] = known
        if response.status_code != HTTPStatus.OK or not response.has_header("ETag"):
            return response
        return get_conditional_response(request, etag=response["ETag"], response=response) or response

    def _find_or_make(self, request: HttpRequest) -> Any:
        """Return the page that was kept, or a new one."""
        version, key = current_version(), build_key(request)
        kept = find(key)
        if kept and kept[0] == version:
            return HttpResponse(kept[1], headers=kept[2])
        if version != self.version:
            self.version, self.seen_at, self.sites = version, time.monotonic(), {}
            site_changed.send(type(self))
        response = self._make(request)
        if may_be_kept(response):
            patch_cache_control(response, no_cache=True)
            forget_language(response)
            if (
                request.method == "GET"
                and version is not None
                and time.monotonic() - self.seen_at >= REST_AFTER_CHANGE
            ):
                keep(key, (version, response.content, dict(response.items())))
        return response

    def _make(self, request: Any) -> HttpResponse:
        """Return a new page; Wagtail need not look again for the site with this host, which it keeps with the request."""
        sites, host = self.sites, request.get_host()
        if host in sites:
            request._wagtail_site = sites[host]  # noqa: SLF001  where `Site.find_for_request` keeps it
        response = self.get_response(request)
        if getattr(request, "_wagtail_site", None):
            sites[host] = request._wagtail_site  # noqa: SLF001
        return response


def is_for_anybody(request: HttpRequest) -> bool:
    """Tell whether the answer may be a page that is the same for everybody; that to a question is not, for it is counted."""
    is_page = request.method in ("GET", "HEAD") and request.path.endswith("/")
    return is_page and request.COOKIES.keys() <= HARMLESS_COOKIES and not request.GET.get("q")


def keep_to_herself(response: HttpResponse) -> HttpResponse:
    """Ask browser and caches to keep no page that may be of one person."""
    if is_page(response) and not response.has_header("Cache-Control"):
        patch_cache_control(response, private=True, no_store=True)
    return response


def is_page(response: Any) -> bool:
    """Tell whether this is a page, not a picture or data."""
    return not response.streaming and response.get("Content-Type", "").startswith("text/html")


def may_be_kept(response: Any) -> bool:
    """Tell whether an answer is a page for anybody: it sets no cookie, says nothing of keeping, and varies by what is known."""
    vary = {name.strip().lower() for name in response.get("Vary", "").split(",") if name.strip()}
    is_silent = not (response.cookies or response.has_header("Cache-Control"))
    return response.status_code == HTTPStatus.OK and is_page(response) and is_silent and vary <= ALLOWED_VARY


def forget_language(response: HttpResponse) -> None:
    """Tell caches that a page is the same for all who read other languages."""
    names = [name.strip() for name in response.get("Vary", "").split(",")]
    response["Vary"] = ", ".join(name for name in names if name.lower() != LANGUAGE)


def build_key(request: HttpRequest) -> str:
    """Return the name of a page: its address, and what else of the request it may depend on.

    Of the question mark on only the names that a room registered count, each with its values in their order: else everybody
    could fill the store with copies.
    """
    read = sorted((name, values) for name, values in request.GET.lists() if name in PARAMETERS)
    asked = [(name, value) for name, values in read for value in values if value]
    takes_gzip = "gzip" in request.headers.get("Accept-Encoding", "")
    is_partial = request.headers.get("HX-Request") == "true"
    part = [request.headers.get(name, "") for name in PARTIAL] if is_partial else []
    parts = [
        request.scheme or "",
        request.get_host(),
        request.path,
        urlencode(asked),
        str(takes_gzip),
        str(is_partial),
        *part,
    ]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()


def register_parameters(names: Iterable[str]) -> None:
    """Let pages for strangers depend on these names in an address."""
    PARAMETERS.update(names)


def find(key: str) -> Kept | None:
    """Return a page that was kept."""
    with STORE_LOCK:
        return STORE.get(key)


def keep(key: str, kept: Kept) -> None:
    """Keep a page, unless it is larger than all that may be kept."""
    with STORE_LOCK, suppress(ValueError):
        STORE[key] = kept
