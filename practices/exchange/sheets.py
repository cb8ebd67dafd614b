"""What tables in XLSX and ODS share: their bounds, merged cells, and cells that cannot be taken as they are."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from openpyxl.utils.cell import get_column_letter

from practices.exchange.cells import Cell
from practices.exchange.fields import FileError

MOST_ROWS = 20_000
MOST_COLUMNS = 100
MOST_IN_EXCEL = 32_767  # characters in a cell

Lines = list[tuple[int, list[Cell]]]


def check_rows(lines: Lines) -> None:
    """Refuse a table that is too long."""
    if len(lines) > MOST_ROWS:
        raise FileError(_("de tabel heeft meer dan %(most)d rijen") % {"most": MOST_ROWS})


def check_columns(lines: Lines, hidden: set[int]) -> None:
    """Refuse a table with something in columns that its reader does not see; each is named by its letter and its first text."""
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
    """Until which row the cells of a column are merged; told row by row, after the cells of the row."""

    until: dict[int, int] = field(default_factory=dict)

    def start(self, row: int, column: int, rows: int, columns: int) -> None:
        """Note that a cell of so many rows and columns starts here."""
        if rows > 1:
            last = min(column + columns, MOST_COLUMNS + 1)
            self.until |= dict.fromkeys(range(column, last), row + rows - 1)

    def covers(self, row: int, column: int) -> bool:
        """Tell whether this cell is merged with the one above it."""
        return self.until.get(column, 0) >= row

    def cover(self, cells: list[Cell], starts: list[tuple[int, int, int]]) -> list[Cell]:
        """Return the cells of a row in which these cells start, as `(column, rows, columns)`: those beside them are theirs."""
        for column, _rows, columns in starts:
            last = min(column + columns - 1, MOST_COLUMNS)
            cells += [Cell()] * (last - len(cells))
            cells[column:last] = [merged_cell()] * (last - column)
        return cells

    def last_column(self, row: int) -> int:
        """Return the last column of which the cell in this row is merged with the one above it; 0 when there is none."""
        return max((column for column, until in self.until.items() if until >= row), default=0)


def merged_cell() -> Cell:
    """Return the cell of which the value stands in another one."""
    return Cell(problem=_("is samengevoegd met een andere cel, splits de cellen en vul elke cel in"))


def hidden_row(cells: list[Cell]) -> list[Cell]:
    """Return the cells of a row that its reader does not see; the first of them says so."""
    said = _("staat in een verborgen rij, maak de rij zichtbaar of verwijder haar")
    return [Cell(cells[0].text, problem=said), *cells[1:]]


def unknown_cell(look: str) -> Cell:
    """Return a cell of which nobody can tell what its reader saw."""
    said = _(
        "heeft een opmaak die we niet lezen (%(look)s), maak er tekst, een getal, percentage, bedrag of hele datum van"
    )
    return Cell(look, problem=said % {"look": look[:80]})


def unsolved_cell() -> Cell:
    """Return the cell of a formula that no spreadsheet has worked out."""
    return Cell(
        "=",
        problem=_(
            "is een formule zonder uitkomst, open het bestand in Excel of LibreOffice en sla het daar op"
        ),
    )


def check_lengths(table: list[list[str]]) -> None:
    """Refuse a text that Excel would cut off."""
    for row in table:
        if any(len(text) > MOST_IN_EXCEL for text in row):
            message = _("“%(slug)s” heeft een tekst van meer dan %(most)d tekens; neem ODS of JSON Lines")
            raise FileError(message % {"slug": row[0], "most": MOST_IN_EXCEL})
