"""Which organisations are like one, why, and in what order."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from django.utils.translation import override

from organisations.likeness import MOST, PROVINCE, SIZE, Alike, describe, find_alike, like
from organisations.models import Organisation
from organisations.sizes import Size, count_inhabitants, rounded, size_of
from practices.models import PracticeIndexPage, PracticePage
from taxonomy.models import Theme

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
Make = Callable[..., Organisation]


@pytest.fixture
def make() -> Make:
    """Return a maker of organisations, by default municipalities."""

    def make(name: str, inhabitants: int | None = None, **fields: Any) -> Organisation:
        year = 2016 if inhabitants is not None else None
        known = {"kind": "gemeente", "inhabitants": inhabitants, "inhabitants_year": year}
        return Organisation.objects.create(name=name, **known | fields)

    return make


@pytest.fixture
def add_case(site_frame: Any) -> Callable[..., PracticePage]:
    """Return a maker of public cases of a body with these themes."""
    index = PracticeIndexPage.objects.get(locale__language_code="nl")

    def add(body: Organisation, *themes: Theme) -> PracticePage:
        page = PracticePage(title=f"Van {body.name} {len(themes)}")
        page.themes = list(themes)
        index.add_child(instance=page)
        page.organisation_links.create(organisation=body)
        page.save_revision().publish()
        return page

    return add


def names(body: Organisation, *by: str) -> list[str]:
    """Return the names of the bodies like this one, in their order."""
    return [found.name for found in like(body, by=by)]


def test_a_body_of_its_kind_with_half_to_double_its_inhabitants_is_like_it(make: Make) -> None:
    body = make("Midden", 100_001)
    for name, inhabitants in [("Te klein", 50_000), ("Net", 50_001), ("Nog", 200_002), ("Te groot", 200_003)]:
        make(name, inhabitants)
    make("Provincie", 100_001, kind="provincie")
    assert set(names(body, SIZE)) == {"Net", "Nog"}
    assert set(names(body)) == {"Te klein", "Net", "Nog", "Te groot"}


def test_likeness_goes_both_ways(make: Make) -> None:
    bodies = [make(f"Plaats {inhabitants}", inhabitants) for inhabitants in (1, 2, 3, 5, 9, 10, 21)]
    pairs = {(body.pk, other.pk) for body in bodies for other in like(body)}
    assert pairs
    assert pairs == {(other, body) for body, other in pairs}


def test_of_a_body_without_a_number_only_the_kind_counts(make: Make) -> None:
    body = make("Onbekend")
    make("Klein", 1000)
    make("Groot", 900_000)
    assert names(body, SIZE) == ["Groot", "Klein"], "by name, as none is nearer"
    known = make("Bekend", 1000)
    assert names(known, SIZE) == ["Klein"], "who says half to double does not mean unknown"


def test_a_body_that_ended_is_like_none_and_one_that_will_end_still_is(make: Make) -> None:
    today = timezone.localdate()
    body = make("Nu", 1000)
    make("Weg", 1000, ended_date=today)
    make("Nog even", 1000, ended_date=today + datetime.timedelta(days=1))
    assert names(body, SIZE) == ["Nog even"]
    assert names(Organisation.objects.get(name="Weg"), SIZE) == ["Nog even", "Nu"], "its page stays"


def test_what_has_no_kind_has_none_like_it(make: Make) -> None:
    body = make("Commissie A", kind="overig")
    make("Commissie B", kind="overig")
    assert names(body) == []
    assert Alike(body).describe() == "0 organisaties"


def test_in_its_province_comes_first_then_shared_themes_then_the_nearest_in_size_then_the_name(
    make: Make, add_case: Callable[..., PracticePage]
) -> None:
    water, roads = Theme.objects.create(name="Water"), Theme.objects.create(name="Verkeer")
    body = make("Hier", 1000, province="utrecht")
    make("Ver B", 1100, province="limburg")
    make("Ver A", 900, province="limburg")
    make("Ver C", 1000, province="limburg")
    sharing = make("Ver, zelfde thema", 2000, province="limburg")
    more = make("Ver, twee thema’s", 2000, province="limburg")
    make("Nabij", 2000, province="utrecht")
    add_case(body, water, roads)
    add_case(sharing, water)
    add_case(sharing, water)
    add_case(more, water, roads)
    order = ["Nabij", more.name, sharing.name, "Ver C", "Ver A", "Ver B"]
    assert names(body, SIZE) == order
    assert {found.name: found.shared for found in like(body) if found.shared} == {
        more.name: 2,
        sharing.name: 1,
    }


def test_who_has_a_public_case_comes_before_who_has_none_so_that_sixty_bodies_have_one(
    make: Make, add_case: Callable[..., PracticePage], django_assert_num_queries: Any
) -> None:
    body = make("Hier", 1000, province="utrecht")
    make("Nabij", 2000, province="utrecht")
    for number in range(MOST):
        make(f"Ver {number:02}", 1000, province="limburg")
    telling, silent = make("Met voorbeeld", 2000), make("Met concept", 2000)
    case = add_case(telling)
    add_case(silent).unpublish()
    assert names(body, SIZE)[:3] == ["Nabij", "Met voorbeeld", "Ver 00"]
    assert names(body, SIZE)[-1] == "Met concept"
    alike = Alike(body)
    with django_assert_num_queries(1):
        assert alike.has_case
    case.unpublish()
    assert not Alike(body).has_case


def test_a_theme_of_a_case_that_is_not_public_is_not_shared(
    make: Make, add_case: Callable[..., PracticePage]
) -> None:
    theme = Theme.objects.create(name="Water")
    body, other = make("Hier", 1000), make("Daar", 1000)
    own, of_other = add_case(body, theme), add_case(other, theme)
    assert [found.shared for found in like(body)] == [1]
    own.unpublish()
    assert [found.shared for found in like(body)] == [0]
    own.save_revision().publish()
    of_other.view_restrictions.create(restriction_type="login")
    assert [found.shared for found in like(body)] == [0]


def test_only_its_province_is_any_in_which_a_water_board_works(make: Make) -> None:
    boards = {"kind": "waterschap"}
    body = make("Hier", province="overijssel", other_provinces="Drenthe", **boards)
    make("Zelfde", province="overijssel", **boards)
    make("Ook daar", province="groningen", other_provinces="Fryslân, Drenthe", **boards)
    make("Drenthe zelf", province="drenthe", **boards)
    make("Elders", province="noord-holland", other_provinces="Zuid-Holland", **boards)
    assert set(names(body, PROVINCE)) == {"Zelfde", "Ook daar", "Drenthe zelf"}
    assert names(body, SIZE)[-1] == "Elders"


def test_a_province_does_not_narrow_provinces_and_none_narrows_nothing(make: Make) -> None:
    utrecht = make("Provincie Utrecht", 10, kind="provincie", province="utrecht")
    make("Provincie Drenthe", 10, kind="provincie", province="drenthe")
    ministry = make("Ministerie A", kind="ministerie")
    make("Ministerie B", kind="ministerie")
    assert names(utrecht, PROVINCE) == ["Provincie Drenthe"]
    assert names(ministry, PROVINCE, SIZE) == ["Ministerie B"]


@pytest.mark.parametrize("others", [MOST, MOST + 1])
def test_at_most_sixty_bodies_are_taken_in_one_query(
    make: Make, others: int, django_assert_num_queries: Any
) -> None:
    body = make("Hier", 1000, province="utrecht")
    for number in range(others):
        make(f"Daar {number:02}", 1001 + number)
    alike = Alike(body)
    with django_assert_num_queries(1):
        assert len(alike.bodies) == MOST
        assert alike.has_more is (others > MOST)
        assert alike.slugs[0] == "daar-00"
        assert alike.describe() == "60 gemeenten met 500 tot 2000 inwoners (2016)"


def test_a_body_says_why_it_is_like_another(make: Make, add_case: Callable[..., PracticePage]) -> None:
    theme = Theme.objects.create(name="Water")
    body = make("Gemeente Breda", 180_937, province="noord-brabant")
    other = make("Gemeente Tilburg", 211_648, province="noord-brabant")
    (found,) = like(body)
    assert describe(found) == "gemeente, 212.000 inwoners (2016), Noord-Brabant"
    add_case(body, theme)
    add_case(other, theme)
    (found,) = like(body)
    assert describe(found) == "gemeente, 212.000 inwoners (2016), Noord-Brabant, 1 zelfde thema"
    with override("en"):
        assert describe(found) == "municipality, 212,000 inhabitants (2016), Noord-Brabant, 1 theme in common"
    assert describe(Organisation(name="BZK", kind="ministerie")) == "ministerie"


@pytest.mark.parametrize(
    ("by", "dutch", "english"),
    [
        (
            {SIZE},
            "2 gemeenten met 50.000 tot 200.000 inwoners (2016–2024)",
            "2 municipalities with 50,000 to 200,000 inhabitants (2016–2024)",
        ),
        (
            {SIZE, PROVINCE},
            "1 gemeente in Utrecht met 50.000 tot 200.000 inwoners (2016)",
            "1 municipality in Utrecht with 50,000 to 200,000 inhabitants (2016)",
        ),
        ({PROVINCE}, "1 gemeente in Utrecht", "1 municipality in Utrecht"),
        (set(), "3 gemeenten", "3 municipalities"),
    ],
)
def test_it_is_told_how_many_there_are_and_what_they_have_in_common(
    make: Make, by: set[str], dutch: str, english: str
) -> None:
    make("Hier", 100_000, province="utrecht")
    make("Nabij", 90_000, province="utrecht")
    make("Ver", 110_000, province="limburg", inhabitants_year=2024)
    make("Klein", 10)
    alike = find_alike("hier", by)
    assert alike
    assert alike.describe() == dutch
    with override("en"):
        assert alike.describe() == english


def test_a_slug_that_nobody_has_is_like_none() -> None:
    assert find_alike("nergens") is None


@pytest.mark.parametrize(
    ("inhabitants", "text"),
    [
        (947, "947"),
        (9431, "9430"),
        (25_243, "25.200"),
        (180_937, "181.000"),
        (999_999, "1.000.000"),
        (2_644_872, "2.640.000"),
    ],
)
def test_a_number_of_inhabitants_is_told_as_people_say_it(inhabitants: int, text: str) -> None:
    assert rounded(inhabitants) == text
    assert count_inhabitants(inhabitants, 2024) == f"{text} inwoners (2024)"
    assert count_inhabitants(inhabitants) == f"{text} inwoners"


@pytest.mark.parametrize(
    ("inhabitants", "size"),
    [
        (None, ""),
        (0, Size.SMALLEST),
        (24_999, Size.SMALLEST),
        (25_000, Size.SMALL),
        (99_999, Size.MIDDLE),
        (100_000, Size.LARGE),
        (249_999, Size.LARGE),
        (250_000, Size.LARGEST),
        (4_000_000, Size.LARGEST),
    ],
)
def test_a_number_of_inhabitants_is_in_one_class(inhabitants: int | None, size: str) -> None:
    assert size_of(inhabitants) == size
    facets = Organisation(name="A", inhabitants=inhabitants).search_content().facets
    assert facets.get("size", ("",)) == (size,)
