"""Rows of cases in files: which format a file has, CSV and JSON Lines, and the bounds that keep a hostile file small."""

import csv
import json
from collections.abc import Iterable
from io import StringIO
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from practices.exchange import spreadsheets
from practices.exchange.cells import read_cell, write_cell
from practices.exchange.fields import FIELDS, MOST_CHARACTERS, FileError, Problem, Row, Unexpected, Values

MOST_BYTES = 50_000_000
TEXT_FORMATS = (".csv", ".jsonl")
FORMATS = (*TEXT_FORMATS, *spreadsheets.FORMATS)


def read_rows(path: Path) -> list[Row]:
    """Return the rows of a file, in their order; raises FileError."""
    suffix = check_format(path)
    if not path.is_file():
        raise FileError(_("dit bestand is er niet"))
    if path.stat().st_size > MOST_BYTES:
        raise FileError(_("het bestand is groter dan %(most)d MB") % {"most": MOST_BYTES // 1_000_000})
    if suffix in spreadsheets.FORMATS:
        return _table_rows(spreadsheets.read(path))
    text = _decoded(path)
    return _json_rows(text) if suffix == ".jsonl" else _table_rows(_csv_lines(text))


def write_rows(path: Path, names: list[str], rows: Iterable[Values]) -> None:
    """Write cases to a file with these fields; raises FileError."""
    suffix = check_format(path)
    if suffix == ".jsonl":
        lines = (json.dumps({name: row[name] for name in names}, ensure_ascii=False, default=str) for row in rows)
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return
    table = [names, *([write_cell(name, row[name]) for name in names] for row in rows)]
    if suffix in spreadsheets.FORMATS:
        spreadsheets.write(path, table)
        return
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(table)


def check_format(path: Path) -> str:
    """Return the ending that tells the format; raises FileError for one that we do not know."""
    suffix = path.suffix.lower()
    if suffix not in FORMATS:
        raise FileError(_("verwacht een bestand dat eindigt op %(names)s") % {"names": ", ".join(FORMATS)})
    return suffix


def _decoded(path: Path) -> str:
    """Return the text of a file."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileError(_("het bestand is geen UTF-8: zie byte %(place)d") % {"place": error.start}) from None


def _json_rows(text: str) -> list[Row]:
    """Return a row for each line that is not empty."""
    lines = enumerate(text.split("\n"), start=1)
    return [_json_row(number, line) for number, line in lines if line.strip()]


def _json_row(number: int, line: str) -> Row:
    """Return the row of a line; one that is no JSON object has a problem and nothing else."""
    try:
        values = json.loads(line, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        values = None
    if isinstance(values, dict):
        return Row(number, values)
    return Row(number, {}, [Problem(number, "", _("verwacht één JSON-object"))])


def _refuse_constant(name: str) -> Any:
    """Refuse NaN and Infinity, which Python reads but JSON does not have."""
    raise ValueError(name)


def _csv_lines(text: str) -> list[tuple[int, list[str]]]:
    """Return the lines of a CSV file with their numbers; the separator is that of the first line."""
    first = text.split("\n", 1)[0]
    csv.field_size_limit(MOST_CHARACTERS)
    reader = csv.reader(StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ",", strict=True)
    lines, start = [], 1
    try:
        for cells in reader:
            lines.append((start, cells))
            start = reader.line_num + 1
    except csv.Error as error:
        raise FileError(_("regel %(line)d is geen CSV: %(error)s") % {"line": start, "error": error}) from None
    return lines


def _table_rows(lines: Iterable[tuple[int, list[str]]]) -> list[Row]:
    """Return the rows below the first line, which names the fields; empty rows are left out."""
    filled = [(number, cells) for number, cells in lines if any(cell.strip() for cell in cells)]
    if not filled:
        return []
    names = [name.strip() for name in filled[0][1]]
    while names and not names[-1]:
        names.pop()
    unknown = [name for name in names if name not in FIELDS]
    if unknown or len(set(names)) < len(names):
        expected = {"found": ", ".join(unknown or names)[:200], "names": ", ".join(FIELDS)}
        raise FileError(_("de kolommen kloppen niet (%(found)s), verwacht elk hoogstens één keer: %(names)s") % expected)
    return [_table_row(number, names, cells) for number, cells in filled[1:]]


def _table_row(number: int, names: list[str], cells: list[str]) -> Row:
    """Return a row of a table; a cell that cannot be read is a problem of the row."""
    row = Row(number, {})
    if any(cell.strip() for cell in cells[len(names) :]):
        row.problems.append(Problem(number, "", _("heeft meer cellen dan er kolommen zijn")))
    for name, cell in zip(names, [*cells, *[""] * len(names)], strict=False):
        try:
            row.values[name] = read_cell(name, cell)
        except Unexpected as error:
            row.problems.append(Problem(number, name, str(error)))
    return row
