"""Adoptions in the answers of the API, as everybody may read them."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from api.links import organisation_link
from reuse.choices import Standing
from reuse.lists import Row


def describe_adoptions(request: HttpRequest, rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Return rows as the API gives them; words that wait or are hidden are left out."""
    return [_describe(request, row) for row in rows]


def _describe(request: HttpRequest, row: Row) -> dict[str, Any]:
    """Return one row."""
    said, words = row.adoption, row.words
    confirmed_at = said.confirmed_at if said.is_said else None
    page = said.page
    return {
        "case": {
            "slug": page.slug,
            "name": page.title,
            "url": f"{settings.WAGTAILADMIN_BASE_URL}{page.url}",
        },
        "organisation": organisation_link(request, row.organisation.slug, row.organisation.name),
        "identifier": row.organisation.uri,
        "status": said.status,
        "since": said.since,
        "scope": words["scope"],
        "changed": words["changed"],
        "results": words["effects"] or [],
        "partners": words["partners"],
        "stop_reason": said.stop_reason,
        "stop_words": words["stop_words"],
        "started_from": row.origin.slug if row.origin else "",
        "on_behalf_of": [organisation_link(request, body.slug, body.name) for body in row.on_behalf_of],
        "proof": words["proof"],
        "confirmed": timezone.localdate(confirmed_at) if confirmed_at else None,
        "is_recent": said.standing == Standing.CONFIRMED,
        "source": said.source,
        "demonstration": said.is_demo,
    }
