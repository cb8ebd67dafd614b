"""Tables of text in XLSX and ODS files; formulas are never run: a cell has the result that was saved."""

import zipfile
from pathlib import Path
from typing import IO, Any
from xml.parsers import expat

from django.utils.translation import gettext as _

from practices.exchange import ods, xlsx
from practices.exchange.fields import FileError
from practices.exchange.sheets import Lines

FORMATS = {".xlsx": xlsx, ".ods": ods}
MOST_UNPACKED = 200_000_000  # bytes of all parts together; stops a zip bomb
PORTION = 1_000_000  # bytes that are unpacked at a time


def read(path: Path) -> Lines:
    """Return the filled rows of the first visible sheet as `(number, cells)`; raises FileError."""
    try:
        _check_parts(path)
        lines = FORMATS[path.suffix.lower()].read(path)
    except FileError:
        raise
    except Exception as error:  # a damaged file makes the parsers raise many kinds; they all mean the same
        raise FileError(_("het bestand is beschadigd of heeft een andere indeling")) from error
    if not lines:
        raise FileError(_("het eerste werkblad is leeg, zet de tabel op het eerste werkblad"))
    return lines


def write(path: Path, table: list[list[str]]) -> None:
    """Write a table of texts; raises FileError."""
    FORMATS[path.suffix.lower()].write(path, table)


def _check_parts(path: Path) -> None:
    """Refuse a small file that unpacks to a huge one, and one with a DTD; raises FileError.

    The sizes that the file claims are not trusted, and a DTD is found in any encoding.
    """
    left = MOST_UNPACKED
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            with archive.open(entry) as part:
                left = _check_part(part, left)


def _check_part(part: IO[bytes], left: int) -> int:
    """Read one part in portions, whatever its name, and return how many bytes are left for the others."""
    parser: Any = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_doctype
    while portion := part.read(PORTION):
        left -= len(portion)
        if left < 0:
            raise FileError(_("het bestand is uitgepakt te groot"))
        try:
            if parser:
                parser.Parse(portion)
        except expat.ExpatError:  # a picture, or damaged: then the reader of the format says so
            parser = None
    return left


def _refuse_doctype(*declared: Any) -> None:
    """Refuse a DOCTYPE: it can refer to other files, or expand to more than memory holds."""
    raise FileError(_("het bestand bevat een DOCTYPE, en dat lezen we niet"))
