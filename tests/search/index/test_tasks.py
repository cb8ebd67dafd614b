"""Each task of search alone: what it does, which task comes after it, and what an editor reads of it."""

import datetime
from collections.abc import Callable
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max
from wagtail.models import Page
from wagtail.signals import page_published

from curation.models import SynonymList
from curation.synonyms import WAITING, live_list, synonym_list_create, synonym_list_go_live
from organisations.models import Organisation
from page_cache.changes import current_version
from search.client import EngineRefuses, EngineUnavailable, UnexpectedAnswer
from search.cms import trial
from search.cms.tasks import try_synonyms
from search.index import indexing, rebuilding, tasks
from search.index.tasks import MOST_ATTEMPTS, PORTION, bring_in_line, is_busy, plan
from search.models import EVERYONE, MEMBERS, MissingVector, SearchEntry, WaitingRow
from search.semantic import embedding, vectors
from search.text import vocabulary
from worker.leases import MOST_CLAIMS, leases_ended

pytestmark = pytest.mark.django_db
CASES, BODIES, PEOPLE = "practices.practicepage", "organisations.organisation", "members.member"
NOBODY = ["http://127.0.0.1:9"]  # where no engine is
AWAY, REFUSES, BROKEN = EngineUnavailable("away"), EngineRefuses("rule 3"), RuntimeError("it is broken")


@pytest.fixture(autouse=True)
def empty_queue(site_frame: Any) -> None:
    """Begin without tasks."""
    DBTaskResult.objects.all().delete()


@pytest.fixture
def configured(settings: Any) -> None:
    """Say that there is an engine."""
    settings.ELASTICSEARCH_URL = NOBODY


def queue(task: Any = bring_in_line) -> list[list[Any]]:
    """Return the arguments of the tasks of a kind that wait, the first to be done first."""
    waiting = DBTaskResult.objects.filter(status=TaskResultStatus.READY, task_path=task.module_path)
    return [found.args_kwargs["args"] for found in waiting.order_by("-priority", "enqueued_at")]


def wait_of(task: Any) -> int:
    """Return after how many seconds the one task of a kind may begin."""
    found = DBTaskResult.objects.get(status=TaskResultStatus.READY, task_path=task.module_path)
    return round((found.run_after - found.enqueued_at).total_seconds())


def do(label: str, pks: list[int], attempt: int = 1, *, claims: int = 1) -> None:
    """Do the task for these rows, as the worker does that is the so many-th to claim it."""
    bring_in_line.call(SimpleNamespace(attempt=claims), label, pks, attempt)


def fail_with(error: Exception) -> Callable[..., None]:
    """Return what raises this, whatever it is asked."""

    def fail(*args: Any, **options: Any) -> None:
        raise error

    return fail


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, list[int]]]:
    """Return a list of what was written, which nothing else is done for."""
    calls: list[tuple[str, list[int]]] = []
    monkeypatch.setattr(indexing, "bring_in_line", lambda label, pks: calls.append((label, pks)))
    return calls


