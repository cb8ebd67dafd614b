"""Command `publish_scheduled`: Wagtail's own, in one transaction."""

from typing import Any

from django.db import transaction
from wagtail.management.commands.publish_scheduled import Command as WagtailCommand


class Command(WagtailCommand):
    """Publish and expire what is due, together with the tasks that follow from it: neither happens without the other."""

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Do what Wagtail does."""
        super().handle(*args, **options)
