"""The fields of a case in the exchange formats: their names, their order, and what a value must look like."""

import datetime
import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils import timezone
from django.utils.translation import gettext as _

from practices.choices import EARLIEST_YEAR, Language, Phase
from reuse.choices import Status, StopReason

Value = Any
Values = dict[str, Value]

REQUIRED = ("slug", "title", "body")
WORD_LISTS = ("themes", "techniques", "tags", "organisations", "reused_by", "lessons")
OBJECT_LISTS = {"results": ("label", "value", "unit"), "sources": ("title", "url")}
ONLY_IN_JSON = ("adoptions",)  # too much for a cell
MOST_EFFECTS, MOST_IN_EFFECT = 5, 200  # of an adoption
MOST_CHARACTERS = 500_000  # of a text or a cell
# Characters that no text may have: control characters but tab and newline, surrogates and noncharacters.
UNFIT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Problem:
    """A message about a row, mostly what is wrong; `field` is empty when it is about the whole row."""

    line: int
    field: str
    message: str

    def __str__(self) -> str:
        """Say where it is and what was expected."""
        if not self.field:
            return _("regel %(line)d: %(message)s") % vars(self)
        return _("regel %(line)d, veld %(field)s: %(message)s") % vars(self)


@dataclass
class Row:
    """A row of a file: its line, its values as in JSON, and the problems of what could not be read."""

    line: int
    values: Values
    problems: list[Problem] = field(default_factory=list)


class FileError(ValueError):
    """A file cannot be read or written as a table of cases; the text says why."""


class Unexpected(ValueError):
    """A value is not what was expected; the text says what was."""


def clean_row(row: Row) -> tuple[Values, list[Problem]]:
    """Return the cleaned values of a row and its problems; fields that the row does not have are left out."""
    values, problems = {}, list(row.problems)
    unreadable = {problem.field for problem in problems}
    for name, value in row.values.items():
        try:
            values[name] = _cleaner(name)(value)
        except Unexpected as error:
            problems.append(Problem(row.line, name, str(error)))
            unreadable.add(name)
    problems += [
        Problem(row.line, name, _("is leeg, verwacht een waarde"))
        for name in REQUIRED
        if not values.get(name) and name not in unreadable and "" not in unreadable
    ]
    return values, problems


def _cleaner(name: str) -> Callable[[Value], Value]:
    """Return the function that cleans the values of this field; raises Unexpected for an unknown field."""
    if name not in FIELDS:
        raise Unexpected(
            _("dit veld bestaat niet, verwacht een van: %(names)s") % {"names": ", ".join(FIELDS)}
        )
    return FIELDS[name]


def _text(value: Value) -> str:
    """Return a text without spaces around it, with Unix newlines."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Unexpected(_("verwacht een tekst"))
    if len(value) > MOST_CHARACTERS:
        raise Unexpected(_("is te lang, verwacht hoogstens %(most)d tekens") % {"most": MOST_CHARACTERS})
    text = value.replace("\r\n", "\n").replace("\r", "\n").strip()
    if UNFIT.search(text):
        raise Unexpected(_("bevat een stuurteken, verwacht gewone tekst"))
    return text


def _line(value: Value) -> str:
    """Return a text on one line."""
    return re.sub(r"\s*\n\s*", " ", _text(value))


def _slug(value: Value) -> str:
    """Return a slug."""
    text = _text(value)
    if text and not re.fullmatch(r"[a-z0-9-]{1,255}", text):
        raise Unexpected(
            _("“%(value)s” past niet, verwacht kleine letters, cijfers en streepjes") % {"value": text[:80]}
        )
    return text


def _choice(choices: list[str], default: str = "") -> Callable[[Value], str]:
    """Return a cleaner that knows these values."""

    def clean(value: Value) -> str:
        text = _text(value)
        if text and text not in choices:
            expected = {"value": text[:80], "names": ", ".join(choices)}
            raise Unexpected(_("“%(value)s” bestaat niet, verwacht een van: %(names)s") % expected)
        return text or default

    return clean


def _number(value: Value) -> float | None:
    """Return a number, which may have a decimal comma.

    A power of ten in a text is refused: a spreadsheet has dropped digits.
    """
    text = str(value).strip().replace(",", ".") if isinstance(value, str | int | float) else value
    if text in ("", None):
        return None
    if isinstance(value, str) and re.search(r"\d[eE][+-]?\d", text):
        raise Unexpected(
            _("“%(value)s” is door een rekenblad ingekort, verwacht alle cijfers") % {"value": value[:80]}
        )
    try:
        number = float(text)
    except (TypeError, ValueError):
        raise Unexpected(_("verwacht een getal")) from None
    if not math.isfinite(number):
        raise Unexpected(_("verwacht een getal"))
    return number


def _year(value: Value) -> int | None:
    """Return a year."""
    number = _number(value)
    if number is not None and not number.is_integer():
        raise Unexpected(_("verwacht een jaartal"))
    return None if number is None else int(number)


def _date(value: Value) -> datetime.date | None:
    """Return the day of publication, or None for a draft; a day in the future is refused."""
    text = _text(value)
    if not text:
        return None
    try:
        date = datetime.datetime.fromisoformat(_iso_date(text))
        day = timezone.localdate(date) if timezone.is_aware(date) else date.date()
    except (OverflowError, ValueError):
        raise Unexpected(
            _("“%(value)s” is geen datum, verwacht jjjj-mm-dd of d-m-jjjj") % {"value": text[:80]}
        ) from None
    # Some programs write an empty date as the first day of the year 1, which no database can give back.
    if day.year < EARLIEST_YEAR:
        raise Unexpected(_("ligt voor %(year)d, verwacht een latere datum") % {"year": EARLIEST_YEAR})
    if day > timezone.localdate():
        raise Unexpected(_("ligt in de toekomst, verwacht een datum tot en met vandaag"))
    return day


def _iso_date(text: str) -> str:
    """Return a date that a Dutch spreadsheet writes as 31-12-2024 or 31-12-24 in ISO 8601."""
    found = re.fullmatch(r"(\d\d?)-(\d\d?)-(\d\d)?(\d\d)", text)
    if not found:
        return text
    day, month, century, year = found.groups(default="20")
    return f"{century}{year}-{month:0>2}-{day:0>2}"


def _words(value: Value, clean: Callable[[Value], str] = _line, most: int = MOST_CHARACTERS) -> list[str]:
    """Return a list of texts, each once, in order."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise Unexpected(_("verwacht een lijst van teksten"))
    words = list(dict.fromkeys(word for word in (clean(item) for item in value) if word))
    if any(len(word) > most for word in words):
        raise Unexpected(_("een woord is te lang, verwacht hoogstens %(most)d tekens") % {"most": most})
    return words


