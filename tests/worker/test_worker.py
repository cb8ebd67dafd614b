"""A worker that is killed leaves nothing undone: the rules by which others take over, one by one.

Real workers are killed in `tests/hard/test_workers.py`.
"""

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.db.models.functions import Now
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from worker.leases import Heartbeat, tasks_take_over
from worker.models import WorkerLease, WorkerLeaseQuerySet

pytestmark = pytest.mark.both_databases


@pytest.mark.django_db
class TestLeases:
    """The rules, one by one."""

    def status(self, task: DBTaskResult) -> str:
        task.refresh_from_db()
        return str(task.status)

    def silence(self, worker_id: str, seconds: float) -> None:
        WorkerLease.objects.filter(pk=worker_id).update(seen_at=Now() - timedelta(seconds=seconds))

    def test_a_living_worker_keeps_its_task(self, running: Any) -> None:
        WorkerLease.objects.renew("a")
        task = running("a")
        tasks_take_over()
        assert self.status(task) == TaskResultStatus.RUNNING

    def test_a_silent_one_loses_it_and_is_forgotten(self, running: Any) -> None:
        WorkerLease.objects.renew("a")
        task = running("a")
        self.silence("a", 29)
        tasks_take_over()
        assert self.status(task) == TaskResultStatus.RUNNING
        self.silence("a", 31)
        tasks_take_over()
        assert self.status(task) == TaskResultStatus.READY
        assert not WorkerLease.objects.exists()

    def test_a_worker_without_a_lease_loses_it(self, running: Any) -> None:
        task = running("of an earlier release")
        tasks_take_over()
        assert self.status(task) == TaskResultStatus.READY

    def test_only_the_last_one_that_claimed_it_counts(self, running: Any) -> None:
        WorkerLease.objects.renew("b")
        task = running("a", "b")
        tasks_take_over()
        assert self.status(task) == TaskResultStatus.RUNNING

    def test_a_lease_of_the_future_is_none(self, running: Any) -> None:
        WorkerLease.objects.renew("a")
        task = running("a")
        self.silence("a", -3600)
        tasks_take_over()
        assert self.status(task) == TaskResultStatus.READY

    def test_who_is_late_itself_takes_nothing(self, running: Any) -> None:
        WorkerLease.objects.renew("a")
        self.silence("a", 31)
        task = running("a")
        heart = Heartbeat("b")
        heart.beaten_at -= 20
        for _ in range(2):
            heart.beat()
            assert self.status(task) == TaskResultStatus.RUNNING
        heart.judges_at -= 16
        heart.beat()
        assert self.status(task) == TaskResultStatus.READY

    def test_a_beat_that_had_to_wait_itself_takes_nothing(
        self, running: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        WorkerLease.objects.renew("a")
        self.silence("a", 31)
        task, heart, renew = running("a"), Heartbeat("b"), WorkerLeaseQuerySet.renew
        clock = [heart.beaten_at]

        def wait_and_renew(*arguments: Any) -> None:
            clock[0] += 20
            renew(*arguments)

        monkeypatch.setattr("worker.leases.time.monotonic", lambda: clock[0])
        monkeypatch.setattr(
            WorkerLease.objects,
            "renew",
            lambda worker_id: wait_and_renew(WorkerLease.objects.all(), worker_id),
        )
        heart.beat()
        assert self.status(task) == TaskResultStatus.RUNNING

    def test_while_nobody_is_lost_a_beat_does_not_read_the_queue(
        self, django_assert_num_queries: Any
    ) -> None:
        heart = Heartbeat("a")
        heart.beat()
        with django_assert_num_queries(2):
            heart.beat()

    def test_a_task_that_was_lost_too_often_fails_for_good_once(self, running: Any, caplog: Any) -> None:
        task = running(*"abc")
        with caplog.at_level(logging.ERROR):
            tasks_take_over()
            tasks_take_over()
        assert self.status(task) == TaskResultStatus.FAILED
        assert task.exception_class_path == "worker.leases.WorkerLost"
        assert len(caplog.records) == 1

    def test_a_task_that_ended_meanwhile_is_left_alone(
        self, running: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        task = running("a")
        late = DBTaskResult.objects.get(pk=task.pk)
        task.set_successful(None)
        monkeypatch.setattr(type(DBTaskResult.objects), "running", lambda self: [late])
        tasks_take_over()
        assert self.status(task) == TaskResultStatus.SUCCESSFUL

    def test_a_task_that_was_claimed_anew_meanwhile_is_left_alone(
        self, running: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        task = running("a")
        late = DBTaskResult.objects.get(pk=task.pk)
        task.started_at = timezone.now()
        task.claim("b")
        monkeypatch.setattr(type(DBTaskResult.objects), "running", lambda self: [late])
        tasks_take_over()
        assert self.status(task) == TaskResultStatus.RUNNING

    def test_a_heart_survives_a_database_that_is_away(self, monkeypatch: pytest.MonkeyPatch) -> None:
        beats: list[int] = []

        def beat(self: Heartbeat) -> None:
            beats.append(1)
            if len(beats) == 3:
                self.is_over.set()
            raise OperationalError("the database system is starting up")

        monkeypatch.setattr("worker.leases.BEAT", 0.01)
        monkeypatch.setattr(Heartbeat, "beat", beat)
        heart = Heartbeat("a")
        heart.start()
        heart.join(10)
        assert len(beats) == 3
