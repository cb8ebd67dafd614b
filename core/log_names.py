"""Names of people in Wagtail's log: who is gone is in it by number only."""

from django.db.models import Model
from wagtail.models import ModelLogEntry


def forget_name(instance: Model) -> None:
    """Take out of the log what it says of a row that goes: its name, and what was said of it; what was done and when stays."""
    label = f"{instance._meta.verbose_name} {instance.pk}"
    ModelLogEntry.objects.for_instance(instance).update(label=label, data={})
