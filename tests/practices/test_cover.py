"""The drawing of a case: the same every time, well-formed, small, and made of nothing that an editor writes."""

import re
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from practices.cards import cover_url
from practices.cover import HUES, CoverData, build_drawing, build_motif, build_standalone, cover_data

NAMES = st.lists(st.text(max_size=20), max_size=40).map(tuple)
DATA = st.builds(
    CoverData, slug=st.text(max_size=30), organisations=NAMES, themes=NAMES, techniques=NAMES, adopters=NAMES
)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(DATA)
def test_every_drawing_is_well_formed_small_and_the_same_again(data: CoverData) -> None:
    drawing = build_standalone(data)
    assert ElementTree.fromstring(drawing).tag == "{http://www.w3.org/2000/svg}svg"  # noqa: S314  our own text
    assert len(build_drawing(data)) <= 4096
    assert build_standalone(data) == drawing
    assert re.fullmatch(r"[0-9a-f]{8}", data.digest)


def test_another_case_another_theme_and_another_organisation_give_another_drawing() -> None:
    plain = CoverData("slim-asfalt")
    others = [
        CoverData("anders"),
        CoverData("slim-asfalt", themes=("landbouw",)),
        CoverData("slim-asfalt", organisations=("breda",)),
        CoverData("slim-asfalt", techniques=("model",)),
        CoverData("slim-asfalt", adopters=("breda",)),
    ]
    assert len({build_drawing(data) for data in [plain, *others]}) == 6
    assert len({data.digest for data in [plain, *others]}) == 6


def test_the_drawing_counts_organisations_and_adopters() -> None:
    drawing = build_drawing(CoverData("x", organisations=("a", "b", "c"), adopters=("d", "e")))
    groups = dict(re.findall(r'<g class="(\w)">(.*?)</g>', drawing))
    assert {name: group.count("<circle") for name, group in groups.items()} == {"o": 3, "a": 2, "h": 1}


@pytest.mark.parametrize("theme", [*HUES, "een-nieuw-thema"])
def test_every_theme_has_a_hue_and_a_new_one_gets_that_of_the_others(theme: str) -> None:
    light, dark = HUES.get(theme, HUES["overig"])
    drawing = build_standalone(CoverData("x", themes=(theme,)))
    assert light in drawing
    assert dark in drawing


def test_markup_in_what_an_editor_writes_does_not_reach_the_drawing(make_case: Any, make_body: Any) -> None:
    bodies = [make_body("</svg><script>alert(1)</script>", abbreviation='"><img src=x>')]
    page = make_case(
        title="</svg><script>alert(1)</script>", organisations=bodies, reused_by=bodies, place="<b>"
    )
    assert set(re.findall(r"</?(\w+)", build_drawing(cover_data(page)))) == {"svg", "path", "g", "circle"}


def test_the_image_is_kept_for_a_year_and_an_old_address_leads_to_the_new_one(
    make_case: Any, client: Client
) -> None:
    page = make_case()
    answer = client.get(cover_url(page))
    assert answer["Content-Type"] == "image/svg+xml"
    assert set(answer["Cache-Control"].split(", ")) == {"public", "max-age=31536000", "immutable"}
    assert answer.content.decode() == build_standalone(cover_data(page))
    moved = client.get("/omslag/slim-asfalt-00000000.svg")
    assert (moved.status_code, moved["Location"]) == (302, cover_url(page))
    assert "immutable" not in moved.get("Cache-Control", "")


def test_a_case_that_nobody_may_read_has_no_image(make_case: Any, client: Client) -> None:
    draft = make_case("concept", published=False)
    private = make_case("besloten")
    private.view_restrictions.create(restriction_type="login")
    assert [client.get(cover_url(page)).status_code for page in (draft, private)] == [404, 404]
    assert client.get("/omslag/bestaat-niet-00000000.svg").status_code == 404


def test_the_motif_is_well_formed_and_depends_on_its_seed() -> None:
    assert ElementTree.fromstring(build_motif("home")).get("viewBox") == "0 0 900 640"  # noqa: S314  our own text
    assert build_motif("home") == build_motif("home") != build_motif("anders")
