"""Command `import_cases`."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from practices.exchange.fields import FileError
from practices.exchange.importing import Imported, ImportStopped, cases_import
from practices.management.progress import show_progress


class Command(BaseCommand):
    """Import the cases of a file."""

    help = (
        "Imports cases from CSV, XLSX, ODS or JSON Lines; nothing is written when a row is wrong, "
        "unless --skip-invalid."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the file and the options."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="look at every row and write nothing")
        parser.add_argument(
            "--skip-invalid", action="store_true", help="import the other rows when some are wrong"
        )
        parser.add_argument(
            "--create-terms",
            action="store_true",
            help="make themes, techniques and organisations that are new",
        )
        parser.add_argument(
            "--take-over",
            action="store_true",
            help="also write cases that are locked, in moderation, planned, or have a draft of an editor",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, and report what was done and what was wrong."""
        switches = {name: options[name] for name in ("dry_run", "skip_invalid", "create_terms", "take_over")}
        try:
            done = cases_import(
                path=options["file"],
                on_checked=show_progress(self.stdout, _("%(done)d / %(total)d nagekeken")),
                on_written=show_progress(self.stdout, _("%(done)d / %(total)d geschreven")),
                **switches,
            )
        except (FileError, OSError) as error:
            raise CommandError(f"{options['file']}: {error}") from error
        except ImportStopped as error:
            self._tell(error.done)
            raise CommandError(f"{error}\n{_stopped(error.done)}") from error
        self._tell(done)
        if done.problems and not options["skip_invalid"]:
            wrong = len({problem.line for problem in done.problems})
            said = ngettext(
                "%(count)d rij klopt niet. Er is niets geschreven.",
                "%(count)d rijen kloppen niet. Er is niets geschreven.",
                wrong,
            )
            raise CommandError(said % {"count": wrong})
        self.stdout.write(_outcome(done, is_dry=options["dry_run"]))

    def _tell(self, done: Imported) -> None:
        """Report new terms, wrong rows, and cases that people are working on."""
        for term in done.new_terms:
            self.stdout.write(str(term))
        for problem in [*done.problems, *done.held]:
            self.stderr.write(str(problem))
        if done.held:
            said = _(
                "Aan deze voorbeelden werkt iemand. Ze blijven zoals ze zijn; --take-over neemt ze toch over."
            )
            self.stderr.write(said)


def _stopped(done: Imported) -> str:
    """Return what was written, and how to continue."""
    text = _(
        "Geschreven: %(made)d nieuw, %(changed)d gewijzigd. "
        "Draai hetzelfde bestand nog eens, dan gaat het hier verder."
    )
    return text % vars(done)


def _outcome(done: Imported, *, is_dry: bool) -> str:
    """Return what was done, in one line."""
    counts = _("%(made)d nieuw, %(changed)d gewijzigd, %(same)d gelijk, %(skipped)d overgeslagen.")
    dry = _("Dit was een proef: er is niets geschreven.")
    return f"{counts % vars(done)} {dry}" if is_dry else counts % vars(done)
