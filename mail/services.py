"""What other rooms ask of mail: a letter to somebody, a link in it, and whether an address works."""

import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from mail.kinds import KINDS
from mail.models import AddressRefusal, Delivery, SignedLink
from mail.tasks import delivery_send

KEPT = datetime.timedelta(days=90)  # long enough to look into a complaint
LOST = datetime.timedelta(hours=1)


@transaction.atomic
def delivery_plan(
    *, person: AbstractBaseUser, kind: str, about: object, wait: datetime.timedelta = datetime.timedelta()
) -> Delivery:
    """Have a letter of this kind about this thing sent to somebody, once, when this transaction commits."""
    if kind not in KINDS:
        raise KeyError(kind)
    delivery, is_new = Delivery.objects.get_or_create(
        person_id=person.pk, kind=kind, about=str(about), defaults={"next_at": timezone.now() + wait}
    )
    if is_new:
        delivery_send.using(run_after=delivery.next_at).enqueue(delivery.pk)
    return delivery


def summary_plan(*, person: AbstractBaseUser, kind: str, wait: datetime.timedelta) -> None:
    """Have one letter sent after a while, about all that is true by then, unless one waits already.

    One that is being sent now does not count: it may have been written before what is to be told.
    """
    before = Delivery.objects.filter(person_id=person.pk, kind=kind)
    if not before.waiting().filter(tries=0).exists():
        last = before.order_by("-pk").values_list("pk", flat=True).first()
        delivery_plan(person=person, kind=kind, about=last or 0, wait=wait)


def deliveries_forget() -> None:
    """Delete the letters that ended long ago, and links that no longer work."""
    now = timezone.now()
    Delivery.objects.filter(ended_at__lt=now - KEPT).delete()
    SignedLink.objects.filter(made_at__lt=now - SignedLink.LIFETIME - KEPT).delete()


def deliveries_resume() -> None:
    """Plan the letters anew that should have gone long ago, as their task failed or was lost."""
    lost = Delivery.objects.waiting().filter(next_at__lt=timezone.now() - LOST)
    for delivery in lost:
        delivery.postpone(datetime.timedelta(), delivery.problem)  # so that the next look finds it no more
        delivery_send.enqueue(delivery.pk)


@transaction.atomic
def link_make(*, person: AbstractBaseUser, purpose: str, subject: object) -> SignedLink:
    """Return a link that works; the one that was made before as long as it does, as a mail may go twice."""
    oldest = timezone.now() - SignedLink.LIFETIME
    same = SignedLink.objects.filter(person_id=person.pk, purpose=purpose, subject=str(subject))
    link = same.filter(used_at__isnull=True, made_at__gt=oldest).first()
    return link or SignedLink.objects.create(person_id=person.pk, purpose=purpose, subject=str(subject))


def is_refused(address: str) -> bool:
    """Tell whether mail to this address came back for good."""
    return AddressRefusal.objects.filter(address=address).exists()


def address_mended(*, address: str) -> None:
    """Send to this address again: its owner says that it works, or confirmed it anew."""
    AddressRefusal.objects.filter(address=address).delete()
