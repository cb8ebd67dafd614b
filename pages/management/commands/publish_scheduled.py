"""Command `publish_scheduled`: Wagtail's own, in one transaction, and what else has to happen by the clock."""

from typing import Any

from django.db import transaction
from wagtail.management.commands.publish_scheduled import Command as WagtailCommand

from querylog.services import questions_forget
from search.tasks import plan_ended_bodies


class Command(WagtailCommand):
    """Publish and expire what is due, together with the tasks that follow from it: neither happens without the other.

    Then take out the bodies of which the last day is over, and forget the questions of visitors that were kept long enough.
    """

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what Wagtail does, and tidy up after it."""
        with transaction.atomic():
            super().handle(*args, **options)
        if not options["dryrun"]:
            plan_ended_bodies()
            questions_forget()
