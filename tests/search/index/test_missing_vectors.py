"""The worker alone makes vectors: what was published last first, and never for long while others wait."""

import datetime
import io
import re
from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.test import Client
from django.utils import timezone
from django_tasks import TaskContext, TaskResultStatus
from django_tasks_db.models import DBTaskResult

from practices.models import PracticePage
from search.index import audit, rebuilding, tasks
from search.index.health import LAGS_AFTER, check_vectors
from search.models import EVERYONE, MissingVector, PassageVector, SearchEntry, Vocabulary
from search.semantic import embedding, nearness, vectors
from search.text import vocabulary
from worker.leases import MOST_CLAIMS

pytestmark = pytest.mark.django_db
CASES = "practices.practicepage"
BROKEN = RuntimeError("it is broken")


@pytest.fixture
def made(site_frame: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let there be a model that makes empty vectors, and return the titles of what it made, in order."""
    titles: list[str] = []

    def embed(texts: list[str]) -> list[bytes]:
        titles.extend(text.partition(".")[0] for text in texts)
        return [bytes(embedding.DIMENSIONS)] * len(texts)

    monkeypatch.setattr(embedding, "is_available", lambda: True)
    monkeypatch.setattr(embedding, "embed_passages", embed)
    monkeypatch.setattr(nearness, "find_chance", lambda cases: (0.1 * sum(map(len, cases)), 0.9))
    DBTaskResult.objects.all().delete()
    return titles


@pytest.fixture
def one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the model one text at a time, and a task two at most."""
    monkeypatch.setattr(vectors, "PORTION", 1)
    monkeypatch.setattr(vectors, "FEW_PORTIONS", 100)
    monkeypatch.setattr(tasks, "MOST_IN_A_RUN", 2)


def do_next() -> str:
    """Do the task that a worker would do next; return its path, or nothing when none waits."""
    task = DBTaskResult.objects.ready().first()
    if task is None:
        return ""
    task.claim("test")
    context = [TaskContext(task_result=task.task_result)] if task.task.takes_context else []
    task.task.call(*context, *task.args_kwargs["args"])
    task.set_successful(None)
    return str(task.task_path)


def write_rows() -> None:
    """Do the tasks that wait until the next one would make vectors."""
    while (task := DBTaskResult.objects.ready().first()) and task.task_path != NEWEST:
        do_next()


NEWEST, IN_LINE = tasks.make_newest_vectors.module_path, tasks.bring_in_line.module_path


def queue(task: Any) -> list[list[Any]]:
    """Return the arguments of the tasks of a kind that wait."""
    waiting = DBTaskResult.objects.filter(status=TaskResultStatus.READY, task_path=task.module_path)
    return [found.args_kwargs["args"] for found in waiting.order_by("enqueued_at")]


def publish(make_case: Callable[..., Any], *titles: str) -> list[PracticePage]:
    """Publish cases with one passage each."""
    return [make_case(title.lower(), title, f"Over {title}.") for title in titles]


def make_newest(*, claims: int = 1) -> None:
    """Make the newest vectors as the worker does that is the so many-th to claim the task."""
    now = SimpleNamespace(started_at=timezone.now())
    tasks.make_newest_vectors.call(SimpleNamespace(attempt=claims, task_result=now))


class TestTheOrder:
    """What is newest goes first, and other work before it."""

    def test_what_is_published_during_a_long_backlog_has_its_vectors_first(
        self, made: list[str], one_by_one: None, make_case: Any
    ) -> None:
        publish(make_case, *(f"Oud{number}" for number in range(6)))
        write_rows()
        assert do_next() == NEWEST
        assert made == ["Oud5", "Oud4"]
        publish(make_case, "Nieuw")
        write_rows()
        do_next()
        assert made[2] == "Nieuw"
        while do_next():
            pass
        assert sorted(made) == ["Nieuw", *(f"Oud{number}" for number in range(6))]
        assert not MissingVector.objects.exists()

    def test_a_run_begins_no_other_portion_when_another_task_waits(
        self, made: list[str], one_by_one: None, make_case: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(tasks, "MOST_IN_A_RUN", 100)
        publish(make_case, "Een", "Twee", "Drie")
        write_rows()
        self.let_another_come_after(1, monkeypatch)
        make_newest()
        assert made == ["Drie"]
        assert queue(tasks.make_newest_vectors)
        write_rows()
        make_newest()
        assert made == ["Drie", "Twee", "Een"]

    def let_another_come_after(self, portions: int, monkeypatch: pytest.MonkeyPatch) -> None:
        """Enqueue another task when so many portions were begun."""
        look, looks = tasks._does_another_wait, iter(range(100))

        def look_and_be_overtaken() -> bool:
            if next(looks) == portions:
                tasks.plan(CASES, [10**6])
            return look()

        monkeypatch.setattr(tasks, "_does_another_wait", look_and_be_overtaken)

    def test_the_newest_cases_of_a_rebuild_come_first(
        self, made: list[str], make_case: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for title, year in (("Midden", 2020), ("Nieuwste", 2024), ("Oudste", 2010)):
            (page,) = publish(make_case, title)
            published = datetime.datetime(year, 5, 1, tzinfo=datetime.UTC)
            PracticePage.objects.filter(pk=page.pk).update(first_published_at=published)
        DBTaskResult.objects.all().delete()
        rebuilding.rebuild(lambda *progress: None)
        make_newest()
        assert made == ["Nieuwste", "Midden", "Oudste"]

    def test_what_is_listed_keeps_its_place_when_something_else_of_it_changes(
        self, made: list[str], make_case: Any
    ) -> None:
        pages = publish(make_case, "Een", "Twee")
        write_rows()
        tasks.plan(CASES, [pages[0].pk])
        write_rows()
        make_newest()
        assert made == ["Twee", "Een"]

    def test_of_two_workers_the_one_that_began_first_makes_them(
        self, made: list[str], make_case: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        publish(make_case, "Een")
        write_rows()
        other = DBTaskResult.objects.get(task_path=NEWEST)
        other.claim("another worker")
        make_newest()
        assert (made, queue(tasks.make_newest_vectors)) == ([], [[]])
        DBTaskResult.objects.filter(pk=other.pk).update(started_at=timezone.now() + 2 * LAGS_AFTER)
        make_newest()
        assert made == ["Een"]


class TestWhatFollows:
    """Objects are written with their vectors, and chance is measured again."""

    def test_an_object_is_written_again_once_it_has_all_its_vectors(
        self, made: list[str], one_by_one: None, make_case: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (page,) = publish(make_case, "Een")
        monkeypatch.setattr(vectors, "texts_of", lambda document: ["Een. a", "Een. b", "Een. c"])
        write_rows()
        with monkeypatch.context() as meanwhile:
            meanwhile.setattr(tasks, "_does_another_wait", partial(next, iter([False, True])))
            make_newest()
        assert len(made) == 1
        assert queue(tasks.bring_in_line) == []
        assert queue(tasks.make_newest_vectors)
        DBTaskResult.objects.all().delete()
        make_newest()
        assert len(made) == 3
        assert queue(tasks.bring_in_line) == [[CASES, [page.pk]]]
        assert queue(tasks.make_newest_vectors) == []

    def test_chance_is_measured_once_a_minute_after_vectors_came(
        self, made: list[str], one_by_one: None, make_case: Any
    ) -> None:
        publish(make_case, "Een", "Twee", "Drie")
        while do_next():
            pass
        assert len(made) == 3
        waiting = DBTaskResult.objects.get(
            status=TaskResultStatus.READY, task_path=tasks.measure_chance.module_path
        )
        assert round((waiting.run_after - waiting.enqueued_at).total_seconds()) == 60
        tasks.measure_chance.call()
        assert Vocabulary.objects.get(audience=EVERYONE).threshold == pytest.approx(0.3)

    def test_a_measurement_that_goes_wrong_is_tried_again_and_then_given_up(
        self, made: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail() -> None:
            raise BROKEN

        monkeypatch.setattr(vectors, "measure_chance", fail)
        tasks.measure_chance.call()
        assert queue(tasks.measure_chance) == [[2]]
        with pytest.raises(RuntimeError):
            tasks.measure_chance.call(tasks.MOST_ATTEMPTS)

    def test_a_text_that_is_gone_by_then_is_not_made_and_not_listed_any_more(
        self, made: list[str], make_case: Any
    ) -> None:
        pages = publish(make_case, "Een", "Twee")
        write_rows()
        SearchEntry.of(CASES, object_id=pages[0].pk).delete()
        make_newest()
        assert made == ["Twee"]
        assert not MissingVector.objects.exists()

    def test_without_a_model_nothing_is_made_nor_planned(
        self, made: list[str], make_case: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        publish(make_case, "Een")
        write_rows()
        DBTaskResult.objects.all().delete()
        monkeypatch.setattr(embedding, "is_available", lambda: False)
        make_newest()
        tasks.plan_vectors()
        tasks.measure_chance.call()
        assert (made, DBTaskResult.objects.count()) == ([], 0)


class TestWhatGoesWrong:
    """An object at fault keeps no other from its vectors."""

    @pytest.fixture
    def pages(self, made: list[str], make_case: Any) -> list[PracticePage]:
        """Return two cases without vectors."""
        pages = publish(make_case, "Een", "Twee")
        write_rows()
        DBTaskResult.objects.all().delete()
        return pages

    def test_each_object_gets_a_task_of_its_own(
        self, pages: list[PracticePage], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(texts: list[str], **options: Any) -> None:
            raise BROKEN

        monkeypatch.setattr(vectors, "make", fail)
        make_newest()
        assert sorted(queue(tasks.make_vectors)) == sorted([CASES, [page.pk]] for page in pages)
        assert queue(tasks.make_newest_vectors) == []

    def test_also_when_workers_were_lost_with_it(self, pages: list[PracticePage], made: list[str]) -> None:
        make_newest(claims=MOST_CLAIMS)
        assert (made, len(queue(tasks.make_vectors))) == ([], 2)
        while do_next():
            pass
        assert sorted(made) == ["Een", "Twee"]


class TestARebuild:
    """It builds with the vectors that are there and makes none."""

    @pytest.fixture
    def never(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Fail when somebody makes a vector."""
        monkeypatch.setattr(embedding, "embed_passages", lambda texts: pytest.fail("made here"))

    def test_it_says_how_many_vectors_the_worker_makes(
        self, made: list[str], never: None, make_case: Any
    ) -> None:
        publish(make_case, "Een", "Twee")
        DBTaskResult.objects.all().delete()
        said = run_command("rebuild")
        assert "2 passages have no vector yet; the worker makes them" in said
        assert queue(tasks.make_newest_vectors) == [[]]
        assert "vectors: 2 passages to be made, of 2 objects" in run_command("status")

    def test_it_says_nothing_of_vectors_that_are_there(self, made: list[str], make_case: Any) -> None:
        publish(make_case, "Een", "Twee")
        while do_next():
            pass
        DBTaskResult.objects.all().delete()
        assert "no vector yet" not in run_command("rebuild")
        assert queue(tasks.make_newest_vectors) == []

    def test_vectors_of_no_text_are_forgotten_and_those_made_meanwhile_kept(
        self, made: list[str], make_case: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        page, _other = publish(make_case, "Een", "Twee")
        while do_next():
            pass
        page.unpublish()
        add_to_list = vectors.list_missing

        def add_and_work(passages: Any) -> None:
            PassageVector.objects.create(digest="new", vector=bytes(embedding.DIMENSIONS))  # as a worker does
            add_to_list(passages)

        monkeypatch.setattr(vectors, "list_missing", add_and_work)
        rebuilding.rebuild(lambda *progress: None)
        (document,) = SearchEntry.of(CASES).values_list("document", flat=True)
        (text,) = vectors.texts_of(document)
        kept = set(PassageVector.objects.values_list("digest", flat=True))
        assert kept == {"new", vectors.digest_of(text)}

    def test_check_waits_for_what_is_listed_and_repair_lists_what_is_not(
        self, made: list[str], never: None, make_case: Any
    ) -> None:
        publish(make_case, "Een")
        write_rows()
        assert run_command("check").splitlines() == [
            "vectors of 1 objects are still to be made by the worker",
            "no differences",
        ]
        MissingVector.objects.all().delete()
        DBTaskResult.objects.all().delete()
        with pytest.raises(CommandError, match="1 differences"):
            run_command("check")
        assert "1 mended" in run_command("check", "--repair")
        assert queue(tasks.make_newest_vectors) == [[]]
        assert "no differences" in run_command("check")

    def test_an_index_is_not_built_anew_for_vectors_that_the_worker_makes(
        self, made: list[str], never: None, make_case: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        publish(make_case, "Een")
        write_rows()
        monkeypatch.setattr(rebuilding, "rebuild", lambda report: pytest.fail("built anew"))
        assert audit.mend(list(audit.find_differences()), lambda *progress: None) == {}


def run_command(*arguments: str) -> str:
    """Return what `search_index` says."""
    said = io.StringIO()
    call_command("search_index", *arguments, stdout=said)
    return said.getvalue()


class TestThresholds:
    """What a measurement finds reaches processes as words do."""

    def test_a_process_that_remembers_the_words_gets_new_thresholds_within_half_a_minute(
        self, made: list[str], make_case: Any, stopwatch: Any
    ) -> None:
        publish(make_case, "Een", "Twee")
        write_rows()  # the words are there, and nothing was measured yet
        assert vocabulary.get(EVERYONE).threshold == 1.0
        make_newest()
        tasks.measure_chance.call()
        assert vocabulary.get(EVERYONE).threshold == 1.0
        stopwatch.seconds += vocabulary.TIMEOUT + 1
        now = vocabulary.get(EVERYONE)
        assert (now.threshold, now.sure_threshold) == (pytest.approx(0.2), 0.9)
        assert "twee" in now.counts

    def test_a_rebuild_measures_too(self, made: list[str], make_case: Any, stopwatch: Any) -> None:
        publish(make_case, "Een")
        write_rows()
        make_newest()
        assert vocabulary.get(EVERYONE).threshold == 1.0
        rebuilding.rebuild(lambda *progress: None)
        stopwatch.seconds += vocabulary.TIMEOUT + 1
        assert vocabulary.get(EVERYONE).threshold == pytest.approx(0.1)

    def test_who_finds_the_same_makes_nobody_read_the_words_again(self, made: list[str]) -> None:
        vectors.measure_chance()
        before = Vocabulary.objects.get(audience=EVERYONE).changed_at
        vectors.measure_chance()
        assert Vocabulary.objects.get(audience=EVERYONE).changed_at == before


class TestHealth:
    """`/readyz` has the share of passages with a vector, and is as ready with few of them."""

    @pytest.mark.parametrize(
        ("there", "missing", "expected"),
        [(0, 0, "ok"), (3, 0, "ok"), (0, 2, "0%"), (34, 66, "34%"), (999, 1, "99%")],
    )
    def test_the_share_is_told_and_changes_no_status(
        self, made: list[str], client: Client, there: int, missing: int, expected: str
    ) -> None:
        PassageVector.objects.bulk_create(
            PassageVector(digest=str(number), model="x", vector=b"") for number in range(there)
        )
        vectors.list_missing(("a:1", str(number)) for number in range(missing))
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["semantic"]) == (200, expected)

    def test_it_is_counted_once_in_half_a_minute(
        self, made: list[str], stopwatch: Any, django_assert_num_queries: Any
    ) -> None:
        assert check_vectors() == "ok"
        vectors.list_missing([("a:1", "digest")])
        with django_assert_num_queries(0):
            assert check_vectors() == "ok"
        stopwatch.seconds += 31
        assert check_vectors() == "0%"

    def test_a_site_without_a_model_says_off(self, client: Client, db: None) -> None:
        vectors.list_missing([("a:1", "digest")])
        assert client.get("/readyz").json()["semantic"] == "off"

    def test_a_database_that_is_away_breaks_nothing(self, made: list[str]) -> None:
        def refuse(*args: Any) -> None:
            raise DatabaseError("gone")

        with connection.execute_wrapper(refuse):
            assert check_vectors() == "unknown"


class TestFirstPage:
    """Editors are told when search by meaning lags."""

    @pytest.fixture
    def shown(self, made: list[str], enter: Any) -> Callable[[], str]:
        """Return a function that returns the first page of `/cms/` as an editor sees it."""
        editor = enter()
        return lambda: re.sub(r"\s+", " ", editor.get("/cms/").text)

    def lag(self, waited: datetime.timedelta) -> None:
        """Let a third of the passages wait for so long."""
        PassageVector.objects.bulk_create(
            PassageVector(digest=str(number), model="x", vector=b"") for number in range(34)
        )
        vectors.list_missing(("a:1", str(number)) for number in range(66))
        MissingVector.objects.update(since=timezone.now() - waited)

    def test_it_is_told_after_ten_minutes_and_not_before(self, shown: Callable[[], str]) -> None:
        self.lag(datetime.timedelta(minutes=9, seconds=50))
        assert "loopt achter" not in shown()
        MissingVector.objects.update(since=timezone.now() - datetime.timedelta(minutes=10))
        assert (
            "Zoeken op betekenis loopt achter: 34% van de teksten is klaar. "
            "Nieuwe voorbeelden zijn al op hun woorden te vinden." in shown()
        )
        MissingVector.objects.all().delete()
        assert "loopt achter" not in shown()

    def test_it_is_told_in_english_too(self, shown: Callable[[], str], settings: Any) -> None:
        settings.LANGUAGE_CODE = "en"
        self.lag(datetime.timedelta(minutes=11))
        assert (
            "Search by meaning is behind: 34% of the texts are ready. "
            "New examples can already be found by their words." in shown()
        )

    def test_a_site_without_a_model_does_not_lag(
        self, shown: Callable[[], str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.lag(datetime.timedelta(hours=1))
        monkeypatch.setattr(embedding, "is_available", lambda: False)
        assert "loopt achter" not in shown()
