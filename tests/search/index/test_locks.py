"""SQLite has one lock: search works before it takes it, and lets others in between."""

import itertools
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.locking import write_in_batches
from organisations.models import Organisation
from search import client
from search.index import indexing, rebuilding, signal_handlers, tasks
from search.models import EVERYONE, MissingVector, PassageVector, SearchEntry, WaitingRow, Word
from search.semantic import embedding, vectors
from search.text import vocabulary

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
LABEL = "organisations.organisation"
BEGIN, ROWS, VECTORS = "SAVEPOINT", 'FROM "organisations_organisation"', 'FROM "search_passagevector"'


@pytest.fixture
def bodies() -> list[int]:
    """Return the keys of five organisations."""
    return [
        Organisation.objects.create(name=f"Kwartelschap {name}").pk
        for name in ("een", "twee", "drie", "vier", "vijf")
    ]


@pytest.fixture
def by_the_clock() -> Callable[..., Iterator[list[Any]]]:
    """Return what ends a batch after two items, as a clock says that goes on by a fifth of a second."""
    return partial(write_in_batches, clock=partial(next, itertools.count(step=0.2)))


def questions(do: Callable[[], Any]) -> list[str]:
    """Return what the database is asked; within a test a transaction begins with a savepoint."""
    with CaptureQueriesContext(connection) as queries:
        do()
    return [query["sql"] for query in queries]


def begins(asked: list[str]) -> list[int]:
    """Return where transactions begin in what the database was asked."""
    return [place for place, query in enumerate(asked) if query.startswith(BEGIN)]


