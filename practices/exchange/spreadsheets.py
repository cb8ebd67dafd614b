"""Tables of text in XLSX and ODS files. A formula is never run: what stands in a cell is its text."""

import datetime
import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import IO, Any
from xml.etree import ElementTree
from xml.parsers import expat

from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell

from practices.exchange.fields import FileError

FORMATS = (".xlsx", ".ods")
MOST_UNPACKED = 200_000_000
PORTION = 1_000_000  # bytes that are unpacked at a time
MOST_ROWS = 20_000
MOST_SHEET_ROWS = 1_048_576  # empty ones included; no program makes more
MOST_COLUMNS = 100
MOST_IN_XLSX = 32_767  # characters in a cell; Excel cuts off the rest

Lines = list[tuple[int, list[str]]]

_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
_TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
_MANIFEST = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
_ODS = "application/vnd.oasis.opendocument.spreadsheet"


def read(path: Path) -> Lines:
    """Return the rows of the first sheet as `(number, texts)`; raises FileError."""
    try:
        _check_parts(path)
        return _read_xlsx(path) if path.suffix.lower() == ".xlsx" else _read_ods(path)
    except FileError:
        raise
    except Exception as error:  # a broken file makes the parsers raise many kinds; each means the same here
        raise FileError(_("het bestand is beschadigd of heeft een andere indeling")) from error


def write(path: Path, table: list[list[str]]) -> None:
    """Write a table of texts; raises FileError."""
    if path.suffix.lower() == ".xlsx":
        _write_xlsx(path, table)
    else:
        _write_ods(path, table)


def _check_parts(path: Path) -> None:
    """Refuse a small file that unpacks to a huge one, whatever it says of its parts, and one with a DTD in any encoding."""
    left = MOST_UNPACKED
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            with archive.open(entry) as part:
                left = _check_part(part, left)


def _check_part(part: IO[bytes], left: int) -> int:
    """Read one part in portions, whatever it is called, and return how many bytes the others may have."""
    parser: Any = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_doctype
    while portion := part.read(PORTION):
        left -= len(portion)
        if left < 0:
            raise FileError(_("het bestand is uitgepakt te groot"))
        try:
            if parser:
                parser.Parse(portion)
        except expat.ExpatError:  # a picture, or broken: who reads it as XML says so
            parser = None
    return left


def _refuse_doctype(*declared: Any) -> None:
    """Refuse what can name other files, or unfold to more than memory holds."""
    raise FileError(_("het bestand bevat een DOCTYPE, en dat lezen we niet"))


def _check_rows(lines: Lines) -> None:
    """Refuse a table that is too long."""
    if len(lines) > MOST_ROWS:
        raise FileError(_("de tabel heeft meer dan %(most)d rijen") % {"most": MOST_ROWS})


def _read_xlsx(path: Path) -> Lines:
    """Return the rows that have something in them. The size that the sheet claims to have is not believed."""
    book = load_workbook(path, read_only=True, keep_links=False)
    sheet = book.worksheets[0]
    sheet.reset_dimensions()
    lines: Lines = []
    for number, values in enumerate(sheet.iter_rows(values_only=True), start=1):
        if any(value is not None for value in values):
            lines.append((number, [_cell_text(value) for value in values[:MOST_COLUMNS]]))
            _check_rows(lines)
        if number > MOST_SHEET_ROWS:
            raise FileError(_("de tabel heeft meer rijen dan een rekenblad kan hebben"))
    return lines


def _cell_text(value: Any) -> str:
    """Return the value of a cell as text."""
    match value:
        case None:
            return ""
        case datetime.datetime() if value.time() == datetime.time():
            return value.date().isoformat()
        case datetime.date():
            return value.isoformat()
        case float() if value.is_integer():
            return str(int(value))
    return str(value)


