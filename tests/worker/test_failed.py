"""A task that gave up is not forgotten: there is an alarm, administrators see it, and can put it back."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import Permission
from django.db import IntegrityError
from django.test import Client
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from wagtail.models import ModelLogEntry

from users.models import User
from worker.failed import failed_retry, failed_tasks, on_task_finished

pytestmark = pytest.mark.django_db
TASK = "users.tasks.unused_account_delete"
AGAIN = "/cms/taken/opnieuw/"


@pytest.fixture
def fail() -> Callable[..., DBTaskResult]:
    """Return a function that makes a task that failed with an exception."""

    def make(error: BaseException) -> DBTaskResult:
        task = DBTaskResult.objects.create(
            args_kwargs={"args": [12, "approved"], "kwargs": {}}, task_path=TASK, backend_name="default"
        )
        task.claim("a")
        task.set_failed(error)
        return task

    return make


@pytest.fixture
def enter(site_frame: Any) -> Callable[..., Client]:
    """Return a function that logs somebody in to `/cms/`."""

    def enter(**fields: Any) -> Client:
        user = User.objects.create_user("beheer@gemeente.example", **fields)
        user.user_permissions.add(Permission.objects.get(codename="access_admin"))
        TOTP.activate(user, generate_totp_secret())
        client = Client()
        client.force_login(user)
        return client

    return enter


def test_an_alarm_names_the_task_and_the_error_once(fail: Any, caplog: Any) -> None:
    task = fail(ValueError("a@b.example"))
    on_task_finished(task.task_result)
    assert [record.getMessage() for record in caplog.records] == [
        f"failed task {TASK} {task.pk}: builtins.ValueError"
    ]


def test_a_task_that_lost_a_race_is_tried_again_and_fails_after_the_third_time(
    fail: Any, caplog: Any
) -> None:
    task = fail(IntegrityError("UNIQUE"))
    for tries in (1, 2):
        on_task_finished(task.task_result)
        task.refresh_from_db()
        assert (task.status, len(task.worker_ids), caplog.records) == (TaskResultStatus.READY, tries, [])
        task.claim("b")
        task.set_failed(IntegrityError("UNIQUE"))
    on_task_finished(task.task_result)
    assert list(failed_tasks()) == [task]
    assert "IntegrityError" in caplog.text


def test_a_task_whose_row_is_gone_is_no_reason_for_an_alarm(fail: Any, caplog: Any) -> None:
    on_task_finished(fail(User.DoesNotExist()).task_result)
    assert not caplog.records
    assert not failed_tasks().exists()


def test_a_task_that_was_interrupted_goes_back(fail: Any, caplog: Any) -> None:
    task = fail(SystemExit(1))
    on_task_finished(task.task_result)
    assert DBTaskResult.objects.ready().filter(pk=task.pk).exists()
    assert not caplog.records


def test_administrators_see_it_and_put_it_back(fail: Any, enter: Any) -> None:
    task, client = fail(ValueError()), enter(is_superuser=True)
    home = client.get("/cms/").text
    assert "1 taak op de achtergrond lukte niet" in home
    assert "unused_account_delete 12 approved" in home
    assert "builtins.ValueError" in home
    assert "1 taak begint opnieuw" in client.post(AGAIN, follow=True).text
    task.refresh_from_db()
    assert (task.status, task.worker_ids, task.traceback) == (TaskResultStatus.READY, [], "")
    assert DBTaskResult.objects.ready().filter(pk=task.pk).exists()
    assert "lukte niet" not in client.get("/cms/").text
    entry = ModelLogEntry.objects.get(action="core.retry_tasks")
    assert (entry.user.email, entry.data, entry.label) == ("beheer@gemeente.example", {"tasks": 1}, "1 taak")
    assert "Vastgelopen taken opnieuw geprobeerd" in client.get("/cms/reports/site-history/").text


def test_the_button_works_with_its_token_and_by_post_alone(fail: Any, enter: Any) -> None:
    fail(ValueError())
    client = enter(is_superuser=True)
    client.handler.enforce_csrf_checks = True
    home = client.get("/cms/")
    assert client.get(AGAIN).status_code == 405
    assert client.post(AGAIN).status_code == 403
    token = (
        home.text.split('action="/cms/taken/opnieuw/"')[1]
        .split('name="csrfmiddlewaretoken" value="')[1]
        .split('"')[0]
    )
    assert client.post(AGAIN, {"csrfmiddlewaretoken": token}).status_code == 302
    assert not failed_tasks().exists()


def test_an_editor_sees_nothing_of_it(fail: Any, enter: Any) -> None:
    fail(ValueError())
    client = enter()
    assert "lukte niet" not in client.get("/cms/").text
    client.post(AGAIN)
    assert failed_tasks().exists()


def test_the_right_can_be_given_to_others(fail: Any, enter: Any) -> None:
    fail(ValueError())
    client = enter()
    User.objects.get().user_permissions.add(Permission.objects.get(codename="change_dbtaskresult"))
    client.post(AGAIN)
    assert not failed_tasks().exists()


def test_with_nothing_failed_nothing_is_said_or_logged(enter: Any) -> None:
    client = enter(is_superuser=True)
    assert "Vastgelopen taken" not in client.get("/cms/").text
    assert failed_retry() == 0
    assert not ModelLogEntry.objects.exists()
