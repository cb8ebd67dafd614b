"""The cover of a case: the same every time, well-formed, small, and without text of an editor."""

import re
from typing import Any
from xml.etree import ElementTree

from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from core.roles import EDITORS
from practices.cards import cover_url
from practices.cover import (
    WITHOUT_COLOUR,
    CoverData,
    build_drawing,
    build_motif,
    build_standalone,
    cover_data,
)
from taxonomy.colours import Colour
from taxonomy.models import Theme

NAMES = st.lists(st.text(max_size=20), max_size=40).map(tuple)
DATA = st.builds(
    CoverData,
    slug=st.text(max_size=30),
    organisations=NAMES,
    themes=NAMES,
    techniques=NAMES,
    adopters=NAMES,
    colour=st.sampled_from([*Colour.values, ""]),
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


def test_the_image_has_the_colour_of_the_first_theme(make_case: Any, client: Client) -> None:
    water = Theme.objects.create(name="Water", order=1, colour=Colour.ROSE)
    page = make_case(themes=[Theme.objects.create(name="Wegen", order=2, colour=Colour.TEAL), water])
    assert image_of(page, client) == build_standalone(cover_data(page))
    assert all(value in image_of(page, client) for value in (Colour.ROSE.light, Colour.ROSE.dark))
    before = cover_url(page)
    Theme.objects.filter(pk=water.pk).update(colour=Colour.SLATE)
    (card,) = type(page).cards().filter(pk=page.pk)
    page = type(page).objects.get(pk=page.pk)
    assert before != cover_url(page) == card.cover_url
    assert all(value in image_of(page, client) for value in (Colour.SLATE.light, Colour.SLATE.dark))


def image_of(page: Any, client: Client) -> str:
    """Return the drawing of a case as a visitor gets it."""
    return client.get(cover_url(page)).content.decode()


def test_a_drawing_without_a_theme_has_a_colour_too() -> None:
    assert WITHOUT_COLOUR.light in build_standalone(CoverData("x"))


def test_every_colour_gives_another_image() -> None:
    images = {build_standalone(CoverData("x", themes=("y",), colour=colour)) for colour in Colour}
    digests = {CoverData("x", themes=("y",), colour=colour).digest for colour in Colour}
    assert len(images) == len(digests) == len(Colour)


def test_pages_show_a_case_in_the_colour_of_its_first_theme(
    make_case: Any, run_tasks: Any, client: Client
) -> None:
    page = make_case(themes=[Theme.objects.create(name="Water", colour=Colour.ROSE)])
    run_tasks()
    for path in (page.url, "/", "/praktijkvoorbeelden/"):
        assert 'data-colour="rose"' in client.get(path).content.decode(), path


def test_a_theme_that_an_editor_makes_has_a_colour_whether_she_chose_one_or_not(as_role: Any) -> None:
    editor, address = as_role(EDITORS), "/cms/snippets/taxonomy/theme/add/"
    form = editor.get(address).content.decode()
    assert re.search(r'<select name="colour"', form)
    assert "Olijfgroen" in form
    for name, colour in (("Water", ""), ("Wegen", "rose"), ("Zorg", "")):
        editor.post(address, {"name": name, "colour": colour, "order": 0})
    made = dict(Theme.objects.values_list("name", "colour"))
    assert made == {"Water": "green", "Wegen": "rose", "Zorg": "brown"}
    assert "Steenrood" not in (shown := editor.get("/cms/snippets/taxonomy/theme/").content.decode())
    assert "Bruin" in shown


def test_the_colour_of_a_theme_asks_nothing_more_of_the_database(
    make_case: Any, django_assert_num_queries: Any
) -> None:
    page = make_case(themes=[Theme.objects.create(name="Water", colour=Colour.ROSE)])
    with django_assert_num_queries(1):
        assert cover_data(type(page).findable().get(pk=page.pk)).colour == "rose"
    with django_assert_num_queries(1):
        assert [card.colour for card in type(page).cards()] == ["rose"]


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
