"""What browsers are told: nothing from elsewhere, nothing inline, and no cookies that are not needed."""

import re
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from users.models import User

PAGES = """
/ /en/ /praktijkvoorbeelden/ /zoeken/ /zoeken/?q=x /organisaties/ /over/ /api/ /accounts/login/
/accounts/signup/ /bestaat-niet/
""".split()


@pytest.mark.parametrize("address", PAGES)
def test_public_pages_allow_only_what_is_our_own(site_frame: Any, client: Client, address: str) -> None:
    answer = client.get(address)
    policy = dict(part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'self'"
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert not {"script-src", "style-src"} & set(policy)
    assert policy["object-src"] == policy["frame-ancestors"] == "'none'"
    assert policy["base-uri"] == policy["form-action"] == "'self'"


@pytest.mark.parametrize("address", PAGES)
def test_public_pages_need_nothing_that_their_policy_forbids(
    site_frame: Any, client: Client, address: str
) -> None:
    soup = BeautifulSoup(client.get(address).content, "html.parser")
    assert not soup.select("[style], style, iframe, [onclick], [onload]")
    assert all(script.get("src") or script["type"].endswith("json") for script in soup.select("script"))
    fetched = [
        element.get("src") or element.get("href")
        for element in soup.select("script[src], link[rel=stylesheet], img[src]")
    ]
    assert all(address.startswith("/") and not address.startswith("//") for address in fetched)


@pytest.mark.parametrize(
    "address", ["/", "/robots.txt", "/healthz", "/api/v1/openapi.json", "/bestaat-niet/"]
)
def test_every_answer_has_the_other_headers(site_frame: Any, client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert "camera=()" in answer["Permissions-Policy"]
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.parametrize(
    "address", ["/", "/praktijkvoorbeelden/", "/zoeken/?q=x", "/over/", "/organisaties/"]
)
def test_who_only_reads_gets_no_cookies(site_frame: Any, client: Client, address: str) -> None:
    assert not client.get(address).cookies


def test_the_editors_pages_may_run_wagtail_s_scripts_and_frame_its_preview(
    site_frame: Any, client: Client
) -> None:
    user = User.objects.create_superuser("baas@knooppunt.example", approved_at=timezone.now())
    user.groups.set(Group.objects.all())
    client.force_login(user)
    answer = client.get("/cms/")
    policy = answer["Content-Security-Policy"]
    assert re.search(r"script-src 'self' 'unsafe-inline'", policy)
    assert "frame-ancestors 'self'" in policy
    assert "unsafe-eval" not in policy
    assert "frame-ancestors 'none'" not in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"


def test_a_name_that_only_begins_like_the_editors_pages_keeps_the_strict_policy(
    site_frame: Any, client: Client
) -> None:
    for address in ("/cms-iets/", "/en/cms/x/"):
        assert "unsafe" not in client.get(address)["Content-Security-Policy"]
