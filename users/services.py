"""Letting people in, and keeping them out."""

import datetime
from functools import partial

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from core.ties import end
from mail.services import address_mended, delivery_plan, summary_plan
from users.admission import admitted
from users.domains import domains_of
from users.letters import send_farewell
from users.models import MembershipSettings, User

REST = datetime.timedelta(hours=1)  # so that everybody who signs up meanwhile comes in one mail


def is_trusted_domain(address: str) -> bool:
    """Tell whether an administrator listed the domain of this address, or a parent domain of it."""
    return not set(domains_of(address)).isdisjoint(MembershipSettings.load().domain_list)


@transaction.atomic
def address_release(*, user: User, address: str) -> bool:
    """Tell whether this account may have the address that was just confirmed.

    Somebody else may have signed up with it without ever confirming it: that account was never used, and is
    deleted.
    """
    for unused in User.objects.unused().filter(email=address).exclude(pk=user.pk):
        account_erase(user=unused)
    return not User.objects.filter(email=address).exclude(pk=user.pk).exists()


@transaction.atomic
def account_admit(*, user: User, address: str) -> bool:
    """Approve this account if the confirmed `address` is of a trusted domain; tell whether it was."""
    if not user.is_active or user.approved_at or not is_trusted_domain(address):
        return False
    user.approved_at = user.confirmed_at = timezone.now()
    user.save(update_fields=["approved_at", "confirmed_at"])
    log(user, "users.admit", user=user)
    admitted(user)
    return True


@transaction.atomic
def account_announce(*, user: User) -> None:
    """Have moderators told that this account waits, if it does."""
    if User.objects.waiting().filter(pk=user.pk).exists():
        for moderator in User.objects.deciders():
            summary_plan(person=moderator, kind="waiting", wait=REST)


@transaction.atomic
def account_approve(*, user: User, moderator: User) -> None:
    """Approve this account, even after it was turned down, and tell the person."""
    user.approved_at, user.approved_by = timezone.now(), moderator
    user.confirmed_at = user.approved_at
    user.is_active, user.declined_at, user.decline_reason = True, None, ""
    user.save(
        update_fields=[
            "approved_at",
            "approved_by",
            "confirmed_at",
            "is_active",
            "declined_at",
            "decline_reason",
        ]
    )
    log(user, "users.approve", user=moderator)
    delivery_plan(person=user, kind="approved", about=user.approved_at.isoformat())
    admitted(user)


@transaction.atomic
def account_decline(*, user: User, moderator: User, reason: str) -> None:
    """Close this account, and tell the person why and how to object; the reason goes into no log."""
    user.is_active, user.declined_at, user.decline_reason = False, timezone.now(), reason
    user.save(update_fields=["is_active", "declined_at", "decline_reason"])
    log(user, "users.decline", user=moderator)
    delivery_plan(person=user, kind="declined", about=user.declined_at.isoformat())


@transaction.atomic
def account_withdraw(*, user: User, moderator: User, reason: str) -> None:
    """Close the account of a member; `account_approve` opens it again."""
    user.is_active, user.declined_at, user.decline_reason = False, timezone.now(), reason
    user.save(update_fields=["is_active", "declined_at", "decline_reason"])
    sessions_end(user=user)
    log(user, "users.withdraw", user=moderator)


@transaction.atomic
def account_still_right(*, user: User) -> None:
    """Keep that somebody says that her address and her profile are right."""
    user.confirmed_at = timezone.now()
    user.save(update_fields=["confirmed_at"])


@transaction.atomic
def account_lapse(*, user: User) -> None:
    """Let an account wait for approval again, as nobody knows whether its owner still works there."""
    user.approved_at = user.approved_by = None
    user.save(update_fields=["approved_at", "approved_by"])
    sessions_end(user=user)
    log(user, "users.lapse")


def account_erase(*, user: User) -> None:
    """Delete an account and all that is hers, once every room let go of her, as `/cms/` does too."""
    end(user)


def farewell_bid(user: User) -> None:
    """Have somebody whose account goes told so, whoever deletes it.

    The mail goes at once, when the deletion is committed: nothing may be left that would send it later.
    """
    if EmailAddress.objects.filter(user=user, email=user.email, verified=True).exists():
        transaction.on_commit(partial(send_farewell, user.email, user.language))


def address_forget(user: User) -> None:
    """Forget that mail to somebody came back."""
    address_mended(address=user.email)


def sessions_end(*, user: User) -> None:
    """Log somebody out everywhere."""
    for session in UserSession.objects.filter(user=user):
        session.end()


@transaction.atomic
def second_step_reset(*, user: User, administrator: User) -> None:
    """Remove a lost second step, end the account's sessions, and tell its owner and all administrators."""
    Authenticator.objects.filter(user=user).delete()
    sessions_end(user=user)
    log(user, "users.reset_second_step", user=administrator)
    now = timezone.now().isoformat()
    delivery_plan(person=user, kind="second_step_reset", about=now)
    for other in User.objects.administrators().exclude(pk=user.pk):
        about = f"{user.pk} {administrator.pk} {now}"
        delivery_plan(person=other, kind="second_step_reset_told", about=about)
