"""Letting people in, and keeping them out."""

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from users.domains import domains_of
from users.models import MembershipSettings, User
from users.tasks import decision_mail


def is_trusted_domain(address: str) -> bool:
    """Tell whether an administrator listed the domain of this address; a domain below a listed one counts too."""
    return not set(domains_of(address)).isdisjoint(MembershipSettings.load().domain_list)


@transaction.atomic
def address_release(*, user: User, address: str) -> bool:
    """Tell whether this account may have the address that was just confirmed.

    Somebody else may have signed up with it without ever confirming it: that account was never used, and goes.
    """
    others = User.objects.filter(email=address).exclude(pk=user.pk)
    unused = others.filter(last_login__isnull=True, approved_at__isnull=True, groups__isnull=True, is_superuser=False)
    unused.exclude(emailaddress__verified=True).delete()
    return not others.exists()


@transaction.atomic
def account_admit(*, user: User, address: str) -> bool:
    """Make this account a member of the network when the confirmed `address` is of a trusted domain; tell whether it was."""
    if not user.is_active or user.approved_at or not is_trusted_domain(address):
        return False
    user.approved_at = timezone.now()
    user.save(update_fields=["approved_at"])
    log(user, "users.admit", user=user)
    return True


@transaction.atomic
def account_approve(*, user: User, moderator: User) -> None:
    """Make this account a member of the network, and tell the person."""
    user.approved_at, user.approved_by = timezone.now(), moderator
    user.save(update_fields=["approved_at", "approved_by"])
    log(user, "users.approve", user=moderator)
    decision_mail.enqueue(user.pk, "approved")


@transaction.atomic
def account_decline(*, user: User, moderator: User) -> None:
    """Close this account, and tell the person how to object."""
    user.is_active = False
    user.save(update_fields=["is_active"])
    log(user, "users.decline", user=moderator)
    decision_mail.enqueue(user.pk, "declined")
