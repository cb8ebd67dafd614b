"""Rows of cases in files: which format a file has, how CSV and JSON Lines are read, and the limits.

The limits keep a hostile file from filling memory.
"""

import codecs
import csv
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from django.utils.translation import gettext as _

from practices.exchange import spreadsheets
from practices.exchange.cells import Cell, read_cell, write_cell
from practices.exchange.fields import (
    FIELDS,
    MOST_CHARACTERS,
    ONLY_IN_JSON,
    FileError,
    Problem,
    Row,
    Unexpected,
    Values,
)
from practices.exchange.sheets import MOST_COLUMNS, check_lengths

MOST_BYTES = 50_000_000  # of a file; it is read into memory, except JSON Lines
TEXT_FORMATS = (".csv", ".jsonl")
FORMATS = (*TEXT_FORMATS, *spreadsheets.FORMATS)

# Bytes that are an accent or a quotation mark in UTF-8, and not Dutch in Windows-1252. A file that has them
# and is not valid UTF-8 is damaged.
_LETTERS_OF_UTF_8 = re.compile(rb"\xc3[\x80-\xbf]|\xe2\x80[\x80-\xbf]")
# A first line that ends as on a Macintosh, which is how Excel writes “CSV (Macintosh)”. Lines within a cell
# may end in other ways.
_LINE_OF_MACINTOSH = re.compile(rb"[^\r\n]*\r(?!\n)")
# A letter followed by é, ë, ä, â or è, when MS-DOS (code page 850 or 437) wrote the file and it is read as
# Windows-1252.
_LETTERS_OF_DOS = re.compile(r"[^\W\d_](?:[\u201a‰„ƒ]|Š[a-zß-ÿ])\w*")


class Rows(Protocol):
    """Rows that can be counted, and read more than once."""

    def __len__(self) -> int:
        """Return how many there are."""

    def __iter__(self) -> Iterator[Row]:
        """Yield them in their order."""


