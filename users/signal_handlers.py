"""What follows from the end of an account, also where it is deleted without `account_erase`."""

from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, pre_delete
from django.dispatch import receiver
from wagtail.users.models import UserProfile

from core.log_names import forget_name
from users.models import User
from users.services import sessions_end


@receiver(pre_delete, sender=User)
def on_pre_delete(instance: User, **kwargs: Any) -> None:
    """End the sessions, which hold the address."""
    sessions_end(user=instance)


@receiver(post_delete, sender=User)
def on_post_delete(instance: User, **kwargs: Any) -> None:
    """Take the name out of the log."""
    forget_name(instance)


@receiver(post_delete, sender=UserProfile)
def on_post_delete_picture(instance: UserProfile, **kwargs: Any) -> None:
    """Erase the picture of who worked in `/cms/` once the deletion is committed; Wagtail leaves it."""
    if instance.avatar:
        storage, name = instance.avatar.storage, str(instance.avatar.name)
        transaction.on_commit(lambda: storage.delete(name))
