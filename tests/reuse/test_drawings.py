"""The drawings of reuse: who took it over from whom, and when; true, readable, no more than is known."""

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client
from django.utils.translation import override

from organisations.models import Organisation
from practices.models import PracticePage
from reuse.choices import Standing
from reuse.lineage import LANE, LETTER, MOST_ENDS, WIDTH, Lineage, Node
from reuse.lists import CaseAdoptions
from reuse.models import Adoption
from reuse.services import adoption_confirm, adoption_undo
from reuse.timeline import PER_LINE, Timeline, Year
from users.models import User

pytestmark = pytest.mark.django_db
Adopt = Callable[..., Adoption]
NASTY = "\"><script>alert(1)</script><b>Gemeente</b> &amp; 'co'"


def soup(client: Client, address: str) -> BeautifulSoup:
    return BeautifulSoup(client.get(address).content, "html.parser")


def lineage_of(case: PracticePage, makers: list[str] | None = None) -> Lineage:
    return Lineage(CaseAdoptions(case, []).rows, ["Gemeente Maker"] if makers is None else makers)


def drawn(lineage: Lineage) -> list[tuple[str, int]]:
    """Return the rows of the tree: name and lane."""
    return [(node.name, node.lane) for node in lineage.nodes]


def between(found: list[Year]) -> dict[int, tuple[int, int]]:
    return {year.number: (len(year.began), len(year.stopped)) for year in found}


@pytest.fixture
def adopted(case: PracticePage, adopt: Adopt, make_body: Any) -> Callable[..., Adoption]:
    """Return what lets an organisation with this name do what the case describes."""

    def make(name: str, origin: Adoption | None = None, **fields: Any) -> Adoption:
        body = make_body(f"Waterschap {name}", short_name=name, kind="waterschap")
        return adopt(case, body, started_from=origin, **fields)

    return make