class TestPlanning:
    """Rows become tasks."""

    def test_many_rows_are_planned_in_portions_each_row_once(self) -> None:
        pks = list(range(2 * PORTION + 1, 0, -1))
        plan(CASES, [*pks, *pks])
        portions = sorted(queue())
        assert [len(portion) for _, portion in portions] == [PORTION, PORTION, 1]
        assert [pk for _, portion in portions for pk in portion] == sorted(pks)
        assert {label for label, _ in portions} == {CASES}

    def test_nothing_is_planned_for_no_rows(self) -> None:
        plan(CASES, [])
        assert queue() == []

    def test_pages_go_first_and_what_takes_long_goes_last(self) -> None:
        priorities = {}
        for label in (PEOPLE, CASES):
            plan(label, [1])
            priorities[label] = DBTaskResult.objects.get().priority
            DBTaskResult.objects.all().delete()
        for task in (tasks.make_newest_vectors, tasks.make_vectors, tasks.measure_chance, tasks.renew_index):
            assert task.priority < 0 < priorities[PEOPLE] < priorities[CASES]

    def test_a_body_of_which_the_last_day_is_over_is_planned_as_long_as_it_is_in_the_fallback_index(
        self, run_tasks: Any
    ) -> None:
        today = timezone.localdate()
        ends = {"gisteren": -1, "vandaag": 0, "morgen": 1}
        made = {name: Organisation.objects.create(name=name, slug=name) for name in [*ends, "nooit"]}
        run_tasks()
        assert SearchEntry.of(BODIES, object_id__in=[body.pk for body in made.values()]).count() == len(made)
        for name, days in ends.items():
            ended = today + datetime.timedelta(days=days)
            Organisation.objects.filter(pk=made[name].pk).update(ended_date=ended)
        tasks.plan_ended_bodies()
        assert queue() == [[BODIES, sorted([made["gisteren"].pk, made["vandaag"].pk])]]
        run_tasks()
        DBTaskResult.objects.all().delete()
        tasks.plan_ended_bodies()
        assert queue() == []

    def test_an_ended_body_that_a_case_still_names_stays_as_it_is(
        self, make_case: Any, run_tasks: Any
    ) -> None:
        body = Organisation.objects.create(
            name="Gemeente Ooit", slug="ooit", ended_date=datetime.date(2020, 1, 1)
        )
        make_case("weg", "Wegen", "tekst", organisations=[body])
        run_tasks()
        assert SearchEntry.of(BODIES, object_id=body.pk).exists()
        tasks.plan_ended_bodies()
        assert queue() == []


class TestWhatIsPlannedForAChange:
    """A handler only says which rows to look at."""

    def test_a_row_that_is_deleted_is_planned(self) -> None:
        body = Organisation.objects.create(name="Gemeente Een", slug="een")
        pk = body.pk
        DBTaskResult.objects.all().delete()
        body.delete()
        assert [BODIES, [pk]] in queue()

    def test_a_new_address_of_a_page_reaches_all_below_it_and_nothing_beside_it(
        self, make_case: Any, django_capture_on_commit_callbacks: Any
    ) -> None:
        cases = [make_case(slug, slug, "tekst") for slug in ("een", "twee")]
        parent = cases[0].get_parent().specific
        DBTaskResult.objects.all().delete()
        with django_capture_on_commit_callbacks(execute=True):
            parent.slug = "voorbeelden"
            parent.save_revision().publish()
        assert [CASES, sorted(page.pk for page in cases)] in queue()
        assert {label for label, _ in queue()} == {CASES}

    def test_a_page_of_a_kind_that_search_does_not_know_is_passed_over(self) -> None:
        page_published.send(sender=Page, instance=Page.objects.get(depth=1))
        assert queue() == []


