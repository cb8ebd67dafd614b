"""A value as the text of a cell in a table, and back."""

import csv
import json
import re
from io import StringIO
from typing import Any

from django.utils.translation import gettext as _

from practices.exchange.fields import OBJECT_LISTS, UNFIT, WORD_LISTS, Unexpected

# A spreadsheet takes such a text for a formula. A quote before it says that it is text (OWASP ASVS 1.2.10).
FORMULA = re.compile(r"'*[=+\-@\t\r]")
NUMBERS = ("started", "latitude", "longitude")


def write_cell(name: str, value: Any) -> str:
    """Return the text of a cell: words separated by `;`, objects as JSON, and nothing that a spreadsheet would run."""
    if value is None:
        return ""
    if name in NUMBERS:
        return repr(value)
    if name in WORD_LISTS:
        text = _join(value)
    elif name in OBJECT_LISTS:
        text = json.dumps(value, ensure_ascii=False) if value else ""
    else:
        text = str(value)
    return f"'{text}" if FORMULA.match(text) else text


def read_cell(name: str, text: str) -> Any:
    """Return the value of a cell as JSON would have it; raises Unexpected."""
    if FORMULA.match(text) and text.startswith("'"):
        text = text[1:]
    if name in WORD_LISTS:
        return _split(text)
    if name in OBJECT_LISTS:
        return _load(text)
    return text


def _join(words: list[str]) -> str:
    """Return the words separated by `;`; one with a separator or a quote in it stands between quotes."""
    line = StringIO()
    looks_like_json = bool(words) and words[0].startswith("[")
    csv.writer(
        line, delimiter=";", lineterminator="\n", quoting=csv.QUOTE_ALL if looks_like_json else csv.QUOTE_MINIMAL
    ).writerow(words)
    return line.getvalue().removesuffix("\n")


def _split(text: str) -> list[str]:
    """Return the words of a list; also one that is written as a JSON array."""
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
    """Return what the JSON says, or None when it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