class TestLineage:
    def test_it_is_told_from_who_made_the_case_to_the_last_one(
        self, case: PracticePage, adopted: Adopt
    ) -> None:
        first = adopted("Breda")
        adopted("Oss", adopted("Tilburg", first))
        assert [line.text for line in lineage_of(case).lines] == [
            "Van Gemeente Maker via Breda en Tilburg naar Oss"
        ]
        with override("en"):
            assert [line.text for line in lineage_of(case).lines] == [
                "From Gemeente Maker by way of Breda and Tilburg to Oss"
            ]

    def test_there_is_nothing_to_tell_or_draw_as_long_as_all_took_it_from_the_case(
        self, case: PracticePage, adopted: Adopt, client: Client
    ) -> None:
        for name in ("Breda", "Oss"):
            adopted(name)
        assert (lineage_of(case).lines, lineage_of(case).nodes, lineage_of(case).height) == ([], [], 0)
        assert soup(client, case.reuse_url).select(".tree, .timeline") == []

    def test_the_tree_has_the_largest_branch_straight_below_and_others_beside_it(
        self, case: PracticePage, adopted: Adopt
    ) -> None:
        breda = adopted("Breda")
        tilburg = adopted("Tilburg", breda)
        adopted("Oss", tilburg)
        adopted("Goes", breda)
        adopted("Ede")
        assert drawn(lineage_of(case)) == [
            *[("Gemeente Maker", 0), ("Ede", 1), ("Breda", 0), ("Goes", 1), ("Tilburg", 0), ("Oss", 0)]
        ]

    def test_no_line_runs_through_the_words_of_a_row(self, case: PracticePage, adopted: Adopt) -> None:
        rows = [adopted("0")]
        for number in range(1, 60):
            rows.append(adopted(str(number), rows[(number - 1) // 2 - 1 if number % 3 else number - 1]))
        nodes = lineage_of(case).nodes
        for node in nodes:
            found = re.fullmatch(r"M(\d+) (\d+)V(\d+)(Q.*)?", node.path)
            x, start, end = (int(part) for part in found.groups()[:3]) if found else (0, 0, 0)
            passed = [each for each in nodes if start < each.y < end]
            assert all(x < each.x for each in passed)

    @pytest.mark.parametrize("size", [2, 60, 1500])
    def test_a_line_of_any_length_stays_narrow(
        self, case: PracticePage, adopt: Adopt, size: int, make_body: Any
    ) -> None:
        bodies = [Organisation(name=f"Gemeente {n}", slug=f"g-{n}", kind="gemeente") for n in range(size)]
        bodies = Organisation.objects.bulk_create(bodies)
        said = {"page": case, "case_key": case.translation_key, "status": "in-use", "source": "own"}
        said |= {"standing": Standing.AGED}
        rows = Adoption.objects.bulk_create([Adoption(organisation=body, **said) for body in bodies])
        for above, row in pairwise(rows):
            row.started_from = above
        Adoption.objects.bulk_update(rows, ["started_from"])
        lineage = lineage_of(case)
        assert len(lineage.nodes) == size + 1
        assert {node.lane for node in lineage.nodes} == {0}
        assert len(lineage.lines) == 1

    def test_of_many_whom_nobody_follows_some_are_named_and_the_others_counted(
        self, case: PracticePage, adopted: Adopt
    ) -> None:
        first = adopted("Breda")
        for number in range(58):
            adopted(f"N{number:02}", first)
        nodes = lineage_of(case).nodes
        rest = f"en {58 - MOST_ENDS} andere"
        assert [node.name for node in nodes[2:]] == ["N00", "N01", "N02", "N03", rest]
        assert [node.lane for node in nodes[2:]] == [1, 1, 1, 1, 0]

    def test_a_circle_is_cut_where_it_began(self, case: PracticePage, adopted: Adopt) -> None:
        first = adopted("A")
        second = adopted("B", first)
        adopted("C", second)
        Adoption.objects.filter(pk=first.pk).update(started_from=second)
        assert [line.text for line in lineage_of(case).lines] == ["Van Gemeente Maker via A en B naar C"]
        Adoption.objects.filter(pk=first.pk).update(started_from=first)
        assert [node.name for node in lineage_of(case).nodes] == ["Gemeente Maker", "A", "B", "C"]

    def test_who_came_after_one_that_says_nothing_any_more_began_at_the_case(
        self, case: PracticePage, adopted: Adopt
    ) -> None:
        gone = adopted("Breda", standing=Standing.ENDED)
        adopted("Oss", adopted("Tilburg", gone))
        assert [line.text for line in lineage_of(case).lines] == ["Van Gemeente Maker via Tilburg naar Oss"]

    def test_several_makers_and_none_have_words_too(self, case: PracticePage, adopted: Adopt) -> None:
        adopted("Oss", adopted("Breda"))
        assert lineage_of(case, ["A", "B", "C"]).nodes[0].name == "A en 2 andere"
        assert lineage_of(case, []).nodes[0].name == "Dit voorbeeld"
        assert lineage_of(case, []).lines[0].text == "Van dit voorbeeld via Breda naar Oss"

    @pytest.mark.parametrize("lane", [0, 5, 10])
    @pytest.mark.parametrize("name", ["Oss", "Veiligheidsregio Midden- en West-Brabant " * 6, "W" * 255])
    def test_a_long_name_gets_two_lines_that_fit(self, name: str, lane: int) -> None:
        node = Node("in-use", name, "", None, lane, 10, "")
        assert 1 <= len(node.pieces) <= 2
        assert all(node.name_x + len(piece) * LETTER <= WIDTH for piece in node.pieces) or lane == 10
        assert node.name_x + LANE < WIDTH

    def test_each_row_leads_to_its_row_in_the_list_and_the_first_to_the_case(
        self, case: PracticePage, adopted: Adopt, client: Client
    ) -> None:
        adopted("Oss", adopted("Breda", since=2019), status="pilot", since=2021)
        page = soup(client, case.reuse_url)
        drawing = page.select_one(".tree")
        assert drawing["role"] == "group"
        assert [link["aria-label"] for link in drawing.select("a")] == [
            "Gemeente Maker, hier begon het",
            "Breda, in gebruik sinds 2019",
            "Oss, proef sinds 2021",
        ]
        first, *others = [link["href"] for link in drawing.select("a")]
        assert first == case.hit_url()
        assert [page.select_one(address).strong.get_text() for address in others] == [
            "Waterschap Breda",
            "Waterschap Oss",
        ]
        assert all(group["aria-hidden"] == "true" for group in drawing.select("a g"))

    def test_the_case_itself_tells_it_without_a_drawing(
        self, case: PracticePage, adopted: Adopt, client: Client
    ) -> None:
        adopted("Oss", adopted("Breda"))
        page = soup(client, case.url)
        assert "Van Gemeente Maker via Breda naar Oss" in page.get_text()
        assert page.select(".tree") == []

    def test_what_is_made_up_says_so_in_the_drawing_and_in_the_sentence(
        self, case: PracticePage, adopted: Adopt, client: Client
    ) -> None:
        adopted("Oss", adopted("Breda"), is_demo=True)
        page = soup(client, case.reuse_url)
        assert [text.get_text() for text in page.select(".tree text .note")][-1] == "verzonnen voorbeeld"
        assert page.select(".tree a")[-1]["aria-label"].endswith("verzonnen voorbeeld")
        assert page.select_one(".spreading li .label").get_text() == "deels verzonnen"


class TestYears:
    def test_they_are_drawn_as_they_are_listed(
        self, case: PracticePage, adopted: Adopt, client: Client
    ) -> None:
        for name, year in {"A": 2019, "B": 2021, "C": 2021, "D": 2022}.items():
            adopted(name, since=year)
        drawing = soup(client, case.reuse_url).select_one(".timeline")
        assert drawing["aria-hidden"] == "true"
        assert [text.get_text() for text in drawing.select("text")] == ["2019", "1", "2021", "2", "2022", "1"]
        assert [line.get("class") for line in drawing.select("path")] == [["is-gap"], None]

    def test_who_stopped_is_there_once_it_is_known_when(
        self, case: PracticePage, record: Any, make_body: Any, make_member: Any, client: Client
    ) -> None:
        with time_machine.travel("2023-05-01T12:00:00Z"):
            record(since=2021)
            body = make_body("Gemeente Zo Al Gestopt")
            record(make_member("zo", body), body, status="stopped", stop_reason="cost", since=2022)
        with time_machine.travel("2025-12-31T23:30:00Z"):  # in Amsterdam it is 2026
            record(since=2021, status="stopped", stop_reason="cost")
        years = Timeline(CaseAdoptions(case, []).rows).years
        assert between(years) == {2021: (1, 0), 2022: (1, 0), 2026: (0, 1)}
        page = soup(client, case.reuse_url)
        assert page.select_one(".years").get_text(" ", strip=True).endswith("2026 Gestopt: Gemeente Ede")
        assert len(page.select(".timeline rect")) == 1
        assert "Wie begon en stopte wanneer" in page.get_text()
        assert "Gestopt (begonnen in 2021)" in page.select_one(".takers").get_text(" ", strip=True)

    def test_who_goes_on_again_or_undid_it_did_not_stop(
        self, case: PracticePage, record: Any, noor: User
    ) -> None:
        def years() -> dict[int, tuple[int, int]]:
            return between(Timeline(CaseAdoptions(case, []).rows).years)

        stop = {"since": 2019, "status": "stopped", "stop_reason": "cost"}
        for year, fields in {2020: {"since": 2019}, 2021: stop, 2022: {"since": 2019}}.items():
            with time_machine.travel(f"{year}-06-01"):
                row = record(**fields)
        assert years() == {}
        with time_machine.travel("2023-06-01"):
            record(**stop)
            assert years() == {2019: (1, 0), 2023: (0, 1)}
            assert adoption_undo(adoption=row, user=noor)
        assert years() == {}

    def test_confirming_later_that_one_stopped_does_not_move_it(
        self, case: PracticePage, record: Any, noor: User
    ) -> None:
        with time_machine.travel("2020-06-01"):
            record(since=2019)
        with time_machine.travel("2021-06-01"):
            row = record(since=2019, status="stopped", stop_reason="cost")
        with time_machine.travel("2022-06-01"):
            adoption_confirm(adoption=row, user=noor, via="site")
        assert between(Timeline(CaseAdoptions(case, []).rows).years) == {2019: (1, 0), 2021: (0, 1)}

    def test_many_years_go_on_below(self, case: PracticePage, adopted: Adopt) -> None:
        for year in range(1950, 2026, 4):
            adopted(str(year), since=year)
        timeline = Timeline(CaseAdoptions(case, []).rows)
        assert len({mark.y for mark in timeline.marks}) == -(-19 // PER_LINE)
        assert all(mark.radius <= mark.x <= WIDTH - mark.radius for mark in timeline.marks)
        assert all(mark.y + mark.radius < timeline.height for mark in timeline.marks)

    def test_a_proposal_is_in_no_year_and_no_line(
        self, case: PracticePage, adopted: Adopt, client: Client
    ) -> None:
        said = adopted("Oss", adopted("Breda", since=2019), since=2020)
        there = soup(client, case.reuse_url).select_one(".timeline"), lineage_of(case).nodes
        proposed = {"standing": Standing.PROPOSED, "proof": "https://a.example", "source": "editor"}
        adopted("Elders", said, since=2021, **proposed)
        again = soup(client, case.reuse_url)
        assert (again.select_one(".timeline"), lineage_of(case).nodes) == there
        assert "Elders" not in again.select_one(".years").get_text()


def test_a_name_cannot_put_anything_in_a_drawing(
    case: PracticePage, adopt: Adopt, make_body: Any, client: Client
) -> None:
    case.organisation_links.create(organisation=make_body(f"{NASTY} maakt", slug="maker"))
    case.save_revision().publish()
    first = adopt(case, make_body(f"{NASTY} eerst", slug="een"), since=2019)
    adopt(case, make_body(NASTY, slug="twee"), since=2020, started_from=first, is_demo=True)
    page = soup(client, case.reuse_url)
    drawing = page.select_one(".tree")
    assert page.select("script:not([src])") == drawing.select("b, script") == []
    names = {element.name for element in page.select(".tree *, .timeline *")}
    assert names <= {"a", "g", "path", "rect", "circle", "text", "tspan", "title"}
    allowed = set("class d x y dy cx cy r width height href aria-hidden aria-label".split())
    assert {name for each in page.select(".tree *, .timeline *") for name in each.attrs} <= allowed
    assert drawing.title.get_text() == f"{NASTY} eerst"