def _write_xlsx(path: Path, table: list[list[str]]) -> None:
    """Write the cells as texts, whatever they begin with."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("cases")
    for row in table:
        if any(len(text) > MOST_IN_XLSX for text in row):
            message = _("“%(slug)s” heeft een tekst van meer dan %(most)d tekens; neem ODS, CSV of JSON Lines")
            raise FileError(message % {"slug": row[0], "most": MOST_IN_XLSX})
        cells = [WriteOnlyCell(sheet, text) for text in row]
        for cell in cells:
            cell.data_type = "s"
        sheet.append(cells)
    book.save(path)


def _read_ods(path: Path) -> Lines:
    """Return the rows that have something in them."""
    lines: Lines = []
    number = 1
    with zipfile.ZipFile(path) as archive, archive.open("content.xml") as content:
        for row in _ods_rows(content):
            times = _repeated(row, "rows")
            cells = list(_ods_cells(row))
            if any(cells):
                lines += [(number + offset, cells) for offset in range(min(times, MOST_ROWS + 1))]
                _check_rows(lines)
            number += times
    return lines


def _ods_rows(content: IO[bytes]) -> Iterator[ElementTree.Element]:
    """Yield the rows of the first sheet, of which one is in memory at a time."""
    sheet = None
    for event, element in ElementTree.iterparse(content, events=("start", "end")):  # noqa: S314  without a DOCTYPE
        is_sheet = element.tag == f"{{{_TABLE}}}table"
        if event == "start":
            sheet = element if is_sheet and sheet is None else sheet
        elif element is sheet:
            return
        elif element.tag == f"{{{_TABLE}}}table-row" and sheet is not None:
            yield element
            sheet.clear()


def _ods_cells(row: ElementTree.Element) -> Iterator[str]:
    """Yield the texts of the cells of a row, as far as we look."""
    left = MOST_COLUMNS
    for cell in row:
        text = _ods_text(cell)
        times = min(_repeated(cell, "columns"), left)
        left -= times
        yield from [text] * times


def _repeated(element: ElementTree.Element, what: str) -> int:
    """Return how many times a row or cell stands in the table."""
    return int(element.get(f"{{{_TABLE}}}number-{what}-repeated", "1"))


def _ods_text(cell: ElementTree.Element) -> str:
    """Return the text of a cell: a date or number by its value, anything else as it is shown."""
    for attribute in ("date-value", "value"):
        if value := cell.get(f"{{{_OFFICE}}}{attribute}"):
            return _cell_text(float(value)) if attribute == "value" else value.removesuffix("T00:00:00")
    return "\n".join(_paragraph_text(part) for part in cell.findall(f"{{{_TEXT}}}p"))


def _paragraph_text(paragraph: ElementTree.Element) -> str:
    """Return the text of a paragraph, with the spaces, tabs and line breaks that ODF writes as elements."""
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


def _write_ods(path: Path, table: list[list[str]]) -> None:
    """Write the smallest file that is a spreadsheet: its kind, its list of parts, and its content."""
    manifest = ElementTree.Element(f"{{{_MANIFEST}}}manifest", {f"{{{_MANIFEST}}}version": "1.3"})
    for name, kind in (("/", _ODS), ("content.xml", "text/xml")):
        entry = {f"{{{_MANIFEST}}}full-path": name, f"{{{_MANIFEST}}}media-type": kind}
        ElementTree.SubElement(manifest, f"{{{_MANIFEST}}}file-entry", entry)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", _ODS, compress_type=zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", _xml(manifest))
        archive.writestr("content.xml", _xml(_ods_content(table)))


def _xml(element: ElementTree.Element) -> bytes:
    """Return the element as a file."""
    buffer = BytesIO()
    for prefix, name in (("office", _OFFICE), ("table", _TABLE), ("text", _TEXT), ("manifest", _MANIFEST)):
        ElementTree.register_namespace(prefix, name)
    ElementTree.ElementTree(element).write(buffer, encoding="utf-8", xml_declaration=True)
    return buffer.getvalue()


def _ods_content(table: list[list[str]]) -> ElementTree.Element:
    """Return the content of the spreadsheet: one sheet with texts."""
    content = ElementTree.Element(f"{{{_OFFICE}}}document-content", {f"{{{_OFFICE}}}version": "1.3"})
    body = ElementTree.SubElement(content, f"{{{_OFFICE}}}body")
    sheet = ElementTree.SubElement(ElementTree.SubElement(body, f"{{{_OFFICE}}}spreadsheet"), f"{{{_TABLE}}}table")
    sheet.set(f"{{{_TABLE}}}name", "cases")
    ElementTree.SubElement(sheet, f"{{{_TABLE}}}table-column", {f"{{{_TABLE}}}number-columns-repeated": str(len(table[0]))})
    for texts in table:
        row = ElementTree.SubElement(sheet, f"{{{_TABLE}}}table-row")
        for text in texts:
            cell = ElementTree.SubElement(row, f"{{{_TABLE}}}table-cell", {f"{{{_OFFICE}}}value-type": "string"})
            for line in text.split("\n") if text else []:
                _write_paragraph(cell, line)
    return content


def _write_paragraph(cell: ElementTree.Element, line: str) -> None:
    """Add a paragraph; ODF reads several spaces as one, and a tab as a space, unless they are elements."""
    paragraph = ElementTree.SubElement(cell, f"{{{_TEXT}}}p")
    words = re.split(r"(\t|^ +| {2,}| +$)", line)
    paragraph.text = words[0]
    for space, text in zip(words[1::2], words[2::2], strict=True):
        element = ElementTree.SubElement(paragraph, f"{{{_TEXT}}}{'tab' if space == chr(9) else 's'}")
        if space != "\t":
            element.set(f"{{{_TEXT}}}c", str(len(space)))
        element.tail = text
