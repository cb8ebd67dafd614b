"""Hits and choices are put together without templates: every value is escaped, and each kind shows what it has."""

from dataclasses import fields
from typing import Any

import pytest
from django.utils.safestring import SafeString
from django.utils.translation import override

from search.results import Bucket, Hit
from search.templatetags.search_tags import facet_choices, hit_rows

HOSTILE = "\"'><script>{x}</script>&"


@pytest.mark.parametrize("kind", ["case", "page", "organisation", "member"])
def test_nothing_that_somebody_wrote_becomes_markup(kind: str) -> None:
    texts: dict[str, Any] = {field.name: HOSTILE for field in fields(Hit) if field.type is str}
    lists: dict[str, Any] = dict.fromkeys(("organisations", "where", "highlights"), (HOSTILE, HOSTILE))
    hit = Hit(pk=1, reuse=2, cases=3, is_pinned=True, is_by_meaning=True, **(texts | lists | {"type": kind}))
    row = hit_rows([hit])
    assert "<script" not in row
    assert "\"'" not in row
    assert "&amp;lt;" not in row


def test_what_the_engine_marked_stays_marked() -> None:
    hit = Hit(
        1, "case", "Praktijkvoorbeeld", "a", "/a/", "Asfalt", title_html=SafeString("<mark>Asfalt</mark>"), anchor="aanpak"
    )
    row = hit_rows([hit])
    assert '<a class="nl-link" href="/a/#aanpak"><mark>Asfalt</mark></a>' in row
    assert 'class="excerpt"' not in row


def test_a_row_tells_what_is_known_and_why_it_is_there() -> None:
    hit = Hit(
        *(1, "case", "Praktijkvoorbeeld", "a", "/a/", "Smart asphalt"),
        language="en",
        organisations=("Breda", "Goes"),
        place="Landelijk",
        reuse=1,
        where=("Aanpak",),
    )
    with override("nl"):
        row = hit_rows([hit])
    assert ' lang="en"' in row
    for text in ("Breda, Goes", "in het Engels", "Landelijk", "Overgenomen door 1 organisatie", "Gevonden in: Aanpak"):
        assert f">{text}</span>" in row
    with override("en"):
        assert "Found in: Aanpak" in hit_rows([hit])


def test_a_choice_is_escaped_and_says_how_many_hits_it_leaves() -> None:
    with override("nl"):
        html = facet_choices("thema", [Bucket(HOSTILE, HOSTILE, 0, selected=True), Bucket("water", "Water", 1, selected=False)])
    assert "<script" not in html
    assert 'class="check check--none"' in html
    assert html.count(" checked>") == 1
    assert '<span>Water</span><span class="n">1<span class="vh"> resultaat</span></span>' in html
