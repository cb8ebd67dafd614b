"""Names of people in Wagtail's log: a deleted person is in it by number only."""

from django.db.models import Model
from wagtail.models import ModelLogEntry


def forget_name(instance: Model) -> None:
    """Remove the name and the details of a row that goes from the log; what was done and when stays."""
    label = f"{instance._meta.verbose_name} {instance.pk}"
    ModelLogEntry.objects.for_instance(instance).update(label=label, data={})
