"""What a process remembers of the database is read again once in half a minute, and after a change."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from page_cache.changes import site_changed
from search.query import facet_results

MOST_QUERIES = 8
OLD = 3  # decisions of editors, the words of what a stranger may find, and those of the values of facets
# No object has all of these words, and there are hits of all kinds that a stranger may find.
QUESTION = "/zoeken/?q=asfalt+breda+privacy+kjhgf"


@pytest.fixture
def count(three_cases: Any, fallback: Any, client: Client) -> Callable[[], int]:
    """Return a function that says how many questions to the database the page takes."""

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            page = client.get(QUESTION)
        hits = page.context["results"]["hits"]
        assert {hit.type for hit in hits} == {"case", "organisation", "page"}
        return len(queries)

    return count


def test_a_page_for_which_all_is_old_takes_three_questions_more_and_others_none(
    count: Callable[[], int], stopwatch: Any
) -> None:
    count()
    usual = count()
    caches["memory"].delete("decisions")
    stopwatch.seconds += 31
    assert [count(), count()] == [usual + OLD, usual]
    assert usual <= MOST_QUERIES


def test_a_page_after_a_change_takes_no_more_than_others_may(
    count: Callable[[], int], stopwatch: Any
) -> None:
    count()
    usual = count()
    stopwatch.seconds += 31
    site_changed.send(None)
    assert (caches["memory"].get("decisions"), dict(facet_results._READ)) == (None, {})
    assert count() == usual + OLD
