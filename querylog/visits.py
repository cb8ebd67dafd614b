"""What a request tells without telling who: does it count, is it a question asked before, does it come from our own page?"""

import re
from urllib.parse import parse_qs, urlsplit

from django.core.cache import caches
from django.http import HttpRequest
from ninja.throttling import SimpleRateThrottle

from querylog.models import normalise

# Who is no person, or looks at a link for one; whoever names no browser at all is a program too.
_PROGRAM = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|preview|headless|monitor|facebookexternalhit|whatsapp|embedly|curl|wget|python|java/|"
    r"go-http|okhttp|axios|libwww|feedfetcher|scan|check|lighthouse",
    re.IGNORECASE,
)
AHEAD = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")  # a browser that fetches before anybody asked


class AddressThrottle(SimpleRateThrottle):
    """Counts requests per address in the memory of each process: no address is written anywhere."""

    cache = caches["counters"]

    def __init__(self, scope: str, rate: str) -> None:
        """Begin with what is counted, and how often it may be."""
        self.scope = scope
        super().__init__(rate)

    def get_cache_key(self, request: HttpRequest) -> str:
        """Return the name of the counter of this address."""
        return f"{self.scope}-{self.get_ident(request)}"


def is_counted(request: HttpRequest) -> bool:
    """Tell whether a person asks who does not object to being counted."""
    headers = request.headers
    if headers.get("DNT") == "1" or headers.get("Sec-GPC") == "1":
        return False
    is_ahead = any(headers.get(name) for name in AHEAD) or getattr(request, "is_preview", False)
    agent = headers.get("User-Agent", "")
    return bool(agent) and not is_ahead and not _PROGRAM.search(agent)


def is_same_question(question: str, request: HttpRequest) -> bool:
    """Tell whether the page that this request comes from asked the same in the same list: only filter, order or page differ."""
    try:
        before = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer", ""))
        asked = parse_qs(before.query).get("q", [""])[0]
    except ValueError:  # no address, or more than a question has
        return False
    return before.path == request.path and normalise(asked) == normalise(question)


def is_from_here(request: HttpRequest) -> bool:
    """Tell whether a page of this site sends this; browsers say so, and a page elsewhere cannot make them say it."""
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        return site == "same-origin"
    try:
        return urlsplit(request.headers.get("Origin", "")).netloc == request.get_host()
    except ValueError:
        return False
