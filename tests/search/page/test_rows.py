"""Hits and facets are HTML with every value escaped, and each kind shows what it has."""

import re
from dataclasses import fields, replace
from typing import Any

import pytest
from django.utils.safestring import SafeString
from django.utils.translation import override

from search.page.presentation import _build_facet
from search.query.parameters import SearchParameters
from search.query.results import Bucket, FacetResult, Hit
from search.templatetags.search_tags import facet_fields, hit_rows, maybe_rows

HOSTILE = "\"'><script>{x}</script>&"
CASE = (1, "case", "Praktijkvoorbeeld", "a", "/a/", "Asfalt")


@pytest.mark.parametrize("kind", ["case", "page", "organisation", "member"])
def test_nothing_that_somebody_wrote_becomes_markup(kind: str) -> None:
    texts: dict[str, Any] = {field.name: HOSTILE for field in fields(Hit) if field.type is str}
    lists: dict[str, Any] = dict.fromkeys(("organisations", "where", "highlights"), (HOSTILE, HOSTILE))
    hit = Hit(pk=1, reuse=2, cases=3, is_pinned=True, **(texts | lists | {"type": kind}))
    row = hit_rows([hit])
    assert "<script" not in row
    assert "\"'" not in row
    assert "&amp;lt;" not in row


def test_what_the_engine_marked_stays_marked() -> None:
    hit = Hit(
        *CASE,
        title_html=SafeString("<mark>Asfalt</mark>"),
        anchor="aanpak",
    )
    row = hit_rows([hit])
    assert isinstance(row, SafeString)
    assert '<a class="nl-link" href="/a/"><mark>Asfalt</mark></a>' in row
    assert 'class="excerpt"' not in row


def test_the_title_leads_to_the_page_and_where_it_was_found_to_the_section() -> None:
    hit = Hit(*CASE, where=("Aanpak", "Resultaat"), anchor="aanpak")
    with override("nl"):
        row = hit_rows([hit])
        without_section = hit_rows([replace(hit, anchor="")])
    assert re.findall(r'<a class="nl-link" href="([^"]*)">([^<]*)', row) == [
        ("/a/", "Asfalt"),
        ("/a/#aanpak", "Gevonden in: Aanpak, Resultaat"),
    ]
    assert '<span class="where">Gevonden in: Aanpak, Resultaat</span>' in without_section


@pytest.mark.parametrize("kind", ["case", "member"])
def test_nothing_of_what_may_be_meant_becomes_markup(kind: str) -> None:
    texts: dict[str, Any] = {field.name: HOSTILE for field in fields(Hit) if field.type is str}
    hit = Hit(pk=1, organisations=(HOSTILE, HOSTILE), **(texts | {"type": kind}))
    row = maybe_rows([hit])
    assert "<script" not in row
    assert "\"'" not in row
    assert "&amp;lt;" not in row


def test_a_row_of_what_may_be_meant_is_light_and_says_why_it_is_there() -> None:
    hit = Hit(
        *(*CASE[:5], "Smart asphalt"),
        language="en",
        organisations=("Breda", "Goes"),
        place="Landelijk",
        highlights=("een <mark>weg</mark>",),
        anchor="aanpak",
        reason="Over weg, niet over zout",
    )
    with override("nl"):
        row = maybe_rows([hit])
    assert '<h3 class="nl-heading nl-heading--level-4" lang="en">' in row
    assert '<a class="nl-link" href="/a/">Smart asphalt</a>' in row
    for text in ("Praktijkvoorbeeld", "Breda, Goes", "Over weg, niet over zout"):
        assert f"<span>{text}</span>" in row
    assert "Landelijk" not in row
    assert "mark" not in row


def test_of_a_member_who_may_be_meant_a_row_tells_her_role() -> None:
    hit = Hit(*(1, "member", "Lid", "a", "/a/", "Noor"), role="data-analist", organisation="Breda")
    for one, facts in ((hit, ["data-analist", "Breda"]), (replace(hit, role=""), ["Breda"])):
        told = re.findall("<span>(.*?)</span>", maybe_rows([one]))
        assert [fact for fact in told if fact] == ["Lid", *facts]


def test_on_a_list_of_one_kind_a_row_of_what_may_be_meant_does_not_name_it() -> None:
    hit = Hit(*(1, "member", "Lid", "a", "/a/", "Noor"), role="data-analist")
    assert "<span>Lid</span>" in maybe_rows([hit])
    row = maybe_rows([hit], "member")
    assert "Lid" not in row
    assert "<p><span>data-analist</span>" in row


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
    for text in (
        "Breda, Goes",
        "in het Engels",
        "Landelijk",
        "In gebruik bij 1 organisatie",
        "Gevonden in: Aanpak",
    ):
        assert f">{text}</span>" in row
    with override("en"):
        assert "Found in: Aanpak" in hit_rows([hit])


def fields_of(*, path: str = "/zoeken/", parameters: SearchParameters | None = None, **changes: Any) -> str:
    facet = {
        "name": "theme",
        "parameter": "thema",
        "label": "Thema",
        "buckets": (),
        "has_more": False,
        **changes,
    }
    with override("nl"):
        return facet_fields([_build_facet(FacetResult(**facet), 5, parameters or SearchParameters(), path)])


def test_a_choice_is_escaped_and_says_how_many_hits_it_leaves() -> None:
    html = fields_of(
        buckets=[Bucket(HOSTILE, HOSTILE, 0, selected=True), Bucket("water", "Water", 1, selected=False)]
    )
    assert "<script" not in html
    assert 'class="check check--none"' in html
    assert html.count(" checked>") == 1
    assert '<span>Water</span><span class="n">1<span class="vh"> resultaat</span></span>' in html


def test_everything_else_of_a_facet_is_escaped_too() -> None:
    sought = SearchParameters(query=HOSTILE, sought={"theme": HOSTILE})
    html = fields_of(
        path=f"/{HOSTILE}", parameters=sought, label=HOSTILE, sought=HOSTILE, has_more=True, is_expanded=True
    )
    assert "<script" not in html
    assert "\"'" not in html
    assert "&amp;lt;" not in html


def test_a_short_facet_has_nothing_to_search_or_to_unfold() -> None:
    html = fields_of(buckets=[Bucket("water", "Water", 1, selected=False)])
    assert 'type="search"' not in html
    assert "facet__more" not in html
    assert '<details class="facet" id="facet-thema"><summary>Thema</summary>' in html


def test_a_long_facet_can_be_searched_and_unfolded_and_folded_again() -> None:
    html = fields_of(has_more=True)
    assert 'name="zoek_thema"' in html
    assert 'href="/zoeken/?meer=thema#facet-thema"' in html
    assert "Toon meer<" in html
    assert 'name="meer"' not in html
    html = fields_of(has_more=True, is_expanded=True, parameters=SearchParameters(expanded=("theme",)))
    assert '<input type="hidden" name="meer" value="thema">' in html
    assert 'href="/zoeken/#facet-thema"' in html
    assert "Toon minder<" in html
    assert "Er is meer. Zoek in deze lijst om het te vinden." in html
    assert '<details class="facet" id="facet-thema" open>' in html


@pytest.mark.parametrize(
    ("matches", "text"), [(0, "Geen keuze gevonden"), (1, "1 keuze gevonden"), (2, "2 keuzes gevonden")]
)
def test_who_looks_in_a_facet_is_told_how_many_values_are_like_it(matches: int, text: str) -> None:
    html = fields_of(sought="wat", matches=matches)
    assert f'<p class="facet__found">{text}</p>' in html
    assert 'value="wat"' in html