class TestTheFallbackIndex:
    """Rows are read, and the engine is asked, while nobody waits."""

    def test_rows_are_read_before_the_lock_is_taken(self, bodies: list[int]) -> None:
        asked = questions(lambda: indexing.write_fallback(Organisation, bodies))
        read = [place for place, query in enumerate(asked) if ROWS in query]
        assert len(read) == 1
        assert read[0] < begins(asked)[0]
        assert SearchEntry.of(LABEL).count() == 5

    def test_it_is_written_in_batches_that_end_by_the_clock(
        self, bodies: list[int], by_the_clock: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        batches: list[list[int]] = []

        def write(rows: Any, write_rows: Any) -> Iterator[Any]:
            for batch in by_the_clock(rows, write_rows):
                batches.append([pk for pks in batch for pk in pks])
                yield batch

        monkeypatch.setattr(indexing, "AT_ONCE", 1)
        monkeypatch.setattr(indexing, "write_in_batches", write)
        version = indexing.write_fallback(Organisation, bodies)
        assert batches == [bodies[:2], bodies[2:4], bodies[4:]]
        versions = list(SearchEntry.of(LABEL).order_by("object_id").values_list("version", flat=True))
        assert versions == sorted(versions)
        assert versions[-1] == version

    def test_the_engine_is_asked_outside_a_transaction(
        self, bodies: list[int], settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        outside, open_when_asked = len(connection.savepoint_ids), []
        settings.ELASTICSEARCH_URL = ["http://127.0.0.1:9"]
        monkeypatch.setattr(
            client, "run", lambda ask: open_when_asked.append(len(connection.savepoint_ids)) or []
        )
        with pytest.raises(client.EngineUnavailable):
            indexing.bring_in_line(LABEL, bodies)
        assert open_when_asked == [outside]

    def test_a_rebuild_lets_others_in_after_each_portion_that_it_writes(
        self, bodies: list[int], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        rests: list[int] = []
        monkeypatch.setattr(indexing, "BATCH", 2)
        monkeypatch.setattr(rebuilding, "BATCH", 2)
        monkeypatch.setattr(rebuilding, "let_others_in", lambda: rests.append(1))
        monkeypatch.setattr(rebuilding, "searchable_models", lambda: [Organisation])
        for expected in (3, 0):
            rests.clear()
            rebuilding.rebuild_fallback(EVERYONE, lambda *progress: None)
            assert len(rests) == expected


class TestWords:
    """They are counted while others write to the fallback index."""

    @pytest.fixture(autouse=True)
    def written(self, bodies: list[int]) -> None:
        """Write the organisations to the fallback index."""
        indexing.write_fallback(Organisation, bodies)

    def counted(self) -> int:
        return vocabulary.read(EVERYONE).counts.get("kwartelschap", 0)

    def meanwhile(self, do: Callable[[], Any], monkeypatch: pytest.MonkeyPatch) -> None:
        """Let something happen once between counting and mending."""
        count, left = vocabulary.find_wrong, [do]

        def count_and_be_overtaken(audience: str) -> dict[str, int]:
            wrong = count(audience)
            if left:
                left.pop()()
            return wrong

        monkeypatch.setattr(vocabulary, "find_wrong", count_and_be_overtaken)

    def test_who_only_looks_asks_one_question_and_opens_no_transaction(self) -> None:
        asked = questions(lambda: vocabulary.count_anew(EVERYONE))
        assert begins(asked) == []
        assert [query for query in asked if 'FROM "search_turn"' not in query] == [asked[-1]]

    @pytest.mark.parametrize("count", [0, 1, 2, 7])
    def test_what_others_count_while_wrong_counts_are_mended_is_kept(
        self, count: int, bodies: list[int], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        Word.objects.filter(word="kwartelschap").update(count=count)

        def take_two_back() -> None:
            Organisation.objects.filter(pk__in=bodies[:2]).update(ended_date="2020-01-01")
            indexing.write_fallback(Organisation, bodies)

        self.meanwhile(take_two_back, monkeypatch)
        vocabulary.count_anew(EVERYONE)
        assert self.counted() == 3
        assert vocabulary.find_wrong(EVERYONE) == {}

    def test_of_two_who_mend_at_once_one_counts_again(self, monkeypatch: pytest.MonkeyPatch) -> None:
        Word.objects.all().delete()
        monkeypatch.setattr(vocabulary, "MOST_AT_ONCE", 1)
        self.meanwhile(lambda: vocabulary.count_anew(EVERYONE), monkeypatch)
        vocabulary.count_anew(EVERYONE)
        assert self.counted() == 5
        assert vocabulary.find_wrong(EVERYONE) == {}

    def test_a_count_below_nought_is_no_word_and_is_mended(self) -> None:
        Word.objects.filter(word="kwartelschap").update(count=-1)
        assert "kwartelschap" not in vocabulary.read(EVERYONE).counts
        assert vocabulary.find_wrong(EVERYONE) == {"kwartelschap": 6}
        vocabulary.count_anew(EVERYONE)
        assert self.counted() == 5


class TestOtherWork:
    """What takes long beside that."""

    def test_rows_that_waited_are_let_go_without_a_signal_for_each(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        told: list[Any] = []
        WaitingRow.objects.bulk_create([WaitingRow(label=LABEL, object_id=number) for number in range(5)])
        monkeypatch.setattr(signal_handlers, "_plan_touched", told.append)
        tasks._plan_waiting_rows()
        assert told == []
        assert [task.args_kwargs["args"] for task in tasks.waiting_tasks()] == [[LABEL, [0, 1, 2, 3, 4]]]
        assert not WaitingRow.objects.exists()

    def test_vectors_are_looked_up_before_the_tasks_that_follow_are_written(
        self, make_case: Any, fallback: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        page = make_case("een", "Een", "tekst")
        fallback()
        monkeypatch.setattr(embedding, "is_available", lambda: True)
        asked = questions(lambda: tasks._plan_more(page._meta.label_lower, [page.pk]))
        (looked_up,) = [place for place, query in enumerate(asked) if VECTORS in query]
        assert looked_up < begins(asked)[0]
        assert tasks.is_busy(tasks.make_newest_vectors)

    def test_vectors_are_listed_in_batches_that_end_by_the_clock(
        self, by_the_clock: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(vectors, "WRITTEN_AT_ONCE", 1)
        monkeypatch.setattr(vectors, "write_in_batches", by_the_clock)
        passages = [("a:1", str(number)) for number in range(5)]
        assert len(begins(questions(lambda: vectors.list_missing(passages)))) >= 3
        assert MissingVector.objects.count() == 5

    def test_vectors_are_forgotten_in_batches_that_end_by_the_clock(
        self, by_the_clock: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        names = [str(number) for number in range(5)]
        PassageVector.objects.bulk_create(
            [PassageVector(digest=name, model="x", vector=b"") for name in names]
        )
        monkeypatch.setattr(vectors, "WRITTEN_AT_ONCE", 1)
        monkeypatch.setattr(vectors, "write_in_batches", by_the_clock)
        assert len(begins(questions(lambda: vectors.forget(names)))) == 3
        assert not PassageVector.objects.exists()
