"""What may wait for the worker: the deletion of accounts."""

from django_tasks import task

from core.ties import end
from users.models import User


@task()
def unused_account_delete(user_pk: int | None) -> None:
    """Delete an account with a mistaken address, unless it was used by now; None deletes nothing."""
    for user in User.objects.unused().filter(pk__in=[user_pk]):
        end(user)
