"""What may wait for the worker: the deletion of accounts."""

from django_tasks import task

from users.models import User


@task()
def unused_account_delete(user_pk: int | None) -> None:
    """Delete an account with a mistaken address, unless it was used by now; None deletes nothing."""
    if user_pk:
        User.objects.unused().filter(pk=user_pk).delete()
