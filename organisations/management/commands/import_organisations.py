"""Command `import_organisations`."""

import csv
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DataError, IntegrityError

from organisations.register import REGISTER, organisations_import


class Command(BaseCommand):
    """Bring the organisations in line with the register."""

    help = "Takes over organisations from a CSV file in the form of organisations/data/organisations.csv."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file; without one, the register that comes with the site."""
        parser.add_argument("file", nargs="?", type=Path, default=REGISTER)

    def handle(self, *args: object, **options: Path) -> None:
        """Import, and say what changed."""
        if not options["file"].is_file():
            raise CommandError(f"{options['file']}: there is no such file.")
        try:
            done = organisations_import(path=options["file"])
        except (ValueError, csv.Error, DataError, IntegrityError) as error:
            raise CommandError(f"{options['file']}: not a table in the expected form ({error}).") from error
        self.stdout.write(f"{done.made} new, {done.changed} changed, {done.same} the same.")
        for name in done.doubles:
            self.stderr.write(f"Left out: {name} stands twice in the table, with two identifiers.")
