"""What may wait for the worker: mail and the deletion of accounts.

A mail server that is down then undoes no decision.
"""

import datetime

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import override
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from users.models import User

REST = datetime.timedelta(hours=1)  # so that everybody who signs up meanwhile comes in one mail


@task()
def account_mail(
    user_pk: int, name: str, count: int = 0, about: int | None = None, by: int | None = None
) -> None:
    """Send somebody the mail of this name: about how many people or about whom, and who did it.

    Nothing is sent if the account is gone by now, or if the refusal was undone.
    """
    people = User.objects.in_bulk([pk for pk in (user_pk, about, by) if pk])
    user = people.get(user_pk)
    if user is None or (name == "declined" and user.declined_at is None):
        return
    context = {"user": user, "base_url": settings.WAGTAILADMIN_BASE_URL, "count": count}
    context |= {"about": people.get(about), "by": people.get(by)}
    with override(settings.LANGUAGE_CODE):
        subject = render_to_string(f"users/mail/{name}_subject.txt", context).strip()
        body = render_to_string(f"users/mail/{name}.txt", context)
    send_mail(subject, body, None, [user.email])


@task()
@transaction.atomic
def waiting_mail() -> None:
    """Tell the people who may decide how many others wait, if any still do; the mail has no names."""
    _planned().delete()  # two people may have been the first at the same moment
    if count := User.objects.waiting().count():
        for moderator in User.objects.deciders():
            account_mail.enqueue(moderator.pk, "waiting", count)


@task()
def unused_account_delete(user_pk: int | None) -> None:
    """Delete an account with a mistaken address, unless it was used by now; None deletes nothing."""
    if user_pk:
        User.objects.unused().filter(pk=user_pk).delete()


def plan_waiting_mail() -> None:
    """Have the mail sent after a while, if that is not planned yet.

    The lock keeps a planned mail from being written before this transaction ends, so that it counts the
    account that waits now.
    """
    if _planned().select_for_update().first() is None:
        waiting_mail.using(run_after=timezone.now() + REST).enqueue()


def _planned() -> "QuerySet[DBTaskResult]":
    """Return the tasks of mails about waiting people that are still to be written."""
    tasks: QuerySet[DBTaskResult] = DBTaskResult.objects.filter(status=TaskResultStatus.READY)
    return tasks.filter(task_path=waiting_mail.module_path)
