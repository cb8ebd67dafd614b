"""What may be stored of what somebody typed: nothing that may be about a person. In doubt it is not stored.

A missing count harms nobody, a stored name may. `docs/decisions/0011-query-log.md` has the considerations.
"""

import re
import unicodedata

from querylog.models import MOST_CHARACTERS, normalise
from querylog.people import Neighbourhood, names_somebody

MOST_DIGITS = 4  # a year; numbers of five digits or more may be somebody's

_MONTHS = (
    "jan(?:uari)?|feb(?:ruari)?|maart|mrt|apr(?:il)?|mei|juni?|juli?|aug(?:ustus)?|sept?(?:ember)?|"
    "okt(?:ober)?|nov(?:ember)?|dec(?:ember)?|"
    "january|february|march|may|june|july|august|october"
)
_YEAR = r"(?:19|20)\d\d"
_YEARS = re.compile(rf"{_YEAR}(?:\D{{1,3}}(?:{_YEAR}|\d\d))?")
# Digits with what people write in between, except a colon, which separates a standard from its year.
_DIGITS = re.compile(r"\d(?:[^\w:]{0,3}\d)*")
_DASHES = re.compile("[\u2010-\u2015\u2212_]")
_SMALL_WORDS = "aan|al|bij|de|en|er|in|is|me|na|nu|of|om|op|te|to|we|ze"
_DOMAINS = "nl|com|eu|org|net|be|de|uk|fr|info|io|gov|edu|amsterdam|frl|app|dev|me|online|site"
_STREETS = (
    "straat|laan|plein|gracht|singel|steeg|plantsoen|kade|dreef|boulevard|brink|erf|street|road|avenue|lane"
)
_ROADS = "weg|dijk|markt|park|baan|pad|wal|hof|einde"  # with a year they are no address: arbeidsmarkt 2030

PATTERNS = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"@|\S\s*[\[({]\s*(?:at|apenstaart)\s*[\])}]",
        rf"\b\w+\s+(?:at|apenstaart)\s+[\w-]+\s*(?:\.|\s(?:dot|punt)\s)\s*(?:{_DOMAINS})\b",
        rf"://|\bwww\.|\b[\w-]+\.(?:{_DOMAINS})\b",
        r"\d{1,3}(?:\.\d{1,3}){3}",
        r"[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,}",
        # A date with day, month and year, and any year with a birth
        r"\b\d{1,2}\s*[-/.\s]\s*\d{1,2}\s*[-/.\s]\s*\d{2,4}\b",
        rf"\b\d{{1,2}}(?:e|ste|de|th|st|nd|rd)?\s*[-\s]\s*(?:{_MONTHS})\.?\s*[-\s,]\s*'?\d{{2,4}}\b",
        rf"\b(?:{_MONTHS})\.?\s*\d{{1,2}}\s*,?\s*\d{{4}}\b",
        r"\b(?:geboren|geboortedatum|geb|born|birth)\b.*\d{2}|\d{4}\s*geboren\b",
        # Postcodes: two letters after the number, or after a space unless they are a small word after a year
        r"\b[1-9]\d{3}[a-z]{2}\b",
        rf"\b(?!{_YEAR}\s+(?:{_SMALL_WORDS})\b)[1-9]\d{{3}}\s+[a-z]{{2}}\b",
        rf"\w*(?:{_STREETS})\s*\d",
        rf"\w*(?:{_ROADS})\s*(?!{_YEAR}\b)\d",
        # Number plates: three groups of letters or digits, six characters together
        r"\b(?:[a-z]{2}-?\d{2}-?[a-z]{2}|\d{2}-?[a-z]{2}-?\d{2}|\d{2}-?[a-z]{3}-?\d|\d-?[a-z]{3}-?\d{2})\b",
        r"\b(?:[a-z]{2}-?\d{3}-?[a-z]|[a-z]-?\d{3}-?[a-z]{2}|[a-z]{3}-?\d{2}-?[a-z]|[a-z]-?\d{2}-?[a-z]{3})\b",
        r"\b(?:\d-?[a-z]{2}-?\d{3}|\d{3}-?[a-z]{2}-?\d|[a-z]{2}-\d{2}-\d{2}|\d{2}-\d{2}-[a-z]{2})\b",
        r"\b(?:\d{2}-[a-z]{2}-[a-z]{2}|[a-z]{2}-[a-z]{2}-\d{2})\b",
    )
]
# A number plate or postcode with spaces, in capitals: nobody writes anything else like that.
_SPACED_PLATE = re.compile(
    r"\b(?:[A-Z]{1,3} \d{2,3} [A-Z]{1,3}|\d{1,3} [A-Z]{2,3} \d{1,3})\b|\b[1-9]\d{3} [A-Z]{2}\b"
)


def keepable(text: str, known: Neighbourhood, *, listing: str = "") -> str:
    """Return a question as it may be stored, or an empty text if it may not be."""
    question = normalise(text)
    is_long = max(len(text), len(question)) > MOST_CHARACTERS
    return "" if is_long or is_private(text, known, listing=listing) else question


def is_private(text: str, known: Neighbourhood, *, listing: str = "") -> bool:
    """Tell whether a text may be about a person: a name, an address, a number or a way to reach somebody."""
    visible = "".join(char for char in text if unicodedata.category(char) != "Cf")
    plain = _DASHES.sub("-", unicodedata.normalize("NFKC", visible))
    return (
        any(pattern.search(plain) for pattern in PATTERNS)
        or bool(_SPACED_PLATE.search(plain))
        or any(_is_long_number(found[0]) for found in _DIGITS.finditer(plain))
        or names_somebody(plain, known, listing)
    )


def _is_long_number(text: str) -> bool:
    """Tell whether there are more digits than a year or a standard has; one or two years do not count."""
    return sum(char.isdigit() for char in text) > MOST_DIGITS and not _YEARS.fullmatch(text)