def read_rows(path: Path) -> Rows:
    """Return the rows of a file, in order; raises FileError.

    Those of JSON Lines are read from the file each time.
    """
    suffix = check_format(path)
    if not path.is_file():
        raise FileError(_("dit bestand is er niet"))
    if path.stat().st_size > MOST_BYTES:
        raise FileError(_("het bestand is groter dan %(most)d MB") % {"most": MOST_BYTES // 1_000_000})
    if suffix in spreadsheets.FORMATS:
        return _table_rows(spreadsheets.read(path))
    return JSONRows(path) if suffix == ".jsonl" else _table_rows(_csv_lines(_csv_text(path.read_bytes())))


def write_rows(path: Path, names: list[str], rows: Iterable[Values], *, for_excel: bool = False) -> None:
    """Write cases to a file with these fields; raises FileError.

    With `for_excel` a CSV is written as a Dutch Excel opens it.
    """
    suffix = check_format(path)
    if for_excel and suffix != ".csv":
        raise FileError(_("--excel is alleen voor .csv, Excel opent de andere tabellen zonder"))
    if suffix == ".jsonl":
        lines = [
            json.dumps({name: row[name] for name in names}, ensure_ascii=False, default=str) for row in rows
        ]
        with _put_in_place(path) as draft:
            draft.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return
    decimal = "," if for_excel else "."
    table = [names, *([write_cell(name, row[name], decimal) for name in names] for row in rows)]
    with _put_in_place(path) as draft:
        if suffix in spreadsheets.FORMATS:
            spreadsheets.write(draft, table)
        else:
            _write_csv(draft, table, for_excel=for_excel)


def _write_csv(path: Path, table: list[list[str]], *, for_excel: bool) -> None:
    """Write a table of texts; raises FileError."""
    if for_excel:
        check_lengths(table)
    # No line with sep=; here: with it Excel ignores the byte order mark of UTF-8.
    with path.open("w", newline="", encoding="utf-8-sig" if for_excel else "utf-8") as file:
        csv.writer(file, delimiter=";" if for_excel else ",").writerows(table)


@contextmanager
def _put_in_place(path: Path) -> Iterator[Path]:
    """Yield a path to write to, readable by its owner alone, and move it into place once it is complete."""
    with TemporaryDirectory(dir=path.parent, prefix=".export-") as folder:
        draft = Path(folder) / path.name
        draft.touch(mode=0o600)
        yield draft
        draft.replace(path)


def check_format(path: Path) -> str:
    """Return the suffix that tells the format; raises FileError for an unknown one."""
    suffix = path.suffix.lower()
    if suffix not in FORMATS:
        raise FileError(_("verwacht een bestand dat eindigt op %(names)s") % {"names": ", ".join(FORMATS)})
    return suffix


def _csv_text(content: bytes) -> str:
    """Return the text of a CSV file; raises FileError.

    It is in UTF-8, UTF-16 or, as Excel saves a plain CSV, in Windows-1252 or Mac Roman.
    """
    encoding = _csv_encoding(content)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        text = error.object[: error.start].decode(encoding, "ignore") + "\0"
    if (place := text.find("\0")) >= 0:
        said = _("regel %(line)d heeft een teken dat niet te lezen is, sla het bestand op als “CSV UTF-8”")
        raise FileError(said % {"line": _line_at(text, place)})
    if encoding == "cp1252" and (damaged := _LETTERS_OF_DOS.search(text)):
        said = _(
            "regel %(line)d heeft andere letters dan er stonden (%(word)s), "
            "sla het bestand op als “CSV UTF-8”"
        )
        raise FileError(said % {"line": _line_at(text, damaged.start()), "word": damaged[0][:80]})
    return text


def _line_at(text: str, place: int) -> int:
    """Return the number of the line at this place, as a text editor counts lines."""
    return len(re.findall(r"\r\n|\r|\n", text[:place])) + 1


def _csv_encoding(content: bytes) -> str:
    """Return the most likely encoding of these bytes."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if _is_utf_8(content) or _LETTERS_OF_UTF_8.search(content):
        return "utf-8-sig"
    return "mac_roman" if _LINE_OF_MACINTOSH.match(content) else "cp1252"


def _is_utf_8(content: bytes) -> bool:
    """Tell whether this is valid UTF-8."""
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


class JSONRows:
    """The rows of a file of JSON Lines, one for each line that is not empty.

    Raises FileError when the encoding is not UTF-8.
    """

    def __init__(self, path: Path) -> None:
        """Count them."""
        self.path = path
        self.count = sum(1 for _ in self._lines())

    def __len__(self) -> int:
        """Return how many there are."""
        return self.count

    def __iter__(self) -> Iterator[Row]:
        """Yield them in their order."""
        return (_json_row(number, line) for number, line in self._lines())

    def _lines(self) -> Iterator[tuple[int, str]]:
        """Yield the lines with their numbers."""
        with self.path.open("rb") as file:
            for number, content in enumerate(file, start=1):
                try:
                    line = content.decode("utf-8-sig" if number == 1 else "utf-8")
                except UnicodeDecodeError:
                    said = _("regel %(line)d heeft een teken dat geen UTF-8 is, sla het bestand op als UTF-8")
                    raise FileError(said % {"line": number}) from None
                if line.strip():
                    yield number, line


def _json_row(number: int, line: str) -> Row:
    """Return the row of a line; when it is no JSON object the row has a problem and no values."""
    try:
        values = json.loads(line, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        values = None
    if isinstance(values, dict):
        return Row(number, values)
    return Row(number, {}, [Problem(number, "", _("verwacht één JSON-object"))])


def _refuse_constant(name: str) -> Any:
    """Refuse NaN and Infinity, which Python reads although JSON does not have them."""
    raise ValueError(name)


def _csv_lines(text: str) -> list[tuple[int, list[Cell]]]:
    """Return the rows of a CSV file, numbered as a spreadsheet numbers them.

    A line with `sep=;` is not counted: spreadsheets do not show it.
    """
    named = re.match(r'"?sep=([;,|\t])"?(?:\r\n|\r|\n|$)', text, re.IGNORECASE)
    heading = re.search(r"[^\r\n]+", text)
    delimiter = named[1] if named else max(",;\t", key=heading[0].count if heading else text.count)
    csv.field_size_limit(MOST_CHARACTERS)
    reader = csv.reader(
        StringIO(text[named.end() if named else 0 :], newline=""), delimiter=delimiter, strict=True
    )
    lines: list[tuple[int, list[Cell]]] = []
    number = 0
    try:
        for number, texts in enumerate(reader, start=1):
            if any(texts):  # so that millions of empty rows take no memory
                lines.append((number, [Cell(text) for text in texts[:MOST_COLUMNS]]))
    except csv.Error as error:
        if "field limit" in str(error):
            said = _(
                "regel %(line)d heeft een cel van meer dan %(most)d tekens; "
                "is een aanhalingsteken niet gesloten?"
            )
        else:
            said = _(
                "regel %(line)d is geen CSV: een aanhalingsteken is niet gesloten, "
                "of staat er middenin een keer te veel"
            )
        raise FileError(said % {"line": number + 1, "most": MOST_CHARACTERS}) from None
    return lines


def _table_rows(lines: Iterable[tuple[int, list[Cell]]]) -> list[Row]:
    """Return the rows below the heading, which names the fields; empty rows are left out."""
    filled = [(number, cells) for number, cells in lines if any(cell.text.strip() for cell in cells)]
    if not filled:
        raise FileError(_("het bestand is leeg, verwacht een rij met de namen van de velden"))
    number, heading = filled[0]
    for cell in heading:
        if cell.text and cell.problem:
            raise FileError(str(Problem(number, "", cell.problem)))
    given = [cell.text.strip() for cell in heading]
    while not given[-1]:
        given.pop()
    names = [re.sub(r"[\s_]+", "_", name).lower() for name in given]
    columns = [name for name in FIELDS if name not in ONLY_IN_JSON]
    wrong = [
        given[place] or _("zonder naam")
        for place, name in enumerate(names)
        if name not in columns or name in names[:place]
    ]
    if wrong:
        expected = {"found": ", ".join(wrong)[:200], "names": ", ".join(columns)}
        raise FileError(
            _("de kolommen kloppen niet (%(found)s), verwacht elk hoogstens één keer: %(names)s") % expected
        )
    return [_table_row(number, names, cells) for number, cells in filled[1:]]


def _table_row(number: int, names: list[str], cells: list[Cell]) -> Row:
    """Return a row of a table; a cell that cannot be read becomes a problem of the row."""
    row = Row(number, {})
    if any(cell.text.strip() for cell in cells[len(names) :]):
        row.problems.append(Problem(number, "", _("heeft meer cellen dan er kolommen zijn")))
    for name, cell in zip(names, [*cells, *[Cell()] * len(names)], strict=False):
        try:
            row.values[name] = read_cell(name, cell)
        except Unexpected as error:
            row.problems.append(Problem(number, name, str(error)))
    return row