class TestWriting:
    """The task that brings rows in line."""

    def test_the_rows_are_written_and_cached_pages_are_old(self, written: Any) -> None:
        before = current_version()
        do(CASES, [3, 4])
        assert written == [(CASES, [3, 4])]
        assert current_version() != before

    def test_only_who_finds_nothing_wrong_the_first_time_looks_for_others_to_take_along(
        self, written: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        merged: list[str] = []
        monkeypatch.setattr(tasks, "_merge_waiting", merged.append)
        do(CASES, [3], attempt=2)
        do(CASES, [3], claims=2)
        do(CASES, [3], attempt=2, claims=2)
        assert merged == []
        do(CASES, [3])
        assert merged == [CASES]

    def test_a_batch_is_split_when_as_many_workers_were_lost_with_it_as_may_be_and_a_single_row_is_written(
        self, written: Any
    ) -> None:
        do(CASES, [3, 4], claims=MOST_CLAIMS - 1)
        assert (written, queue()) == ([(CASES, [3, 4])], [])
        do(CASES, [5], claims=MOST_CLAIMS)
        assert (written[1:], queue()) == ([(CASES, [5])], [])
        do(CASES, [6, 7], claims=MOST_CLAIMS)
        assert len(written) == 2
        assert sorted(queue()) == [[CASES, [6], 2], [CASES, [7], 2]]

    def test_a_batch_that_goes_wrong_is_done_one_by_one(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(indexing, "bring_in_line", fail_with(BROKEN))
        do(CASES, [3, 4])
        assert sorted(queue()) == [[CASES, [3], 2], [CASES, [4], 2]]

    def test_what_the_engine_refuses_is_the_fault_of_a_row(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(indexing, "bring_in_line", fail_with(REFUSES))
        do(CASES, [3])
        assert queue() == [[CASES, [3], 2]]
        assert not WaitingRow.objects.exists()
        with pytest.raises(EngineRefuses):
            do(CASES, [3], MOST_ATTEMPTS)

    def test_what_the_engine_is_away_for_waits_with_one_look_for_all(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(indexing, "bring_in_line", fail_with(AWAY))
        for label in (CASES, PEOPLE, CASES):
            do(label, [4, 3], MOST_ATTEMPTS)
        assert queue() == []
        rows = sorted(WaitingRow.objects.values_list("label", "object_id"))
        assert rows == [(PEOPLE, 3), (PEOPLE, 4), (CASES, 3), (CASES, 4)]
        assert queue(tasks.catch_up) == [[]]
        assert wait_of(tasks.catch_up) == 10
        assert DBTaskResult.objects.get().priority == tasks.HIGHEST_PRIORITY

    def test_when_the_engine_is_back_all_that_waits_is_planned_by_its_kind(
        self, configured: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for label, pk in ((PEOPLE, 5), (CASES, 4), (PEOPLE, 3), (CASES, 9)):
            WaitingRow.objects.create(label=label, object_id=pk)
        monkeypatch.setattr(tasks, "can_write", lambda: True)
        tasks.catch_up.call()
        assert queue() == [[CASES, [4, 9]], [PEOPLE, [3, 5]]]
        assert not WaitingRow.objects.exists()
        assert queue(tasks.catch_up) == [[]]  # it finds nothing, and is the last

    def test_where_nothing_waits_nobody_looks_again(self) -> None:
        tasks.catch_up.call()
        assert not DBTaskResult.objects.exists()

    @pytest.mark.parametrize(("health", "others"), [("no index", False), ("ok", True)])
    def test_only_the_fallback_index_is_written_while_the_index_cannot_be_or_others_wait_for_it(
        self, configured: None, written: Any, monkeypatch: pytest.MonkeyPatch, health: str, others: bool
    ) -> None:
        monkeypatch.setattr(tasks, "check_search", lambda: health)
        body = Organisation.objects.create(name="Gemeente Een", slug="een")
        if others:
            WaitingRow.objects.create(label=PEOPLE, object_id=1)
        do(BODIES, [body.pk])
        assert written == []
        assert SearchEntry.of(BODIES, object_id=body.pk).get().title == "gemeente een"
        assert WaitingRow.objects.filter(label=BODIES, object_id=body.pk).exists()

    def test_the_index_is_written_where_it_answers_and_nothing_waits(
        self, configured: None, written: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(tasks, "check_search", lambda: "ok")
        do(BODIES, [3])
        assert written == [(BODIES, [3])]
        assert not WaitingRow.objects.exists()

    def test_without_an_engine_rows_that_waited_for_one_keep_nobody(self, written: Any) -> None:
        WaitingRow.objects.create(label=PEOPLE, object_id=1)
        do(BODIES, [3])
        assert written == [(BODIES, [3])]


class TestWhatComesAfterIt:
    """New words, an index that knows their parts, and vectors."""

    @pytest.fixture
    def case(self, make_case: Any) -> Any:
        """Return a case that waits to be written, alone in the queue."""
        page = make_case("winter", "Gladheidsbestrijding", "tekst")
        DBTaskResult.objects.all().delete()
        return page

    @pytest.fixture
    def answering(self, configured: None, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let there be an engine that takes everything."""
        monkeypatch.setattr(tasks, "check_search", lambda: "ok")
        monkeypatch.setattr(indexing, "_write", lambda *args: None)

    def test_words_are_kept_by_audience(self, case: Any, make_member: Any) -> None:
        person = make_member("Noor", about="Zandzuigerij")
        do(CASES, [case.pk])
        do(PEOPLE, [person.pk])
        assert "gladheidsbestrijding" in vocabulary.read(EVERYONE).counts
        assert "zandzuigerij" in vocabulary.read(MEMBERS).counts
        assert "zandzuigerij" not in vocabulary.read(EVERYONE).counts

    def test_a_new_compound_has_the_index_built_anew_a_minute_later_once(
        self, answering: None, case: Any, make_case: Any
    ) -> None:
        do(CASES, [case.pk])
        assert wait_of(tasks.renew_index) == 60
        other = make_case("zomer", "Hittebestrijding", "tekst")
        do(CASES, [other.pk])
        assert queue(tasks.renew_index) == [[]]

    def test_words_that_are_no_compound_or_known_by_now_do_not(
        self, answering: None, case: Any, make_case: Any
    ) -> None:
        do(CASES, [case.pk])
        vocabulary.forget_new_compounds()
        DBTaskResult.objects.all().delete()
        other = make_case("ijzel", "Gladheidsbestrijding", "kwartel")
        do(CASES, [other.pk])
        assert queue(tasks.renew_index) == []

    def test_a_compound_that_came_while_the_engine_was_away_is_not_forgotten(
        self, configured: None, case: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(tasks, "check_search", lambda: "engine unavailable")
        do(CASES, [case.pk])
        assert queue(tasks.renew_index) == []
        monkeypatch.setattr(tasks, "check_search", lambda: "ok")
        monkeypatch.setattr(indexing, "_write", lambda *args: None)
        WaitingRow.objects.all().delete()
        do(CASES, [case.pk])
        assert queue(tasks.renew_index) == [[]]

    def test_a_compound_that_comes_while_the_index_is_looked_at_has_it_looked_at_again(
        self, answering: None, case: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(
            tasks.rebuilding, "is_up_to_date", lambda: bool(indexing.write_fallback(type(case), [case.pk]))
        )
        tasks.renew_index.call()
        assert vocabulary.has_new_compounds()
        do(CASES, [case.pk])
        assert queue(tasks.renew_index) == [[]]

    def test_without_an_engine_there_is_no_index_to_build(self, case: Any) -> None:
        do(CASES, [case.pk])
        assert queue(tasks.renew_index) == []

    def test_nothing_comes_after_a_row_that_is_gone_whatever_other_rows_need(
        self, answering: None, case: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        do(CASES, [case.pk])
        DBTaskResult.objects.all().delete()
        monkeypatch.setattr(embedding, "is_available", lambda: True)
        do(CASES, [10**6])
        assert not DBTaskResult.objects.exists()

    @pytest.mark.parametrize(("is_available", "planned"), [(True, 1), (False, 0)])
    def test_vectors_are_made_where_there_is_a_model(
        self, case: Any, monkeypatch: pytest.MonkeyPatch, is_available: bool, planned: int
    ) -> None:
        monkeypatch.setattr(embedding, "is_available", lambda: is_available)
        for _ in range(2):
            do(CASES, [case.pk])
            assert queue(tasks.make_newest_vectors) == [[]] * planned
        assert MissingVector.objects.count() == planned

    def test_vectors_that_are_there_are_not_made_again(
        self, case: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(embedding, "is_available", lambda: True)
        monkeypatch.setattr(vectors, "find_stored", set)
        do(CASES, [case.pk])
        assert queue(tasks.make_newest_vectors) == []

    def test_rows_that_were_set_apart_are_written_again_with_the_vectors_of_their_texts(
        self, case: Any, make_case: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        other = make_case("zomer", "Hitte", "tekst")
        for page in (case, other):
            do(CASES, [page.pk])
        made: list[list[str]] = []
        monkeypatch.setattr(vectors, "make", made.append)
        monkeypatch.setattr(
            vectors, "find_missing", lambda documents: [document["title"] for document in documents]
        )
        tasks.make_vectors.call(CASES, [case.pk])
        assert made == [["Gladheidsbestrijding"]]
        assert [CASES, [case.pk]] in queue()

    def test_vectors_that_cannot_be_made_are_tried_again_and_then_given_up(
        self, case: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(vectors, "make", fail_with(BROKEN))
        tasks.make_vectors.call(CASES, [case.pk])
        assert queue(tasks.make_vectors) == [[CASES, [case.pk], 2]]
        assert queue() == []
        with pytest.raises(RuntimeError):
            tasks.make_vectors.call(CASES, [case.pk], MOST_ATTEMPTS)


class TestARenewal:
    """The index is rebuilt when its rules changed; the list of synonyms behind that tells how it goes."""

    @pytest.fixture
    def live(self, configured: None) -> SynonymList:
        """Return the list that is live, which waits for the index."""
        created = synonym_list_create(user=None)
        synonym_list_go_live(created, user=None)
        DBTaskResult.objects.all().delete()
        SynonymList.objects.filter(pk=created.pk).update(step=WAITING, problem="of long ago")
        return live_list()

    @pytest.fixture
    def rebuilt(self, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int, int]]:
        """Return a list of what the live list told half-way a rebuild."""
        told: list[tuple[str, int, int]] = []

        def rebuild(report: Callable[[str, int, int], None]) -> None:
            report("everyone: read", 3, 7)
            now = live_list()
            told.append((now.step, now.done, now.total))

        monkeypatch.setattr(rebuilding, "is_up_to_date", lambda: False)
        monkeypatch.setattr(rebuilding, "rebuild", rebuild)
        return told

    def state(self) -> tuple[str, str]:
        now = live_list()
        return now.step, now.problem

    def test_it_tells_how_far_it_is_and_that_it_is_ready(self, live: Any, rebuilt: Any) -> None:
        tasks.renew_index.call()
        assert rebuilt == [("everyone: read", 3, 7)]
        assert self.state() == ("", "")
        assert not DBTaskResult.objects.exists()

    def test_an_index_that_is_up_to_date_stays(
        self, live: Any, rebuilt: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(rebuilding, "is_up_to_date", lambda: True)
        tasks.renew_index.call()
        assert rebuilt == []
        assert self.state() == ("", "")

    def test_without_an_engine_there_is_none(self, live: Any, rebuilt: Any, settings: Any) -> None:
        settings.ELASTICSEARCH_URL = []
        tasks.renew_index.call()
        assert rebuilt == []
        assert self.state() == ("", "")

    def test_an_engine_that_is_away_is_waited_for(
        self, live: Any, rebuilt: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(rebuilding, "rebuild", fail_with(AWAY))
        for _ in range(2):
            tasks.renew_index.call(MOST_ATTEMPTS)
            assert self.state() == (WAITING, "")
            assert queue(tasks.renew_index) == [[]]
            assert wait_of(tasks.renew_index) == 60

    def test_rules_that_the_engine_refuses_are_told_at_once(
        self, live: Any, rebuilt: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(rebuilding, "rebuild", fail_with(REFUSES))
        with pytest.raises(EngineRefuses):
            tasks.renew_index.call()
        assert self.state() == ("", "rule 3")
        assert queue(tasks.renew_index) == []

    def test_anything_else_is_tried_again_before_it_is_told(
        self, live: Any, rebuilt: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(rebuilding, "rebuild", fail_with(BROKEN))
        tasks.renew_index.call(MOST_ATTEMPTS - 1)
        assert self.state() == (WAITING, "")
        assert queue(tasks.renew_index) == [[MOST_ATTEMPTS]]
        with pytest.raises(RuntimeError):
            tasks.renew_index.call(MOST_ATTEMPTS)
        assert self.state() == ("", "it is broken")


class TestTidying:
    """Indices that nobody needs are dropped, now or later."""

    @pytest.mark.parametrize(
        ("answer", "waits"), [(False, []), (True, [[]]), (AWAY, [[]])], ids=["all", "not yet", "away"]
    )
    def test_what_is_left_is_looked_at_again_ten_minutes_later(
        self, configured: None, monkeypatch: pytest.MonkeyPatch, answer: Any, waits: Any
    ) -> None:
        tidy = fail_with(answer) if isinstance(answer, Exception) else lambda: answer
        monkeypatch.setattr(rebuilding, "tidy", tidy)
        for _ in range(2):
            tasks.tidy_indices.call()
            assert queue(tasks.tidy_indices) == waits
        if waits:
            assert wait_of(tasks.tidy_indices) == 600

    def test_without_an_engine_there_is_nothing_to_drop(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(rebuilding, "tidy", fail_with(BROKEN))
        tasks.tidy_indices.call(MOST_ATTEMPTS)
        assert not DBTaskResult.objects.exists()

    def test_what_cannot_be_dropped_is_tried_again_and_then_given_up(
        self, configured: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(rebuilding, "tidy", fail_with(BROKEN))
        tasks.tidy_indices.call()
        assert queue(tasks.tidy_indices) == [[2]]
        with pytest.raises(RuntimeError):
            tasks.tidy_indices.call(MOST_ATTEMPTS)

    def test_what_a_killed_rebuild_left_is_looked_at_when_its_lease_ends(self, settings: Any) -> None:
        leases_ended.send(sender=None, names=["a worker", f"{settings.SEARCH_INDEX_PREFIX}x", "other"])
        assert queue(tasks.tidy_indices) == []
        leases_ended.send(sender=None, names=["a worker", f"{settings.SEARCH_INDEX_PREFIX}-public-3"])
        assert queue(tasks.tidy_indices) == [[]]


class TestATrial:
    """A list of synonyms is tried out."""

    @pytest.fixture
    def tried(self) -> SynonymList:
        """Return a list that waits to be tried out."""
        created = synonym_list_create(user=None)
        SynonymList.objects.filter(pk=created.pk).update(lines="tegel, stoeptegel")
        DBTaskResult.objects.all().delete()
        return SynonymList.objects.get(pk=created.pk)

    def test_what_it_finds_is_kept_with_the_list(
        self, tried: SynonymList, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[Any] = []

        def try_out(
            live: list[str], rules: list[str], report: Callable[[str, int, int], None]
        ) -> dict[str, Any]:
            report("before", 2, 5)
            now = SynonymList.objects.get(pk=tried.pk)
            asked.extend([live, rules, (now.step, now.done, now.total)])
            return {"asked": 5}

        monkeypatch.setattr(trial, "try_out", try_out)
        monkeypatch.setattr("search.cms.tasks.synonym_rules", lambda: ["of the live list"])
        SynonymList.objects.filter(pk=tried.pk).update(problem="of long ago")
        try_synonyms.call(tried.pk)
        assert asked == [["of the live list"], tried.rules, ("before", 2, 5)]
        tried.refresh_from_db()
        assert (tried.report, tried.step, tried.problem) == ({"asked": 5}, "", "")

    def test_what_was_wrong_with_an_earlier_try_is_forgotten(
        self, tried: SynonymList, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        SynonymList.objects.filter(pk=tried.pk).update(problem="of long ago")
        monkeypatch.setattr(trial, "try_out", lambda *args: {"asked": 5})
        try_synonyms.call(tried.pk)
        assert SynonymList.objects.get(pk=tried.pk).problem == ""

    def test_an_engine_that_is_away_is_told(
        self, tried: SynonymList, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(trial, "try_out", fail_with(AWAY))
        try_synonyms.call(tried.pk)
        tried.refresh_from_db()
        assert (tried.report, tried.step, tried.problem) == (None, "", "away")

    @pytest.mark.parametrize(
        "state", [{"report": {"old": 1}}, {"live_at": timezone.now()}], ids=["tried", "live"]
    )
    def test_a_list_that_needs_no_trial_has_none(
        self, tried: SynonymList, monkeypatch: pytest.MonkeyPatch, state: dict[str, Any]
    ) -> None:
        monkeypatch.setattr(trial, "try_out", fail_with(BROKEN))
        SynonymList.objects.filter(pk=tried.pk).update(**state)
        try_synonyms.call(tried.pk)

    def test_only_the_list_itself_is_tried(self, tried: SynonymList, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(trial, "try_out", fail_with(BROKEN))
        try_synonyms.call(tried.pk + 1)

    def test_a_list_that_went_live_meanwhile_keeps_no_report(
        self, tried: SynonymList, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def try_out(*args: Any) -> dict[str, Any]:
            SynonymList.objects.filter(pk=tried.pk).update(live_at=timezone.now())
            return {"asked": 5}

        monkeypatch.setattr(trial, "try_out", try_out)
        other = SynonymList.objects.create(lines="")
        try_synonyms.call(tried.pk)
        assert not SynonymList.objects.filter(pk__in=[tried.pk, other.pk], report__isnull=False).exists()


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (TaskResultStatus.READY, True),
        (TaskResultStatus.RUNNING, True),
        (TaskResultStatus.SUCCESSFUL, False),
        (TaskResultStatus.FAILED, False),
    ],
)
def test_a_task_is_busy_while_it_waits_or_is_done(status: str, expected: bool) -> None:
    try_synonyms.enqueue(1)
    DBTaskResult.objects.update(status=status)
    assert is_busy(try_synonyms) is expected
    assert not is_busy(tasks.renew_index)


def test_what_waits_or_failed_goes_along_when_its_task_moves() -> None:
    moved = [try_synonyms.module_path, bring_in_line.module_path, tasks.renew_index.module_path]
    for path in (
        "search.tasks.try_synonyms",
        "search.tasks.bring_in_line",
        "search.tasks.renew_index",
        "core.other.task",
    ):
        row = try_synonyms.enqueue(1)
        DBTaskResult.objects.filter(pk=row.id).update(task_path=path, status=TaskResultStatus.FAILED)
    migration = import_module("search.migrations.0007_move_tasks")
    migration.move(apps, None)
    assert sorted(DBTaskResult.objects.values_list("task_path", flat=True)) == sorted(
        [*moved, "core.other.task"]
    )
    migration.move_back(apps, None)
    assert DBTaskResult.objects.filter(task_path__startswith="search.tasks.").count() == len(moved)


@pytest.mark.parametrize(
    ("error", "is_away"),
    [
        (AWAY, True),
        (UnexpectedAnswer("no entry", 401), True),
        (UnexpectedAnswer("TypeError: of ours"), False),
        (REFUSES, False),
        (BROKEN, False),
    ],
)
def test_rows_wait_only_for_what_comes_back_without_us(error: Exception, is_away: bool) -> None:
    assert tasks._is_away(error) is is_away


def test_vectors_to_come_are_those_of_the_list_and_of_tasks_that_wait_or_are_being_done() -> None:
    vectors.list_missing([(f"{CASES}:7", "one"), (f"{CASES}:7", "other")])
    for status, pk in (
        (TaskResultStatus.READY, 1),
        (TaskResultStatus.RUNNING, 2),
        (TaskResultStatus.SUCCESSFUL, 3),
    ):
        task = tasks.make_vectors.enqueue(CASES, [pk, 10 * pk])
        DBTaskResult.objects.filter(pk=task.id).update(status=status)
    plan(CASES, [4])
    assert tasks.find_vectors_to_come() == {f"{CASES}:{pk}" for pk in (1, 10, 2, 20, 7)}


def test_tasks_that_wait_for_their_time_are_left_out_of_batches() -> None:
    for pk in range(2 * tasks.MERGED_FROM):
        plan(CASES, [pk])
    later = DBTaskResult.objects.first()
    assert later.run_after == get_date_max()
    DBTaskResult.objects.filter(pk=later.pk).update(run_after=timezone.now() + datetime.timedelta(hours=1))
    tasks._merge_waiting(CASES)
    assert len(queue()) == 2
    assert DBTaskResult.objects.filter(pk=later.pk).exists()


def test_a_batch_takes_only_rows_of_its_own_kind_along() -> None:
    for pk in range(tasks.MERGED_FROM):
        plan(CASES, [pk])
        plan(PEOPLE, [pk])
    full = list(range(1000, 1000 + PORTION))
    plan(CASES, full)
    almost = list(range(2000, 2000 + PORTION - 1))
    plan(CASES, almost)
    tasks._merge_waiting(CASES)
    left = sorted(args for args in queue() if args[0] == CASES)
    assert [CASES, full] in left
    assert sorted(pk for args in left if args[1] != full for pk in args[1]) == [
        *range(tasks.MERGED_FROM),
        *almost,
    ]
    assert len(left) == 3
    assert sum(args[0] == PEOPLE for args in queue()) == tasks.MERGED_FROM
