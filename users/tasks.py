"""What may wait for the worker: mail, so that a mail server that is away undoes no decision, and accounts that are to go."""

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

REST = datetime.timedelta(hours=1)  # in which those who begin to wait come together in one mail


@task()
def account_mail(
    user_pk: int, name: str, count: int = 0, about: int | None = None, by: int | None = None
) -> None:
    """Send somebody the mail of this name: about how many people or about whom, and who did it.

    Nobody is told when the account is gone by now, or when the refusal was undone.
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
    """Tell who may decide how many people wait, when somebody still does; no names, which stand where it is decided."""
    _planned().delete()  # two people may have been the first at the same moment
    if count := User.objects.waiting().count():
        for moderator in User.objects.deciders():
            account_mail.enqueue(moderator.pk, "waiting", count)


@task()
def unused_account_delete(user_pk: int | None) -> None:
    """Delete an account with a mistaken address, unless it was used by now; nothing when there is none."""
    if user_pk:
        User.objects.unused().filter(pk=user_pk).delete()


def plan_waiting_mail() -> None:
    """Have the mail sent after a while, if that is not planned yet.

    The lock keeps a mail that is planned from being written before whoever waits now can be counted.
    """
    if _planned().select_for_update().first() is None:
        waiting_mail.using(run_after=timezone.now() + REST).enqueue()


def _planned() -> "QuerySet[DBTaskResult]":
    """Return the mails about who waits that are still to be written."""
    tasks: QuerySet[DBTaskResult] = DBTaskResult.objects.filter(status=TaskResultStatus.READY)
    return tasks.filter(task_path=waiting_mail.module_path)
