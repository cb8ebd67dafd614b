"""Sending letters in the background, until the mail server takes or refuses them."""

import datetime
import logging

from allauth.account.models import EmailAddress
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.utils import timezone
from django.utils.translation import override
from django_tasks import task

from mail.kinds import KINDS
from mail.letters import build_message, sender_domain
from mail.models import AddressRefusal, Delivery, DeliveryState
from mail.sending import Problem, send

logger = logging.getLogger("knooppunt.mail")

# Minutes between tries: a server that greylists wants some, and one may be away for a weekend.
WAITS = (1, 5, 15, 60, 240, 480, 960, 1440, 1440)


@task()
def delivery_send(pk: int) -> None:
    """Send a letter, if it is still right to do so; a server that cannot take it now is asked again later."""
    delivery = Delivery.objects.claim(pk)
    if delivery is None:
        _come_back(pk)
        return
    message = build_delivery(delivery)
    if message is None:
        delivery.end(DeliveryState.DROPPED)
        return
    problem = send(message)
    if problem is None:
        delivery.end(DeliveryState.SENT)
    elif problem.is_final or delivery.tries > len(WAITS):
        _give_up(delivery, problem)
    else:
        _try_later(delivery, problem)


def build_delivery(delivery: Delivery) -> EmailMultiAlternatives | None:
    """Return the message of a delivery, or None if it should not go out any more.

    It goes to nobody whose account is closed, and to no address that was never confirmed or refuses mail.
    """
    kind, person = KINDS.get(delivery.kind), delivery.person
    if (
        kind is None
        or not (person.is_active or kind.is_for_closed)
        or not _is_reachable(person.email, person.pk)
    ):
        return None
    with override(person.language):
        letter = kind.write(delivery)
        if letter is None:
            return None
        message = build_message(
            letter, to=person.email, name=person.get_full_name(), first_name=person.first_name
        )
    message.extra_headers["Message-ID"] = f"<{delivery.message_id}@{sender_domain()}>"
    return message


def _is_reachable(address: str, person_pk: int) -> bool:
    """Tell whether the person confirmed this address, and it takes mail."""
    confirmed = EmailAddress.objects.filter(user=person_pk, email=address, verified=True)
    return confirmed.exists() and not AddressRefusal.objects.filter(address=address).exists()


def _come_back(pk: int) -> None:
    """Look again when the claim of another worker ends, as that worker may be lost."""
    waiting = Delivery.objects.waiting().filter(pk=pk).first()
    if waiting:
        delivery_send.using(run_after=waiting.next_at).enqueue(pk)


@transaction.atomic
def _try_later(delivery: Delivery, problem: Problem) -> None:
    """Plan the next try."""
    wait = datetime.timedelta(minutes=WAITS[delivery.tries - 1])
    delivery.postpone(wait, problem.name)
    delivery_send.using(run_after=delivery.next_at).enqueue(delivery.pk)
    logger.warning("letter %s was not sent: %s; again in %s", delivery, problem.name, wait)


@transaction.atomic
def _give_up(delivery: Delivery, problem: Problem) -> None:
    """Keep that the letter was refused, and with the address if that is at fault."""
    delivery.end(DeliveryState.REFUSED, problem.name)
    if problem.is_of_address:
        AddressRefusal.objects.update_or_create(
            address=delivery.person.email,
            defaults={"problem": problem.name, "refused_at": timezone.now()},
        )
    logger.warning("letter %s was refused: %s", delivery, problem.name)