def _objects(value: Value, keys: tuple[str, ...]) -> list[dict[str, str]]:
    """Return a list of objects with these keys, each a text; the first key is required."""
    expected = Unexpected(_("verwacht een lijst van objecten met %(keys)s") % {"keys": ", ".join(keys)})
    if value is None:
        return []
    if not isinstance(value, list):
        raise expected
    if not all(isinstance(item, dict) and item.keys() <= set(keys) for item in value):
        raise expected
    found = [{key: _line(_as_text(item.get(key))) for key in keys} for item in value]
    if not all(item[keys[0]] for item in found):
        raise expected
    return found


def _short(clean: Callable[[Value], str], most: int) -> Callable[[Value], str]:
    """Return a cleaner that refuses what is longer."""

    def check(value: Value) -> str:
        text = clean(value)
        if len(text) > most:
            raise Unexpected(_("is te lang, verwacht hoogstens %(most)d tekens") % {"most": most})
        return text

    return check


def _past_year(value: Value) -> int | None:
    """Return a year that a form would take."""
    year = _year(value)
    if year is not None and not EARLIEST_YEAR <= year <= timezone.localdate().year:
        raise Unexpected(_("verwacht een jaartal"))
    return year


def _effects(value: Value) -> list[dict[str, str]]:
    """Return measured effects, no more and no longer than the form has room for."""
    rows = _objects(value, OBJECT_LISTS["results"])
    if len(rows) > MOST_EFFECTS or any(len(text) > MOST_IN_EFFECT for row in rows for text in row.values()):
        expected = {"rows": MOST_EFFECTS, "most": MOST_IN_EFFECT}
        raise Unexpected(
            _("verwacht hoogstens %(rows)d effecten, elk deel hoogstens %(most)d tekens") % expected
        )
    return rows


def _web_address(value: Value) -> str:
    """Return the address of a page, or nothing."""
    text = _short(_line, 500)(value)
    if text:
        try:
            URLValidator(schemes=["http", "https"])(text)
        except ValidationError:
            raise Unexpected(_("verwacht een webadres dat met https:// begint")) from None
    return text


def _adoptions(value: Value) -> list[Values]:
    """Return what organisations said of the practice; unknown keys are refused."""
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise Unexpected(_("verwacht een lijst van objecten"))
    return [_adoption(item) for item in value]


def _adoption(item: Values) -> Values:
    """Return one adoption; raises Unexpected with the name of the key that is wrong."""
    unknown = item.keys() - ADOPTION.keys()
    if unknown:
        expected = {"found": ", ".join(sorted(unknown))[:80], "names": ", ".join(ADOPTION)}
        raise Unexpected(_("%(found)s bestaat niet, verwacht %(names)s") % expected)
    cleaned = {}
    for name, clean in ADOPTION.items():
        try:
            cleaned[name] = clean(item.get(name))
        except Unexpected as error:
            raise Unexpected(f"{name}: {error}") from None
    if not cleaned["organisation"] or not cleaned["status"]:
        raise Unexpected(_("verwacht van elke overname een organisatie en een status"))
    return cleaned


def _as_text(value: Value) -> Value:
    """Return a number as text, as a measured value may be given as either."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


# Of an adoption, with the bounds of the form; who confirmed it and when is not taken over.
ADOPTION: dict[str, Callable[[Value], Value]] = {
    "organisation": _short(_line, 255),
    "status": _choice(Status.values),
    "since": _past_year,
    "scope": _short(_line, 250),
    "changed": _short(_text, 1500),
    "results": _effects,
    "partners": _short(_line, 250),
    "stop_reason": _choice(StopReason.values),
    "stop_words": _short(_text, 1500),
    "proof": _web_address,
    "started_from": _line,
    "confirmed": _text,
    "source": _text,
}
# In the order in which they are written.
FIELDS: dict[str, Callable[[Value], Value]] = {
    "slug": _slug,
    "title": _line,
    "summary": _text,
    "body": _text,
    "themes": partial(_words, most=100),
    "techniques": partial(_words, most=100),
    "tags": partial(_words, most=100),
    "organisations": partial(_words, most=255),
    "reused_by": partial(_words, most=255),
    "phase": _choice(Phase.values),
    "stop_reason": _choice(StopReason.values),
    "stopped_because": _text,
    "next_time": _text,
    "started": _year,
    "place": _line,
    "latitude": _number,
    "longitude": _number,
    "results": partial(_objects, keys=OBJECT_LISTS["results"]),
    "lessons": partial(_words, clean=_text),
    "sources": partial(_objects, keys=OBJECT_LISTS["sources"]),
    "contact": _line,
    "language": _choice(Language.values, Language.NL),
    "published": _date,
    "adoptions": _adoptions,
}
