"""Which place of a list was chosen: counted for a question, by nobody."""

import pytest
from django.test import Client

from querylog import counting
from querylog.counting import write_waiting
from querylog.models import PLACES, QuestionCount, place_name

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("words")]
ADDRESS = "/zoeken/klik/"
CLICK = {"q": "warmtenet", "place": "2", "listing": "case"}


@pytest.mark.parametrize(
    ("place", "name"),
    [(1, "first"), (2, "top"), (3, "top"), (4, "page"), (10, "page"), (11, "beyond")],
)
def test_places_are_told_apart_roughly(place: int, name: str) -> None:
    assert place_name(place) == f"clicks_{name}"


def test_a_click_is_counted_with_the_question_and_the_language_of_the_page(visitor: Client) -> None:
    assert visitor.post(ADDRESS, CLICK).status_code == 204
    assert visitor.post(f"/en{ADDRESS}", CLICK | {"place": "100"}).status_code == 204
    write_waiting()
    dutch, english = QuestionCount.objects.order_by("-language")
    assert (dutch.clicks_top, dutch.asked, dutch.listing, english.clicks_beyond) == (1, 0, "case", 1)


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "", "Origin": "https://elders.example"},
        {"Sec-Fetch-Site": "", "Origin": "null"},
        {"Sec-Fetch-Site": "", "Origin": "http://["},
        {"Sec-Fetch-Site": ""},
        {"DNT": "1"},
        {"Sec-GPC": "1"},
        {"User-Agent": "curl/8.5"},
    ],
    ids=str,
)
def test_what_does_not_come_from_a_page_of_ours_is_answered_the_same_and_not_counted(
    visitor: Client, headers: dict[str, str]
) -> None:
    assert visitor.post(ADDRESS, CLICK, headers=headers).status_code == 204
    assert not counting._waiting


def test_a_browser_that_names_only_the_origin_is_believed(visitor: Client) -> None:
    visitor.post(ADDRESS, CLICK, headers={"Sec-Fetch-Site": "", "Origin": "http://testserver"})
    assert len(counting._waiting) == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"q": ""},
        {"q": "x" * 81},
        {"place": ""},
        {"place": "-1"},
        {"place": "eerste"},
        {"place": "²"},
        {"listing": "elders"},
    ],
    ids=str,
)
def test_nonsense_is_answered_the_same_and_not_counted(visitor: Client, changed: dict[str, str]) -> None:
    assert visitor.post(ADDRESS, CLICK | changed).status_code == 204
    assert not counting._waiting


def test_a_huge_place_is_a_place(visitor: Client) -> None:
    assert visitor.post(ADDRESS, CLICK | {"place": "9" * 5000}).status_code == 204
    write_waiting()
    assert QuestionCount.objects.get().clicks_beyond == 1


def test_a_click_leaves_no_cookie_and_asks_the_database_nothing(
    visitor: Client, django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        answer = visitor.post(ADDRESS, CLICK)
    assert not answer.cookies
    assert visitor.get(ADDRESS).status_code == 405


def test_an_address_that_clicks_all_the_time_is_not_counted_any_more(visitor: Client) -> None:
    for _ in range(70):
        assert visitor.post(ADDRESS, CLICK).status_code == 204
    assert len(counting._waiting) == 60


def test_a_click_on_what_may_not_be_kept_is_not_kept(visitor: Client) -> None:
    visitor.post(ADDRESS, CLICK | {"q": "jan jansen"})
    write_waiting()
    assert not QuestionCount.objects.exists()


def test_every_place_has_a_field() -> None:
    assert {
        field.name for field in QuestionCount._meta.get_fields() if field.name.startswith("clicks_")
    } == set(PLACES)
