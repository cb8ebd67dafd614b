"""What a request tells anonymously: does it count, was it asked before, does it come from our own page?"""

import re
from urllib.parse import parse_qs, urlsplit

from django.http import HttpRequest

from querylog.models import normalise

# Programs, and those that preview a link for a person; no user agent at all means a program too.
_PROGRAM = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|preview|headless|monitor|facebookexternalhit|whatsapp|embedly|curl|wget|"
    r"python|java/|go-http|okhttp|axios|libwww|feedfetcher|scan|check|lighthouse",
    re.IGNORECASE,
)
AHEAD = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")  # sent by a browser that prefetches


def is_counted(request: HttpRequest) -> bool:
    """Tell whether the request is of a person who does not object to being counted."""
    headers = request.headers
    if headers.get("DNT") == "1" or headers.get("Sec-GPC") == "1":
        return False
    is_ahead = any(headers.get(name) for name in AHEAD) or getattr(request, "is_preview", False)
    agent = headers.get("User-Agent", "")
    return bool(agent) and not is_ahead and not _PROGRAM.search(agent)


def is_same_question(question: str, request: HttpRequest) -> bool:
    """Tell whether the page before asked the same in the same list: only filter, order or page differ."""
    try:
        before = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer", ""))
        asked = parse_qs(before.query).get("q", [""])[0]
    except ValueError:  # no address, or more than a question has
        return False
    return before.path == request.path and normalise(asked) == normalise(question)


def is_from_here(request: HttpRequest) -> bool:
    """Tell whether a page of this site sends this; browsers set these headers, and no other site can."""
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        return site == "same-origin"
    try:
        return urlsplit(request.headers.get("Origin", "")).netloc == request.get_host()
    except ValueError:
        return False
