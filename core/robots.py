"""The files that machines look for: `robots.txt` and `security.txt` (RFC 9116)."""

import datetime

from django.db.transaction import non_atomic_requests
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control

ROBOTS = """User-agent: *
Disallow: /accounts/
Disallow: /cms/
Disallow: /leden/
Disallow: /zoeken/
Disallow: /en/accounts/
Disallow: /en/leden/
Disallow: /en/zoeken/
Sitemap: {sitemap}
"""

SECURITY = """Contact: mailto:beveiliging@knooppunt.example
Expires: {expires}
Preferred-Languages: nl, en
Canonical: {canonical}
"""


@non_atomic_requests
@cache_control(public=True, max_age=86400)
def robots_txt(request: HttpRequest) -> HttpResponse:
    """Keep crawlers off pages that are personal or endless."""
    text = ROBOTS.format(sitemap=request.build_absolute_uri(reverse("sitemap")))
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@non_atomic_requests
@cache_control(public=True, max_age=86400)
def security_txt(request: HttpRequest) -> HttpResponse:
    """Say where to report a vulnerability; the text is valid for half a year from now."""
    expires = (timezone.now() + datetime.timedelta(days=180)).strftime("%Y-%m-%dT00:00:00Z")
    text = SECURITY.format(expires=expires, canonical=request.build_absolute_uri(reverse("security_txt")))
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
