"""Command `import_organisations`."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

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
        except (KeyError, ValueError, UnicodeDecodeError) as error:
            raise CommandError(f"{options['file']}: not a table in the expected form ({error}).") from error
        self.stdout.write(f"{done.made} new, {done.changed} changed, {done.same} the same.")
