"""Tables of text in ODS."""

import datetime
import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

from practices.exchange.cells import ERROR, Cell
from practices.exchange.number_formats import is_plain_number, shown_number
from practices.exchange.sheets import (
    MOST_COLUMNS,
    MOST_ROWS,
    Lines,
    Merged,
    check_columns,
    check_rows,
    hidden_row,
    is_filled,
    merged_cell,
    unknown_cell,
    unsolved_cell,
)

_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
_STYLE = "urn:oasis:names:tc:opendocument:xmlns:style:1.0"
_TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
_MANIFEST = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
_ODS = "application/vnd.oasis.opendocument.spreadsheet"


def read(path: Path) -> Lines:
    """Return the rows."""
    lines: Lines = []
    merged = Merged()
    number = 1
    hidden: set[int] = set()
    with zipfile.ZipFile(path) as archive, archive.open("content.xml") as content:
        for row in _read_rows(content, hidden):
            times = _repeated(row, "rows")
            cells = _read_cells(row, number, merged)
            if is_filled(cells):
                if _is_hidden(row):
                    cells = hidden_row(cells)
                lines += [(number + offset, cells) for offset in range(min(times, MOST_ROWS + 1))]
                check_rows(lines)
            number += times
    check_columns(lines, hidden)
    return lines


def _read_rows(content: IO[bytes], hidden: set[int]) -> Iterator[ElementTree.Element]:
    """Yield the rows of the first visible sheet, keeping one in memory at a time.

    Its hidden columns are added to `hidden`.
    """
    sheet = None
    column = 1
    unseen: set[str | None] = set()  # names of the styles of hidden sheets; styles come before the sheets
    for event, element in ElementTree.iterparse(content, events=("start", "end")):  # noqa: S314  without a DOCTYPE
        is_sheet = (
            element.tag == f"{{{_TABLE}}}table" and element.get(f"{{{_TABLE}}}style-name", "") not in unseen
        )
        if event == "start":
            sheet = element if is_sheet and sheet is None else sheet
        elif element is sheet:
            return
        elif (
            element.tag == f"{{{_STYLE}}}style"
            and element.find(f"*[@{{{_TABLE}}}display='false']") is not None
        ):
            unseen.add(element.get(f"{{{_STYLE}}}name"))
        elif element.tag == f"{{{_TABLE}}}table-column" and sheet is not None:
            following = column + _repeated(element, "columns")
            if _is_hidden(element):
                hidden.update(range(column, min(following, MOST_COLUMNS + 1)))
            column = following
        elif element.tag == f"{{{_TABLE}}}table-row" and sheet is not None:
            yield element
            sheet.clear()
        elif element.tag == f"{{{_TABLE}}}table-row":
            element.clear()


def _is_hidden(element: ElementTree.Element) -> bool:
    """Tell whether a row or a column is hidden."""
    return element.get(f"{{{_TABLE}}}visibility", "visible") != "visible"


def _read_cells(row: ElementTree.Element, number: int, merged: Merged) -> list[Cell]:
    """Return the cells of a row, up to the last column that we read."""
    column = 1
    starts, cells = [], []
    for element in row:
        times = min(_repeated(element, "columns"), MOST_COLUMNS + 1 - column)
        cell = _read_cell(element)
        cells += [merged_cell() if merged.covers(number, column + place) else cell for place in range(times)]
        rows, columns = (
            int(element.get(f"{{{_TABLE}}}number-{what}-spanned", "1")) for what in ("rows", "columns")
        )
        starts.append((column, rows, columns))
        column += times
    for missing in range(column, merged.last_column(number) + 1):
        cells.append(merged_cell() if merged.covers(number, missing) else Cell())
    cells = merged.cover(cells, starts)
    for start in starts:
        merged.start(number, *start)
    return cells


def _repeated(element: ElementTree.Element, what: str) -> int:
    """Return how many times a row or cell is repeated."""
    return int(element.get(f"{{{_TABLE}}}number-{what}-repeated", "1"))


def _read_cell(cell: ElementTree.Element) -> Cell:
    """Return a cell as a spreadsheet shows it; when the file does not tell, its value is used."""
    said = {
        name: cell.get(f"{{{_OFFICE}}}{name}", "")
        for name in ("value-type", "value", "date-value", "string-value")
    }
    shown = "\n".join(_paragraph_text(part) for part in cell.findall(f"{{{_TEXT}}}p")) or said["string-value"]
    match said["value-type"]:
        case "" if cell.get(f"{{{_TABLE}}}formula") and not shown:
            return unsolved_cell()
        case "" | "string":
            return Cell(shown)
        case "date" if said["date-value"] and _shows_date(shown or said["date-value"], said["date-value"]):
            return Cell(said["date-value"].removesuffix("T00:00:00"))
        case "float" | "percentage" | "currency" if said["value"]:
            value = float(said["value"])
            shown = shown or shown_number(value, "General") or ""
            if is_plain_number(shown, value):
                return Cell(shown, value)
    # The type of an error is a number; its text tells that it is an error.
    return Cell(shown) if re.fullmatch(ERROR, shown) else unknown_cell(shown or said["value-type"])


