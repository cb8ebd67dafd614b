"""What follows from publishing a case: who becomes its contact hears so."""

import datetime
from typing import Any

from django.db.models.signals import pre_save
from django.dispatch import receiver
from wagtail.models import Revision
from wagtail.signals import page_published

from mail.services import summary_plan
from practices.contacts import NAMED
from practices.models import PracticePage

COLLECTED_FOR = datetime.timedelta(minutes=10)  # cases that are published together come in one letter


@receiver(pre_save, sender=PracticePage)
def on_pre_save(instance: PracticePage, **kwargs: Any) -> None:
    """Remember who was the contact of the public page: once it is published, the row says who is."""
    public = PracticePage.objects.filter(pk=instance.pk, live=True)
    instance.contact_before = public.values_list("contact", flat=True).first()


@receiver(page_published, sender=PracticePage)
def on_page_published(instance: PracticePage, revision: Revision, **kwargs: Any) -> None:
    """Tell who is the contact of a case from now on, unless she wrote that herself or is made up."""
    contact = instance.contact
    if contact is None or contact.is_demo or contact.pk == instance.contact_before:
        return
    if contact.user_id != revision.user_id:
        summary_plan(person=contact.user, kind=NAMED, wait=COLLECTED_FOR)
