"""What changed reaches the index: later when the engine is away, and without the one row that is at fault."""

import io
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as site_settings
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone
from django_tasks import TaskContext, TaskResultStatus
from django_tasks_db.models import DBTaskResult
from elastic_transport import JsonSerializer, Transport

from practices.models import PracticePage
from search import client as door
from search.answers.services import search
from search.client import PATIENCE_OF_WRITERS, EngineRefuses, EngineUnavailable
from search.index import indexing, tasks
from search.index.audit import find_differences
from search.index.tasks import MERGED_FROM, MOST_ATTEMPTS, PORTION, bring_in_line, catch_up, plan
from search.models import SearchEntry, Turn, WaitingRow
from search.query.parameters import SearchParameters
from search.text import vocabulary
from worker.failed import failed_tasks
from worker.leases import MOST_CLAIMS

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
LABEL = "practices.practicepage"
NOBODY = ["http://127.0.0.1:9"]  # where no engine is


def run_command(*args: str) -> str:
    out = io.StringIO()
    call_command("search_index", *args, stdout=out)
    return out.getvalue()


def waiting(task: Any = bring_in_line) -> Any:
    return DBTaskResult.objects.filter(status=TaskResultStatus.READY, task_path=task.module_path).order_by(
        "enqueued_at"
    )


def arguments() -> list[list[Any]]:
    return sorted(task.args_kwargs["args"] for task in waiting())


def entries() -> set[int]:
    return set(SearchEntry.of(LABEL).values_list("object_id", flat=True))


@pytest.fixture
def work() -> Callable[..., None]:
    """Return a function that works until nothing is left, as the worker does: a task that fails stays."""

    def work(*, waits: bool = True) -> None:
        for _ in range(500):
            task = DBTaskResult.objects.ready().first()
            if task is None and waits and not WaitingRow.objects.exists():
                later = DBTaskResult.objects.filter(status=TaskResultStatus.READY)
                later.update(run_after=timezone.now())  # as if the time had passed
                task = later.first()
            if task is None:
                return
            task.claim("test")
            context = [TaskContext(task_result=task.task_result)] if task.task.takes_context else []
            try:
                task.task.call(*context, *task.args_kwargs["args"])
            except Exception as error:  # noqa: BLE001  a worker survives whatever a task does
                task.set_failed(error)
            else:
                task.set_successful(None)
        pytest.fail("the queue never ends")

    return work


def look() -> None:
    """Look for the engine now."""
    waiting(catch_up).update(run_after=timezone.now())


@pytest.fixture
def cases(make_case: Any, run_tasks: Any) -> list[PracticePage]:
    """Return three cases that nobody has to write any more."""
    pages = [make_case(slug, slug.title(), "tekst") for slug in ("een", "twee", "drie")]
    run_tasks()
    DBTaskResult.objects.all().delete()
    WaitingRow.objects.all().delete()
    return pages


@pytest.fixture
def spoil(monkeypatch: pytest.MonkeyPatch) -> Callable[[PracticePage], None]:
    """Return a function after which a case cannot be read for search."""
    read = PracticePage.search_content

    def spoil(page: PracticePage) -> None:
        def search_content(self: PracticePage) -> Any:
            if self.pk == page.pk:
                raise RuntimeError("this row is at fault")
            return read(self)

        monkeypatch.setattr(PracticePage, "search_content", search_content)

    return spoil


