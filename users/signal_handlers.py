"""What follows from the end of an account, whoever ended it."""

from typing import Any

from django.db.models.signals import post_delete, pre_delete
from django.dispatch import receiver

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
