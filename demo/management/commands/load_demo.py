"""Command `load_demo`."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from demo.loading import demo_load


class Command(BaseCommand):
    """Load the demonstration content."""

    help = "Loads the demonstration content; a second run changes nothing. Refused under production settings."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, unless this is a real site."""
        if not settings.DEMONSTRATION:
            raise CommandError("load_demo is for demonstrations; these settings are not.")
        demo_load(lambda line: self.stdout.write(f"  {line}"))
