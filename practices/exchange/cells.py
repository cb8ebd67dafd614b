"""A value as the text of a cell in a table, and back."""

import csv
import json
import re
from dataclasses import dataclass
from decimal import Decimal
from io import StringIO
from typing import Any

from django.utils.translation import gettext as _
from openpyxl.utils.datetime import from_excel
from openpyxl.utils.escape import unescape

from core.formulas import ERROR, SPECIAL, as_text
from practices.exchange.fields import OBJECT_LISTS, UNFIT, WORD_LISTS, Unexpected

# The underscore of the code of a character, such as _x000D_ (ECMA-376, 22.4.2.4).
CODE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
NUMBERS = ("started", "latitude", "longitude")


@dataclass(frozen=True)
class Cell:
    """A cell of a table: its text as shown, the number behind it, and why it cannot be used as it is."""

    text: str = ""
    number: float | None = None
    problem: str = ""


def write_cell(name: str, value: Any, decimal: str = ".") -> str:
    """Return the text of a cell: words separated by `;`, objects as JSON, and never a formula."""
    if value is None:
        return ""
    if name in NUMBERS:
        return f"{Decimal(repr(value)):f}".replace(".", decimal)
    if name in WORD_LISTS:
        text = _join(value)
    elif name in OBJECT_LISTS:
        text = json.dumps(value, ensure_ascii=False) if value else ""
    else:
        text = str(value)
    return as_text(CODE.sub("_x005F_", text))


def read_cell(name: str, cell: Cell) -> Any:
    """Return the value of a cell as in JSON; raises Unexpected."""
    text = unescape(cell.text).replace("\r\n", "\n").replace("\r", "\n")
    if cell.problem:
        raise Unexpected(cell.problem)
    if re.fullmatch(ERROR, text.strip()):
        raise Unexpected(
            _("bevat de fout %(error)s, herstel de formule of maak de cel leeg") % {"error": text.strip()}
        )
    if name in NUMBERS and cell.number is not None:
        return cell.number
    if SPECIAL.match(text) and text.startswith("'"):
        text = text[1:]
    if name in WORD_LISTS:
        return _split(text)
    if name in OBJECT_LISTS:
        return _load(text)
    if name == "published" and re.fullmatch(r"\d{5}", text.strip()):
        return str(from_excel(int(text)).date())  # a date without its format
    return text


def _join(words: list[str]) -> str:
    """Return the words separated by `;`; a word with a separator or a quote in it is quoted."""
    line = StringIO()
    looks_like_json = bool(words) and words[0].startswith("[")
    csv.writer(
        line,
        delimiter=";",
        lineterminator="\n",
        quoting=csv.QUOTE_ALL if looks_like_json else csv.QUOTE_MINIMAL,
    ).writerow(words)
    return line.getvalue().removesuffix("\n")


def _split(text: str) -> list[str]:
    """Return the words of a list, which may also be a JSON array."""
    if UNFIT.search(text):
        raise Unexpected(_("bevat een stuurteken, verwacht gewone tekst"))
    if text.strip().startswith("[") and isinstance(found := _json_or_none(text), list):
        return found
    try:
        rows = list(csv.reader(StringIO(text), delimiter=";", skipinitialspace=True, strict=True))
    except csv.Error:
        raise Unexpected(_("verwacht woorden met een puntkomma ertussen")) from None
    return [word for row in rows for word in row]


def _load(text: str) -> Any:
    """Return the JSON in a cell; an empty cell is an empty list."""
    found = _json_or_none(text) if text.strip() else []
    if found is None:
        raise Unexpected(_("verwacht een JSON-lijst"))
    return found


def _json_or_none(text: str) -> Any:
    """Return the parsed JSON, or None when the text is not JSON."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
