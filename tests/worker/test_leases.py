"""A worker holds a lease as long as it works, and what it had when it was lost is given back with care."""

import threading
from typing import Any

import pytest
from django.db import OperationalError
from django.db.models.functions import Now
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from worker.leases import MOST_CLAIMS, Heartbeat, leases_ended, tasks_take_over
from worker.models import WorkerLease

pytestmark = pytest.mark.django_db


def status(task: DBTaskResult) -> str:
    task.refresh_from_db()
    return str(task.status)


def names(leases: Any) -> set[str]:
    return set(leases.values_list("worker_id", flat=True))


def lose(worker_id: str) -> None:
    """Let a worker be silent for too long."""
    WorkerLease.objects.renew(worker_id)
    WorkerLease.objects.filter(pk=worker_id).update(seen_at=Now() - 2 * WorkerLease.SILENCE)


class TestTheHeart:
    """It beats beside the work."""

    def test_a_worker_has_a_lease_of_its_own_while_it_works_and_none_afterwards(self) -> None:
        WorkerLease.objects.renew("b")
        with Heartbeat("a"):
            assert names(WorkerLease.objects.living()) == {"a", "b"}
        assert names(WorkerLease.objects.living()) == {"b"}
        assert names(WorkerLease.objects.lost()) == {"a"}

    def test_a_beat_renews_the_lease(self) -> None:
        heart = Heartbeat("a")
        lose("a")
        heart.beat()
        assert names(WorkerLease.objects.living()) == {"a"}

    def test_a_worker_that_cannot_say_goodbye_ends_all_the_same(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(worker_id: str) -> None:
            raise OperationalError("the database is locked")

        monkeypatch.setattr(WorkerLease.objects, "end", fail)
        with Heartbeat("a") as heart:
            pass
        assert not heart.is_alive()

    def test_a_worker_does_not_wait_for_a_beat_that_hangs(self, monkeypatch: pytest.MonkeyPatch) -> None:
        go_on = threading.Event()
        monkeypatch.setattr(Heartbeat, "run", lambda heart: go_on.wait(60))
        with Heartbeat("a") as heart:
            pass
        assert heart.is_alive()
        go_on.set()
        heart.join(60)

    def test_it_keeps_no_process_from_ending(self) -> None:
        assert Heartbeat("a").daemon

    def test_the_first_beat_looks_for_tasks_of_which_no_lease_tells_and_the_second_does_not(
        self, running: Any
    ) -> None:
        first, heart = running("of an earlier release"), Heartbeat("a")
        heart.beat()
        assert status(first) == TaskResultStatus.READY
        second = running("of nobody")
        heart.beat()
        assert status(second) == TaskResultStatus.RUNNING

    def test_who_is_a_little_late_judges_at_once(self, running: Any) -> None:
        lose("a")
        task, heart = running("a"), Heartbeat("b")
        heart.beaten_at -= 12
        heart.beat()
        assert status(task) == TaskResultStatus.READY


class TestTakingOver:
    """What a lost worker had."""

    def test_a_task_of_the_same_moment_stays_with_its_worker(self, running: Any) -> None:
        lose("a")
        WorkerLease.objects.renew("b")
        lost, kept = running("a"), running("b")
        DBTaskResult.objects.update(started_at=timezone.now())
        tasks_take_over()
        assert (status(lost), status(kept)) == (TaskResultStatus.READY, TaskResultStatus.RUNNING)

    def test_a_failed_task_says_when_and_why(self, running: Any) -> None:
        task, before = running(*"abc"), timezone.now()
        tasks_take_over()
        assert status(task) == TaskResultStatus.FAILED
        assert before <= task.finished_at <= timezone.now()
        assert task.traceback == f"{MOST_CLAIMS} workers were lost with it."

    def test_who_listens_hears_which_workers_are_lost(self) -> None:
        heard: list[list[str]] = []

        def hear(names: list[str], **kwargs: Any) -> None:
            heard.append(names)

        lose("a")
        WorkerLease.objects.renew("b")
        leases_ended.connect(hear, sender=WorkerLease)
        tasks_take_over()
        leases_ended.disconnect(hear, sender=WorkerLease)
        (ended,) = heard  # a worker of another test may be among them, when its last beat was slow
        assert "a" in ended
        assert "b" not in ended
        assert names(WorkerLease.objects.all()) == {"b"}
