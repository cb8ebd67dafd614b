"""Every core works on a long list, and what comes of it is as if one had.

Such processes are killed in `tests/hard/test_rebuild_processes.py`.
"""

import os
from itertools import takewhile
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from practices.models import PracticePage
from search.index import indexing
from search.models import SearchEntry
from search.processes import each_in_processes, same_processes

pytestmark = pytest.mark.both_databases

LABEL = "practices.practicepage"


def test_few_portions_are_worked_on_here() -> None:
    assert list(each_in_processes(eval, ["__import__('os').getpid()"] * 3, few=3)) == [os.getpid()] * 3


@pytest.mark.process
def test_many_are_worked_on_by_others_and_keep_their_order() -> None:
    with same_processes():
        assert list(each_in_processes(abs, range(-9, 0), few=2)) == list(range(9, 0, -1))
        assert os.getpid() not in each_in_processes(eval, ["__import__('os').getpid()"] * 3, few=2)


@pytest.mark.process
def test_portions_may_end_early_and_what_was_begun_is_done() -> None:
    asked = iter([True] * 5 + [False] * 100)
    portions = takewhile(lambda portion: next(asked), range(-100, 0))
    assert list(each_in_processes(abs, portions, few=2)) == list(range(100, 95, -1))


@pytest.mark.process
def test_an_error_in_a_process_is_an_error_here() -> None:
    with pytest.raises(ZeroDivisionError):
        list(each_in_processes(eval, ["1", "1 / 0", "1"], few=2))


class TestCopier:
    """Rows that were read elsewhere are written as long as nobody else took a turn since."""

    def test_what_was_read_is_not_read_again(self, three_cases: list[PracticePage]) -> None:
        pks = [page.pk for page in three_cases]
        writer = indexing.FallbackWriter(PracticePage)
        writer.write(
            pks[:1], indexing.read_portion(pks[:1], LABEL)
        )  # the turns before this one were of others
        first, second = (indexing.read_portion([pk], LABEL) for pk in pks[1:])
        with CaptureQueriesContext(connection) as queries:
            assert writer.write(pks[1:2], first) == pks[1:2]
            assert writer.write(pks[2:], second) == pks[2:]
        assert not [query for query in queries if "practices_practicepage" in query["sql"]]
        assert set(SearchEntry.of(LABEL).values_list("object_id", flat=True)) == set(pks)

    def test_what_somebody_took_out_meanwhile_does_not_come_back(
        self, three_cases: list[PracticePage]
    ) -> None:
        pks = [page.pk for page in three_cases]
        writer = indexing.FallbackWriter(PracticePage)
        writer.write(pks, indexing.read_portion(pks, LABEL))
        read = indexing.read_portion(pks, LABEL)
        PracticePage.objects.filter(pk=pks[0]).update(live=False)
        indexing.write_fallback(PracticePage, pks[:1])
        writer.write(pks, read)
        assert set(SearchEntry.of(LABEL).values_list("object_id", flat=True)) == set(pks[1:])

    def test_what_was_read_before_this_ones_own_turns_counts(self, three_cases: list[PracticePage]) -> None:
        pks = [page.pk for page in three_cases]
        writer = indexing.FallbackWriter(PracticePage)
        read = indexing.read_portion(pks, LABEL)
        indexing.write_fallback(PracticePage, pks[:1])
        PracticePage.objects.filter(pk=pks[0]).update(live=False)
        assert writer.write(pks, read) == pks[1:]

    def test_an_entry_that_is_right_is_left_alone(self, three_cases: list[PracticePage]) -> None:
        pks = [page.pk for page in three_cases]
        writer = indexing.FallbackWriter(PracticePage)
        writer.write(pks, indexing.read_portion(pks, LABEL))
        before = list(SearchEntry.of(LABEL).values())
        assert writer.write(pks, indexing.read_portion(pks, LABEL)) == pks
        assert list(SearchEntry.of(LABEL).values()) == before

    @pytest.mark.parametrize(
        "change", [{"words": "other"}, {"facets": {}}, {"date": None}, {"version": 2**62}, None]
    )
    def test_an_entry_that_somebody_changed_or_deleted_is_written(
        self, three_cases: list[PracticePage], change: dict[str, Any] | None
    ) -> None:
        pks = [page.pk for page in three_cases]
        writer = indexing.FallbackWriter(PracticePage)
        writer.write(pks, indexing.read_portion(pks, LABEL))
        before = {entry.object_id: entry.content() for entry in SearchEntry.of(LABEL)}
        entry = SearchEntry.of(LABEL, object_id=pks[0])
        if change:
            entry.update(**change)
        else:
            entry.delete()
        writer.write(pks, indexing.read_portion(pks, LABEL))
        assert {entry.object_id: entry.content() for entry in SearchEntry.of(LABEL)} == before
        assert entry.get().version < 2**62
