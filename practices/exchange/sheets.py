"""What tables in XLSX and ODS share: limits, merged cells, and cells that cannot be used as they are."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from openpyxl.utils.cell import get_column_letter

from practices.exchange.cells import Cell
from practices.exchange.fields import FileError

# Both limit what a hostile table takes of memory: rows that are filled, and columns that are looked at.
MOST_ROWS = 20_000
MOST_COLUMNS = 100
MOST_IN_EXCEL = 32_767  # characters that a cell of Excel can hold

Lines = list[tuple[int, list[Cell]]]


def check_rows(lines: Lines) -> None:
    """Refuse a table that is too long; raises FileError."""
    if len(lines) > MOST_ROWS:
        raise FileError(_("de tabel heeft meer dan %(most)d rijen") % {"most": MOST_ROWS})


def check_columns(lines: Lines, hidden: set[int]) -> None:
    """Refuse a table with text in hidden columns; raises FileError.

    The message names each column by its letter and its first text.
    """
    names = []
    for column in sorted(hidden):
        texts = [
            cell.text for _number, cells in lines for cell in cells[column - 1 : column] if cell.text.strip()
        ]
        if texts:
            names.append(f"{get_column_letter(column)} (“{texts[0][:80]}”)")
    if names:
        said = ngettext(
            "kolom %(names)s is verborgen, maak de kolom zichtbaar of verwijder haar",
            "de kolommen %(names)s zijn verborgen, maak ze zichtbaar of verwijder ze",
            len(names),
        )
        raise FileError(said % {"names": ", ".join(names)})


def is_filled(cells: list[Cell]) -> bool:
    """Tell whether a row has something in it."""
    return any(cell.text.strip() for cell in cells)


@dataclass
class Merged:
    """The row until which the cells of each column are merged; filled in row by row, after each row."""

    until: dict[int, int] = field(default_factory=dict)

    def start(self, row: int, column: int, rows: int, columns: int) -> None:
        """Note that a cell of this many rows and columns starts here."""
        if rows > 1:
            last = min(column + columns, MOST_COLUMNS + 1)
            self.until |= dict.fromkeys(range(column, last), row + rows - 1)

    def covers(self, row: int, column: int) -> bool:
        """Tell whether this cell is merged with the one above it."""
        return self.until.get(column, 0) >= row

    def cover(self, cells: list[Cell], starts: list[tuple[int, int, int]]) -> list[Cell]:
        """Return the cells of a row, with those marked that a merged cell covers.

        `starts` are the merged cells that start in the row, as `(column, rows, columns)`.
        """
        for column, _rows, columns in starts:
            last = min(column + columns - 1, MOST_COLUMNS)
            cells += [Cell()] * (last - len(cells))
            cells[column:last] = [merged_cell()] * (last - column)
        return cells

    def last_column(self, row: int) -> int:
        """Return the last column whose cell in this row is merged with the one above it, or 0."""
        return max((column for column, until in self.until.items() if until >= row), default=0)


def merged_cell() -> Cell:
    """Return a cell whose value is in another cell."""
    return Cell(problem=_("is samengevoegd met een andere cel, splits de cellen en vul elke cel in"))


def hidden_row(cells: list[Cell]) -> list[Cell]:
    """Return the cells of a hidden row; the first of them has the problem."""
    said = _("staat in een verborgen rij, maak de rij zichtbaar of verwijder haar")
    return [Cell(cells[0].text, problem=said), *cells[1:]]


def unknown_cell(look: str) -> Cell:
    """Return a cell with a number format that we do not know, so that we cannot tell what it shows."""
    said = _(
        "heeft een opmaak die we niet lezen (%(look)s), "
        "maak er tekst, een getal, percentage, bedrag of hele datum van"
    )
    return Cell(look, problem=said % {"look": look[:80]})


def unsolved_cell() -> Cell:
    """Return a cell with a formula that no spreadsheet program has calculated."""
    said = _("is een formule zonder uitkomst, open het bestand in Excel of LibreOffice en sla het daar op")
    return Cell("=", problem=said)


def check_lengths(table: list[list[str]]) -> None:
    """Refuse a text that Excel would cut off; raises FileError."""
    for row in table:
        if any(len(text) > MOST_IN_EXCEL for text in row):
            message = _("“%(slug)s” heeft een tekst van meer dan %(most)d tekens; neem ODS of JSON Lines")
            raise FileError(message % {"slug": row[0], "most": MOST_IN_EXCEL})
