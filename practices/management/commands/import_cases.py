"""Command `import_cases`."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from practices.exchange.fields import FileError
from practices.exchange.importing import Imported, cases_import
from practices.management.progress import show_progress


class Command(BaseCommand):
    """Bring the cases of a file into the site."""

    help = "Imports cases from CSV, XLSX, ODS or JSON Lines; nothing is written when a row is wrong, unless --skip-invalid."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file and how strict to be."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="look at every row and write nothing")
        parser.add_argument("--skip-invalid", action="store_true", help="import the other rows when some are wrong")
        parser.add_argument(
            "--create-terms", action="store_true", help="make themes, techniques and organisations that are new"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, and say what was done and what was wrong."""
        switches = {name: options[name] for name in ("dry_run", "skip_invalid", "create_terms")}
        try:
            done = cases_import(path=options["file"], progress=show_progress(self.stdout), **switches)
        except (FileError, OSError) as error:
            raise CommandError(f"{options['file']}: {error}") from error
        for problem in done.problems:
            self.stderr.write(str(problem))
        if done.problems and not options["skip_invalid"]:
            raise CommandError(_("%(count)d rijen kloppen niet. Er is niets geschreven.") % {"count": done.skipped})
        self.stdout.write(_outcome(done, is_dry=options["dry_run"]))


def _outcome(done: Imported, *, is_dry: bool) -> str:
    """Return what was done, in one line."""
    counts = _("%(made)d nieuw, %(changed)d gewijzigd, %(same)d gelijk, %(skipped)d overgeslagen.") % vars(done)
    dry = _("Dit was een proef: er is niets geschreven.")
    return f"{counts} {dry}" if is_dry else counts
