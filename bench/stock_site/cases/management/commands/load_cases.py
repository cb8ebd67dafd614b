"""Command `load_cases`: make the pages of a file, below a page `praktijkvoorbeelden`."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from home.models import HomePage

from cases.bulk import add_pages
from cases.models import CasePage, Theme


class Command(BaseCommand):
    """Load the cases."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        section = HomePage(title="Praktijkvoorbeelden", slug="praktijkvoorbeelden")
        HomePage.objects.get(depth=2).add_child(instance=section)
        with options["file"].open(encoding="utf-8") as lines:
            add_pages(section, map(build_page, lines))


def build_page(line: str) -> CasePage:
    """Return the page of a line of the file."""
    values = json.loads(line)
    theme = Theme.objects.get_or_create(name=values.pop("theme"))[0]
    return CasePage(theme=theme, search_description=values["summary"], **values)
