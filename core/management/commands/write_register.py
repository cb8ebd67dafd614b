"""`write_register`: write the register of processing from what the rooms declare."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from core.processing import build_register


class Command(BaseCommand):
    """Write `docs/processing.md`."""

    help = "Writes docs/processing.md from the declarations of personal data in the code."

    def handle(self, *args: Any, **options: Any) -> None:
        path = settings.BASE_DIR / "docs" / "processing.md"
        path.write_text(build_register(), encoding="utf-8")
        self.stdout.write(f"{path.name} is written")