class TestTheEngineIsAway:
    """Rows wait together, and use up no attempts."""

    @pytest.fixture(autouse=True)
    def away(self, cases: list[PracticePage], settings: Any) -> None:
        """Put the engine where nobody answers."""
        settings.ELASTICSEARCH_URL = NOBODY

    def test_each_row_waits_once_and_one_task_looks_for_the_engine(self, cases: Any, work: Any) -> None:
        for _ in range(3):
            for page in cases:
                page.title += "!"
                page.save_revision().publish()
                plan(LABEL, [page.pk])
                work(waits=False)
        assert sorted(WaitingRow.objects.values_list("object_id", flat=True)) == sorted(
            page.pk for page in cases
        )
        assert not waiting()
        assert waiting(catch_up).count() == 1
        assert not failed_tasks()

    def test_the_fallback_index_is_right_at_once(self, cases: Any, work: Any) -> None:
        cases[0].title = "Bruggen"
        cases[0].save_revision().publish()
        cases[1].unpublish()
        work(waits=False)
        assert SearchEntry.of(LABEL, object_id=cases[0].pk).get().title == "bruggen"
        assert cases[1].pk not in entries()

    def test_while_others_wait_the_engine_is_not_asked(
        self, cases: Any, work: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[int] = []
        run = door.run
        monkeypatch.setattr(door, "run", lambda *args, **options: asked.append(1) or run(*args, **options))
        for page in cases:
            plan(LABEL, [page.pk])
        work(waits=False)
        assert len(asked) == 1

    @pytest.mark.usefixtures("no_time_passes")
    def test_however_long_it_takes_there_is_one_look_at_a_time_and_nothing_fails_for_good(
        self, cases: Any, work: Any
    ) -> None:
        plan(LABEL, [page.pk for page in cases])
        for _ in range(30):
            work(waits=False)
            look()
        work(waits=False)
        later = waiting(catch_up).get()
        assert (later.run_after - later.enqueued_at).total_seconds() == 10
        assert WaitingRow.objects.count() == 3
        assert not failed_tasks()

    def test_a_look_that_breaks_is_not_the_last_one(
        self, cases: Any, work: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def break_off() -> bool:
            raise RuntimeError

        monkeypatch.setattr(tasks, "can_write", break_off)
        plan(LABEL, [cases[0].pk])
        work(waits=False)
        look()
        work(waits=False)
        assert waiting(catch_up).count() == 1

    def test_without_an_engine_to_wait_for_the_rows_are_let_go(
        self, cases: Any, work: Any, settings: Any
    ) -> None:
        plan(LABEL, [cases[0].pk])
        work(waits=False)
        settings.ELASTICSEARCH_URL = []
        look()
        work()
        assert not WaitingRow.objects.exists()
        assert not waiting(catch_up)

    def test_a_new_index_waits_for_the_engine_too(self) -> None:
        tasks.renew_index.call()
        assert waiting(tasks.renew_index).count() == 1

    def test_status_counts_them(self, cases: Any, work: Any, settings: Any) -> None:
        plan(LABEL, [page.pk for page in cases])
        work(waits=False)
        settings.ELASTICSEARCH_URL = []
        status = run_command("status")
        assert "waiting for the engine: 3" in status
        assert "given up: 0" in status


@pytest.mark.engine
class TestTheEngineComesBack:
    """The same with the real engine."""

    def test_everything_that_waited_is_written(
        self, cases: Any, index: Any, settings: Any, work: Any
    ) -> None:
        there, settings.ELASTICSEARCH_URL = settings.ELASTICSEARCH_URL, NOBODY
        cases[0].unpublish()
        cases[1].title = "Nieuw"
        cases[1].save_revision().publish()
        work(waits=False)
        assert WaitingRow.objects.count() == 2
        settings.ELASTICSEARCH_URL = there
        look()
        work()
        assert not WaitingRow.objects.exists()
        assert not waiting(catch_up)
        assert "no differences" in run_command("check")

    def test_without_an_index_they_wait_for_the_first_one(self, cases: Any, engine: Any, work: Any) -> None:
        plan(LABEL, [page.pk for page in cases])
        work(waits=False)
        look()
        work(waits=False)
        assert WaitingRow.objects.count() == 3
        assert not engine.indices.get(index=f"{site_settings.SEARCH_INDEX_PREFIX}-*").body
        run_command("rebuild")
        look()
        work()
        assert not WaitingRow.objects.exists()

    def test_an_index_that_can_be_read_and_not_written_is_waited_for(
        self, cases: Any, index: Any, engine: Any, work: Any
    ) -> None:
        name = f"{site_settings.SEARCH_INDEX_PREFIX}-*"
        engine.indices.put_settings(index=name, settings={"index.blocks.write": True})
        plan(LABEL, [page.pk for page in cases])
        work(waits=False)
        look()
        work(waits=False)
        assert WaitingRow.objects.count() == 3
        engine.indices.put_settings(index=name, settings={"index.blocks.write": None})
        look()
        work()
        assert not WaitingRow.objects.exists()
        assert not failed_tasks()

    def test_a_new_compound_is_found_by_its_part_once_the_index_was_renewed(
        self, cases: Any, make_case: Any, index: Any, work: Any
    ) -> None:
        def found() -> list[str]:
            index()
            vocabulary._KEPT.clear()
            hits = search(SearchParameters(query="gladheid", is_literal=True), viewer=AnonymousUser()).hits
            return [hit.slug for hit in hits]

        make_case("winter", "Gladheidsbestrijding", "tekst")
        work(waits=False)
        assert waiting(tasks.renew_index).get().run_after > timezone.now()
        assert found() == []
        waiting(tasks.renew_index).update(run_after=timezone.now())
        work(waits=False)
        assert found() == ["winter"]

    def test_one_document_that_the_engine_refuses_fails_for_good_alone(
        self, cases: Any, index: Any, engine: Any, work: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        build = indexing.build_document

        def build_odd(row: Any, content: Any) -> Any:
            document = build(row, content)
            return document | ({"nowhere_in_the_mapping": 1} if row.pk == cases[1].pk else {})

        monkeypatch.setattr(indexing, "build_document", build_odd)
        for page in cases:
            page.title = "Anders"
            PracticePage.objects.filter(pk=page.pk).update(title="Anders")
        with pytest.raises(EngineRefuses):
            indexing.bring_in_line(LABEL, [cases[1].pk])
        plan(LABEL, [page.pk for page in cases])
        work()
        assert [task.args_kwargs["args"][1] for task in failed_tasks()] == [[cases[1].pk]]
        assert not WaitingRow.objects.exists()
        engine.indices.refresh(index=indexing.alias("everyone"))
        hits = engine.search(index=indexing.alias("everyone"), query={"term": {"kind": "case"}})["hits"][
            "hits"
        ]
        titles = {hit["_source"]["pk"]: hit["_source"].get("title") for hit in hits}
        assert titles == {cases[0].pk: "Anders", cases[1].pk: "Twee", cases[2].pk: "Anders"}
        for action in (["rebuild"], ["check", "--repair"]):  # one document is no reason to keep an old index
            with pytest.raises(CommandError, match="refuses 1 document"):
                run_command(*action)
        assert [str(found) for found in find_differences()] == [
            f"{indexing.alias('everyone')}: {LABEL}:{cases[1].pk} is missing"
        ]

    @pytest.mark.parametrize("is_json", [True, False], ids=["on its way to the engine", "as JSON"])
    def test_a_row_that_breaks_fails_for_good_and_never_taken_for_an_engine_that_is_away(
        self, cases: Any, index: Any, work: Any, monkeypatch: pytest.MonkeyPatch, is_json: bool
    ) -> None:
        add = indexing.with_vectors

        def break_one(documents: Any) -> Any:
            documents = add(documents)
            at_fault = [document for document in documents if document["pk"] == cases[1].pk]
            if at_fault and is_json:
                raise ValueError("this row is at fault")
            return [
                document | ({"title": object()} if document in at_fault else {}) for document in documents
            ]

        monkeypatch.setattr(indexing, "with_vectors", break_one)
        PracticePage.objects.update(title="Anders")
        plan(LABEL, [page.pk for page in cases])
        work(waits=False)
        assert not WaitingRow.objects.exists()
        work()
        assert [task.args_kwargs["args"][1] for task in failed_tasks()] == [[cases[1].pk]]
        differences = {difference.key for difference in find_differences()}
        assert differences == {f"{LABEL}:{cases[1].pk}"}

    def test_what_the_live_index_refuses_reaches_the_one_that_is_being_built(
        self, cases: Any, index: Any, engine: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        build = indexing.build_document
        new = {"with_a_new_field": 1}
        monkeypatch.setattr(indexing, "build_document", lambda row, content: build(row, content) | new)
        following = f"{indexing.alias('everyone')}-newer"
        engine.indices.create(index=following, aliases={indexing.next_alias("everyone"): {}})
        with pytest.raises(EngineRefuses, match="strict_dynamic_mapping"):
            indexing.bring_in_line(LABEL, [page.pk for page in cases])
        there = [engine.exists(index=following, id=f"{LABEL}:{page.pk}").body for page in cases]
        assert there == [True, True, True]


class TestOtherTasksThatGoWrong:
    """What takes longer is tried as often as a row before it fails for good, with the same waits."""

    @pytest.mark.parametrize(
        ("task", "args", "broken"),
        [
            (tasks.make_vectors, [LABEL, [1]], "semantic.vectors.find_missing"),
            (tasks.renew_index, [], "index.rebuilding.is_up_to_date"),
            (tasks.tidy_indices, [], "index.rebuilding.tidy"),
        ],
        ids=["vectors", "renewal", "tidying"],
    )
    @pytest.mark.usefixtures("no_time_passes")
    def test_it_is_tried_again_later_each_time_and_then_fails_for_good(
        self,
        task: Any,
        args: list[Any],
        broken: str,
        work: Any,
        settings: Any,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        def fail(*args: Any) -> None:
            raise RuntimeError("it is broken")

        settings.ELASTICSEARCH_URL = NOBODY
        monkeypatch.setattr(f"search.{broken}", fail)
        DBTaskResult.objects.all().delete()
        task.enqueue(*args)
        waits = []
        for attempt in range(2, MOST_ATTEMPTS + 1):
            work(waits=False)
            later = waiting(task).get()
            assert later.args_kwargs["args"] == [*args, attempt]
            waits.append((later.run_after - later.enqueued_at).total_seconds())
            waiting(task).update(run_after=timezone.now())
        assert waits == [5, 10, 20, 40]
        assert not failed_tasks()
        work()
        assert failed_tasks().get().task_path == task.module_path


class TestARowAtFault:
    """One row that cannot be written does not keep the others from it."""

    def test_the_others_are_written_and_it_fails_for_good(self, cases: Any, spoil: Any, work: Any) -> None:
        SearchEntry.objects.all().delete()
        spoil(cases[1])
        plan(LABEL, [page.pk for page in cases])
        work()
        assert entries() == {cases[0].pk, cases[2].pk}
        failed = failed_tasks().get()
        assert failed.args_kwargs["args"] == [LABEL, [cases[1].pk], MOST_ATTEMPTS]
        assert failed.exception_class_path == "builtins.RuntimeError"

    @pytest.mark.usefixtures("no_time_passes")
    def test_it_is_tried_again_later_each_time(self, cases: Any, spoil: Any, work: Any) -> None:
        spoil(cases[1])
        plan(LABEL, [cases[1].pk])
        waits = []
        for attempt in range(2, MOST_ATTEMPTS + 1):
            work(waits=False)
            task = waiting().get()
            assert task.args_kwargs["args"] == [LABEL, [cases[1].pk], attempt]
            waits.append((task.run_after - task.enqueued_at).total_seconds())
            waiting().update(run_after=timezone.now())
        assert waits == [5, 10, 20, 40]

    def test_status_names_it_and_retry_puts_it_back(
        self, cases: Any, spoil: Any, work: Any, monkeypatch: Any
    ) -> None:
        spoil(cases[1])
        plan(LABEL, [cases[1].pk])
        work()
        status = run_command("status")
        assert "given up: 1" in status
        assert f"['{LABEL}', [{cases[1].pk}]] builtins.RuntimeError" in status
        monkeypatch.undo()
        SearchEntry.objects.all().delete()
        assert "1 tasks begin anew" in run_command("retry")
        work()
        assert entries() == {cases[1].pk}
        assert not failed_tasks()

    def test_a_batch_that_workers_do_not_survive_is_done_one_by_one(self, cases: Any, work: Any) -> None:
        plan(LABEL, [page.pk for page in cases])
        waiting().update(worker_ids=["a"] * (MOST_CLAIMS - 1))  # what a take-over leaves
        task = waiting().get()
        task.claim("c")
        bring_in_line.call(TaskContext(task_result=task.task_result), *task.args_kwargs["args"])
        assert arguments() == [[LABEL, [page.pk], 2] for page in cases]


class TestALongQueue:
    """Many small tasks become a few batches."""

    def test_an_import_is_written_in_batches(self, cases: Any) -> None:
        for pk in range(1000, 1000 + 2 * PORTION):
            plan(LABEL, [pk])
        first = waiting().first()
        first.claim("a")
        bring_in_line.call(TaskContext(task_result=first.task_result), *first.args_kwargs["args"])
        first.set_successful(None)
        assert [len(pks) for _, pks in arguments()] == [PORTION, PORTION - 1]
        assert [pk for _, pks in arguments() for pk in pks] == list(range(1001, 1000 + 2 * PORTION))
        assert set(waiting().values_list("priority", flat=True)) == {tasks.PRIORITY_OF_PAGES}

    def test_what_a_member_hides_does_not_wait_for_the_other_tasks_of_an_import(self, cases: Any) -> None:
        for page in cases:
            page.save_revision().publish()
        others = DBTaskResult.objects.ready().exclude(task_path=bring_in_line.module_path)
        assert others.filter(priority=0).exists()  # as Wagtail enqueues them
        waiting().delete()
        tasks.tidy_indices.enqueue()
        plan("members.member", [1])
        assert {task.task_path for task in DBTaskResult.objects.ready()[:2]} == {
            tasks.tidy_indices.module_path,
            bring_in_line.module_path,
        }

    def test_what_went_wrong_before_is_never_in_a_batch_again(self, cases: Any) -> None:
        for pk in range(2 * MERGED_FROM):
            bring_in_line.enqueue(LABEL, [pk], 2)
        for pk in range(2 * MERGED_FROM):
            plan(LABEL, [1000 + pk])
        lost = next(task for task in waiting() if task.args_kwargs["args"] == [LABEL, [1000]])
        DBTaskResult.objects.filter(pk=lost.pk).update(worker_ids=["a"])
        tasks._merge_waiting(LABEL)
        assert sum(args[2:] == [2] for args in arguments()) == 2 * MERGED_FROM
        assert [LABEL, [1000]] in arguments()
        assert [LABEL, list(range(1001, 1000 + 2 * MERGED_FROM))] in arguments()

    def test_a_short_queue_is_left_as_it_is(self, cases: Any) -> None:
        for pk in range(MERGED_FROM):
            plan(LABEL, [pk])
        tasks._merge_waiting(LABEL)
        assert waiting().count() == MERGED_FROM

    def test_a_poisoned_long_queue_ends(self, cases: Any, spoil: Any, work: Any) -> None:
        SearchEntry.objects.all().delete()
        spoil(cases[1])
        for _ in range(MERGED_FROM):
            for page in cases:
                plan(LABEL, [page.pk])
        work()
        assert entries() == {cases[0].pk, cases[2].pk}
        assert {tuple(task.args_kwargs["args"][1]) for task in failed_tasks()} == {(cases[1].pk,)}


class TestTurns:
    """A write that read later has a higher version, whatever the clocks say."""

    def test_versions_rise_while_the_clock_goes_back(self, monkeypatch: pytest.MonkeyPatch) -> None:
        now = time.time_ns()
        monkeypatch.setattr("search.models.time.time_ns", lambda: now)
        _, first = Turn.take(LABEL)
        now -= 3600 * 10**9
        before, second = Turn.take(LABEL)
        assert before == first < second < Turn.take(LABEL)[1]
        now += 7200 * 10**9
        assert Turn.take(LABEL)[1] == now == Turn.current(LABEL)

    @pytest.mark.engine
    def test_a_worker_whose_clock_is_behind_takes_a_page_out_all_the_same(
        self, cases: Any, index: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        now = time.time_ns()
        monkeypatch.setattr("search.models.time.time_ns", lambda: now)
        indexing.bring_in_line(LABEL, [cases[0].pk])
        PracticePage.objects.filter(pk=cases[0].pk).update(live=False)
        now -= 60 * 10**9
        indexing.bring_in_line(LABEL, [cases[0].pk])
        monkeypatch.undo()
        assert "no differences" in run_command("check")


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="no two write at once on SQLite")
def test_a_look_does_not_begin_before_the_rows_that_count_on_it_are_there(settings: Any) -> None:
    settings.ELASTICSEARCH_URL = NOBODY
    tasks._wait_for_engine(LABEL, [1])
    waiting(catch_up).update(run_after=timezone.now())
    claimed: list[Any] = []

    def claim() -> None:
        with transaction.atomic():
            claimed.append(DBTaskResult.objects.ready().filter(task_path=catch_up.module_path).get_locked())
        connection.close()

    with transaction.atomic():
        tasks._wait_for_engine(LABEL, [2])
        worker = threading.Thread(target=claim)
        worker.start()
        worker.join(60)
        assert not worker.is_alive()
    assert claimed == [None]
    assert WaitingRow.objects.count() == 2
    assert waiting(catch_up).count() == 1


def test_an_engine_that_is_away_is_told_from_one_that_refuses(settings: Any) -> None:
    settings.ELASTICSEARCH_URL = NOBODY
    with pytest.raises(EngineUnavailable) as raised:
        door.run(lambda engine: engine.info())
    assert not isinstance(raised.value, EngineRefuses)


def test_what_cannot_be_written_as_json_is_told_from_an_answer_that_is_none(settings: Any) -> None:
    settings.ELASTICSEARCH_URL = NOBODY
    with pytest.raises(EngineRefuses):
        door.run(lambda engine: engine.index(index="any", document={"title": object()}))
    with pytest.raises(EngineUnavailable) as raised:
        door.run(lambda engine: JsonSerializer().loads(b"<html>"))
    assert not isinstance(raised.value, EngineRefuses)


@pytest.mark.engine
@pytest.mark.parametrize("option", [(), ("--if-needed",)])
def test_before_visitors_ask_the_engine_answers_a_first_question_however_long_that_takes(
    index: Any, monkeypatch: pytest.MonkeyPatch, option: tuple[str, ...]
) -> None:
    perform, asked = Transport.perform_request, []

    def note(self: Transport, method: str, target: str, **options: Any) -> Any:
        asked.append((target.partition("?")[0], options["request_timeout"]))
        return perform(self, method, target, **options)

    monkeypatch.setattr(Transport, "perform_request", note)
    run_command("rebuild", *option)
    assert asked[-1] == ("/_msearch", PATIENCE_OF_WRITERS)