def _shows_date(shown: str, value: str) -> bool:
    """Tell whether this text shows the day and the year of a date.

    A cell in which somebody typed `1-2` is often shown as `1-feb`.
    """
    date = datetime.datetime.fromisoformat(value)
    numbers = [int(digits) for digits in re.findall(r"\d+", shown)]
    if date.day not in numbers:
        return False
    numbers.remove(date.day)
    return date.year in numbers or date.year % 100 in numbers


def _paragraph_text(paragraph: ElementTree.Element) -> str:
    """Return the text of a paragraph, including the spaces, tabs and line breaks that are elements in ODF."""
    parts = [paragraph.text or ""]
    for child in paragraph:
        match child.tag.removeprefix(f"{{{_TEXT}}}"):
            case "s":
                parts.append(" " * min(int(child.get(f"{{{_TEXT}}}c", "1")), 1000))
            case "tab":
                parts.append("\t")
            case "line-break":
                parts.append("\n")
            case _:
                parts.append(_paragraph_text(child))
        parts.append(child.tail or "")
    return "".join(parts)


def write(path: Path, table: list[list[str]]) -> None:
    """Write the smallest file that is a spreadsheet: its type, its manifest, and its content."""
    manifest = ElementTree.Element(f"{{{_MANIFEST}}}manifest", {f"{{{_MANIFEST}}}version": "1.3"})
    for name, kind in (("/", _ODS), ("content.xml", "text/xml")):
        entry = {f"{{{_MANIFEST}}}full-path": name, f"{{{_MANIFEST}}}media-type": kind}
        ElementTree.SubElement(manifest, f"{{{_MANIFEST}}}file-entry", entry)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", _ODS, compress_type=zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", _xml(manifest))
        archive.writestr("content.xml", _xml(_content(table)))


def _xml(element: ElementTree.Element) -> bytes:
    """Return the element as a file."""
    buffer = BytesIO()
    for prefix, name in (("office", _OFFICE), ("table", _TABLE), ("text", _TEXT), ("manifest", _MANIFEST)):
        ElementTree.register_namespace(prefix, name)
    ElementTree.ElementTree(element).write(buffer, encoding="utf-8", xml_declaration=True)
    return buffer.getvalue()


def _content(table: list[list[str]]) -> ElementTree.Element:
    """Return the content of the spreadsheet: one sheet with texts."""
    content = ElementTree.Element(f"{{{_OFFICE}}}document-content", {f"{{{_OFFICE}}}version": "1.3"})
    body = ElementTree.SubElement(content, f"{{{_OFFICE}}}body")
    sheet = ElementTree.SubElement(
        ElementTree.SubElement(body, f"{{{_OFFICE}}}spreadsheet"), f"{{{_TABLE}}}table"
    )
    sheet.set(f"{{{_TABLE}}}name", "cases")
    ElementTree.SubElement(
        sheet, f"{{{_TABLE}}}table-column", {f"{{{_TABLE}}}number-columns-repeated": str(len(table[0]))}
    )
    for texts in table:
        row = ElementTree.SubElement(sheet, f"{{{_TABLE}}}table-row")
        for text in texts:
            cell = ElementTree.SubElement(
                row, f"{{{_TABLE}}}table-cell", {f"{{{_OFFICE}}}value-type": "string"}
            )
            for line in text.split("\n") if text else []:
                _write_paragraph(cell, line)
    return content


def _write_paragraph(cell: ElementTree.Element, line: str) -> None:
    """Add a paragraph; ODF reads several spaces or a tab as one space unless they are elements."""
    paragraph = ElementTree.SubElement(cell, f"{{{_TEXT}}}p")
    words = re.split(r"(\t|^ +| {2,}| +$)", line)
    paragraph.text = words[0]
    for space, text in zip(words[1::2], words[2::2], strict=True):
        element = ElementTree.SubElement(paragraph, f"{{{_TEXT}}}{'tab' if space == chr(9) else 's'}")
        if space != "\t":
            element.set(f"{{{_TEXT}}}c", str(len(space)))
        element.tail = text
