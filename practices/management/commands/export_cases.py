"""Command `export_cases`."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import ngettext

from practices.exchange.exporting import cases_export
from practices.exchange.fields import FileError
from practices.management.progress import show_progress


class Command(BaseCommand):
    """Write all cases to a file."""

    help = "Exports all cases to CSV, XLSX, ODS or JSON Lines; the ending of the file tells which."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the file and the options."""
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--with-contacts", action="store_true", help="write the e-mail addresses of contacts too"
        )
        parser.add_argument("--excel", action="store_true", help="write CSV as a Dutch Excel opens it")

    def handle(self, *args: Any, **options: Any) -> None:
        """Export, and report what Markdown could not express."""
        try:
            done = cases_export(
                path=options["file"],
                with_contacts=options["with_contacts"],
                for_excel=options["excel"],
                progress=show_progress(self.stdout),
            )
        except (FileError, OSError) as error:
            raise CommandError(f"{options['file']}: {error}") from error
        for warning in done.warnings:
            self.stderr.write(warning)
        said = ngettext(
            "%(count)d praktijkvoorbeeld geëxporteerd.",
            "%(count)d praktijkvoorbeelden geëxporteerd.",
            done.count,
        )
        self.stdout.write(said % {"count": done.count})
