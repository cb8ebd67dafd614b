"""What a process remembers of the database is read again once in half a minute, and after a change."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from organisations.models import Organisation
from page_cache.changes import site_changed
from pages.models import ContentPage
from search.query import facet_results

MOST_QUERIES = 8
OLD = 3  # decisions of editors, the words of what a stranger may find, and those of the values of facets
# Hits of all kinds that a stranger may find have all of these words, and two cases have one of them.
QUESTION = "/zoeken/?q=kwartels+breda"


@pytest.fixture
def count(
    three_cases: Any, make_case: Any, site_frame: Any, run_tasks: Any, client: Client
) -> Callable[[], int]:
    """Return a function that says how many questions to the database the page takes."""
    make_case("kwartels", "Kwartels tellen in Breda")
    Organisation.objects.create(name="Kwartels van Breda", kind="overig")
    site_frame.add_child(instance=ContentPage(title="Breda en de kwartels", slug="kwartels"))
    run_tasks()

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            page = client.get(QUESTION)
        results = page.context["results"]
        assert [hit.type for hit in results["hits"]] == ["case", "page", "organisation"]
        assert {hit.slug for hit in results["maybe"]} == {"asfalt", "fiets"}
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
