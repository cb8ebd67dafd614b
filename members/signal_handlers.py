"""What follows from the end of a profile, however it ended, and from an address that is confirmed."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed
from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver

from core.log_names import forget_name
from members.models import Member
from members.workplaces import address_check


@receiver(post_delete, sender=Member)
def on_post_delete(instance: Member, **kwargs: Any) -> None:
    """Take the name out of the log, and erase the photo once the deletion is committed.

    This also runs when the account is deleted, and the profile with it.
    """
    forget_name(instance)
    if instance.photo:
        storage, name = instance.photo.storage, str(instance.photo.name)
        transaction.on_commit(lambda: storage.delete(name))


@receiver(email_confirmed)
def on_email_confirmed(email_address: EmailAddress, **kwargs: Any) -> None:
    """Look whether the new address proves where the member works."""
    address_check(user=email_address.user)
