"""What follows from the end of a profile, whoever ended it."""

from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver

from members.models import Member


@receiver(post_delete, sender=Member)
def on_post_delete(instance: Member, **kwargs: Any) -> None:
    """Erase the photo once the profile is gone for certain; also when the account took it along."""
    if instance.photo:
        storage, name = instance.photo.storage, str(instance.photo.name)
        transaction.on_commit(lambda: storage.delete(name))
