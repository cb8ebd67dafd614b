"""No page pays for all that a process remembers: it looks again at one thing at a time, and reads little after a change."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core import watching
from core.page_cache import site_changed
from core.watching import Watch
from search.query import facet_results

MOST_QUERIES = 8
# No object has all of these words, and there are hits of all kinds that a stranger may find.
QUESTION = "/zoeken/?q=asfalt+breda+privacy+kjhgf"


@pytest.fixture
def count(three_cases: Any, copy: Any, client: Client) -> Callable[[], int]:
    """Return a function that says how many questions to the database the page takes."""

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            page = client.get(QUESTION)
        hits = page.context["results"]["hits"]
        assert {hit.type for hit in hits} == {"case", "organisation", "page"}
        return len(queries)

    return count


def test_a_process_looks_again_at_one_thing_at_a_time(stopwatch: Any) -> None:
    watch = Watch()
    assert [watch.is_due("a"), watch.is_due("b")] == [False, False]
    stopwatch.seconds += 31
    assert [watch.is_due("a"), watch.is_due("b")] == [True, False]
    stopwatch.seconds += 2
    assert [watch.is_due("a"), watch.is_due("b")] == [False, True]


def test_who_is_asked_seldom_looks_at_each_thing_in_turn(stopwatch: Any) -> None:
    watch = Watch()
    looks = []
    for _ in range(7):
        looks.append([name for name in "abc" if watch.is_due(name)])
        stopwatch.seconds += 100
    assert all(len(names) == 1 for names in looks[1:])
    assert {name for names in looks[1:4] for name in names} == set("abc")
    assert {name for names in looks[4:] for name in names} == set("abc")


def test_what_nobody_asks_for_any_more_keeps_nobody_waiting(stopwatch: Any) -> None:
    watch = Watch()
    [watch.is_due(name) for name in "abc"]
    stopwatch.seconds += 31
    assert [watch.is_due(name) for name in "abc"] == [True, False, False]
    stopwatch.seconds += 31
    assert not watch.is_due("a")
    stopwatch.seconds += 31
    assert watch.is_due("a")


def test_a_page_for_which_all_is_old_takes_two_questions_more_and_others_none(count: Callable[[], int]) -> None:
    count()
    usual = count()
    caches["memory"].delete("decisions")
    for name in watching.watch.read_at:
        watching.watch.read_at[name] -= watching.LOOK_AGAIN
    assert len(watching.watch.read_at) == 2
    assert [count(), count()] == [usual + 2, usual]
    assert usual + 2 <= MOST_QUERIES


def test_a_page_after_a_change_takes_no_more_than_others_may(count: Callable[[], int]) -> None:
    count()
    usual = count()
    for name in watching.watch.read_at:
        watching.watch.read_at[name] -= watching.LOOK_AGAIN
    site_changed.send(None)
    assert (caches["memory"].get("decisions"), facet_results._READ) == (None, {})
    assert count() == usual + 2
