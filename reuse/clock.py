"""What the passing of time does: proposals lapse, rows age, and once a year an organisation is asked."""

import datetime

from django.db.models import Max
from django.utils import timezone

from core.locking import write_in_batches
from mail.models import Delivery, DeliveryState
from mail.services import delivery_plan
from members.models import OrganisationContact
from reuse.choices import Change, Standing
from reuse.models import YEAR, Adoption
from reuse.services import adoption_expire

ANSWER_WITHIN = datetime.timedelta(days=60)
AGES_AFTER = datetime.timedelta(days=548)  # eighteen months


def adoptions_expire() -> None:
    """Let proposals lapse that nobody answered, and rows age that nobody confirmed."""
    now = timezone.now()
    silent = Adoption.objects.proposed().filter(asked_at__lt=now - ANSWER_WITHIN)
    old = Adoption.objects.confirmed().filter(confirmed_at__lt=now - AGES_AFTER)
    for _batch in write_in_batches([*silent, *old], _expire):
        pass


def _expire(adoption: Adoption) -> None:
    """Let one row lapse or age."""
    is_proposal = adoption.standing == Standing.PROPOSED
    adoption_expire(adoption=adoption, change=Change.LAPSED if is_proposal else Change.AGED)


def adoptions_ask() -> None:
    """Plan the yearly letter of each contact whose organisation confirmed nothing for a year.

    The year begins with the latest confirmation, so that who just answered is left alone.
    """
    year_ago = timezone.now() - YEAR
    contacts = OrganisationContact.objects.valid().select_related("member__user")
    last = Adoption.objects.said().of_public_cases().values("organisation").annotate(last=Max("confirmed_at"))
    silent = dict(last.filter(last__lt=year_ago).values_list("organisation", "last"))
    for contact in contacts.filter(organisation__in=silent):
        asked = Delivery.objects.filter(
            kind="adoptions_yearly",
            about__startswith=f"{contact.organisation_id}:",
            planned_at__gt=year_ago,
        )
        if not asked.exclude(state=DeliveryState.DROPPED).exists():
            about = f"{contact.organisation_id}:{timezone.localdate():%Y-%m-%d}"
            delivery_plan(person=contact.member.user, kind="adoptions_yearly", about=about)
