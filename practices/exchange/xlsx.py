"""Tables of text in XLSX."""

import datetime
import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from xml.etree import ElementTree

from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.read_only import EMPTY_CELL
from openpyxl.utils.cell import range_boundaries

from practices.exchange.cells import Cell
from practices.exchange.fields import FileError
from practices.exchange.number_formats import shown_number
from practices.exchange.sheets import (
    MOST_COLUMNS,
    MOST_ROWS,
    Lines,
    Merged,
    check_columns,
    check_lengths,
    check_rows,
    hidden_row,
    is_filled,
    merged_cell,
    unknown_cell,
    unsolved_cell,
)

MOST_SHEET_ROWS = 1_048_576  # including empty ones; no program writes more
TRUE = ("1", "true")

_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def read(path: Path) -> Lines:
    """Return the rows; the size that the sheet claims to have is not trusted."""
    book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
    sheet = next(sheet for sheet in book.worksheets if sheet.sheet_state == "visible")
    sheet.reset_dimensions()
    with zipfile.ZipFile(path) as archive, archive.open(sheet._worksheet_path) as part:  # noqa: SLF001  no other way to its name
        overlooked = _overlooked(part)
    lines: Lines = []
    merged = Merged()
    for number, row in enumerate(sheet.iter_rows(), start=1):
        # Some programs leave out covered cells at the end of a row.
        missing = [EMPTY_CELL] * (merged.last_column(number) - len(row))
        cells = [
            merged_cell() if merged.covers(number, column) else _read_cell(cell, overlooked.unsolved)
            for column, cell in enumerate([*row, *missing][:MOST_COLUMNS], start=1)
        ]
        cells = merged.cover(cells, overlooked.starts.get(number, []))
        for start in overlooked.starts.get(number, []):
            merged.start(number, *start)
        if is_filled(cells):
            lines.append((number, hidden_row(cells) if number in overlooked.hidden_rows else cells))
            check_rows(lines)
        if number > MOST_SHEET_ROWS:
            raise FileError(_("de tabel heeft meer rijen dan een rekenblad kan hebben"))
    check_columns(lines, overlooked.hidden_columns)
    return lines


@dataclass
class _Overlooked:
    """What openpyxl does not tell while it reads row by row.

    `starts` has the merged cells as `{row: [(column, rows, columns)]}`, `unsolved` the names of cells with a
    formula and no result, `hidden_rows` those with something in them.
    """

    starts: dict[int, list[tuple[int, int, int]]] = field(default_factory=dict)
    unsolved: set[str | None] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)


def _overlooked(part: IO[bytes]) -> _Overlooked:
    """Search a sheet for what openpyxl overlooks; raises FileError when there is too much."""
    seen = _Overlooked()
    found = number = 0
    for _event, element in ElementTree.iterparse(part):  # noqa: S314  without a DOCTYPE
        match element.tag.removeprefix(f"{{{_SHEET}}}"):
            case "col" if element.get("hidden") in TRUE:
                first, last = (int(element.get(name, "")) for name in ("min", "max"))
                seen.hidden_columns.update(range(first, min(last, MOST_COLUMNS) + 1))
            case "c" if element.find(f"{{{_SHEET}}}f") is not None:
                # An empty text is a result too.
                if not element.findtext(f"{{{_SHEET}}}v") and element.get("t") != "str":
                    seen.unsolved.add(element.get("r"))
                    found += 1
            case "mergeCell":
                left, top, right, bottom = range_boundaries(element.get("ref"))
                seen.starts.setdefault(top, []).append((left, bottom - top + 1, right - left + 1))
                found += 1
            case "row":
                number = int(element.get("r", number + 1))
                if element.get("hidden") in TRUE and any(len(cell) for cell in element):
                    seen.hidden_rows.add(number)
                    found += 1
                element.clear()
        if found > MOST_ROWS:
            raise FileError(
                _("de tabel heeft te veel verborgen rijen, samengevoegde cellen of formules zonder uitkomst")
            )
    return seen


def _read_cell(cell: Any, unsolved: set[str | None]) -> Cell:
    """Return a cell as a spreadsheet shows it."""
    value = cell.value
    match value:
        case None:
            return unsolved_cell() if unsolved and getattr(cell, "coordinate", None) in unsolved else Cell()
        case str():
            return Cell(value)
        case datetime.date() if _is_whole_date(cell.number_format):
            return Cell(value.isoformat().removesuffix("T00:00:00"))
        case bool() | datetime.date() | datetime.time() | datetime.timedelta():
            return unknown_cell(f"{value} {cell.number_format}")
    shown = shown_number(value, cell.number_format)
    return unknown_cell(f"{value} {cell.number_format}") if shown is None else Cell(shown, float(value))


def _is_whole_date(number_format: str) -> bool:
    """Tell whether this format shows day, month and year.

    A cell in which somebody typed `1-2` is often shown as `1-feb`.
    """
    seen = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", number_format).lower()
    return seen == "general" or set("dmy") <= set(seen)


def write(path: Path, table: list[list[str]]) -> None:
    """Write the cells as text, also those that begin like a formula."""
    check_lengths(table)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("cases")
    for row in table:
        cells = [WriteOnlyCell(sheet, text) for text in row]
        for cell in cells:
            cell.data_type = "s"
        sheet.append(cells)
    book.save(path)
