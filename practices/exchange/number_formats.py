"""Numbers as a spreadsheet shows them; for a format that is not known nothing is guessed."""

import re
from decimal import ROUND_HALF_UP, Decimal

# Parts of a number format that are not shown: a width, a fill, a colour. `[$€-413]` shows its sign.
_UNSEEN = re.compile(r"_.|\*.|\[[A-Za-z]{3,} ?\d*\]")
_SIGN = re.compile(r"\[\$([^-\]]*)[^\]]*\]|\"([^\"]*)\"|\\(.)")
_CURRENCY = r"(?:€|\$|£|EUR|USD|GBP)"
_PLAIN = re.compile(rf"(-?\s*(?:{_CURRENCY}\s*-?)?\s*)(#,##)?0(?:\.(0+))?(\s*(?:%|{_CURRENCY})?)")
_SHOWN = re.compile(rf"-?\s*(?:{_CURRENCY}\s*)?-?\s*(\d[\d.,\s]*?)\s*(%|{_CURRENCY})?")
# Characters of a format code in Excel. A longer one, or a number as long, could take hours to match.
_LONGEST = 255
_MOST = 10**15  # the spreadsheet itself rounds numbers with more digits


def shown_number(value: float, number_format: str) -> str | None:
    """Return a number as a Dutch Excel shows it with this format code (ECMA-376, 18.8.31).

    Known are plain numbers, percentages and amounts of money; for other formats it is None.
    """
    exact = Decimal(f"{value:.15g}")  # the digits that Excel keeps
    if number_format in ("General", "@"):
        return _dutch(f"{exact:f}")
    if len(number_format) > _LONGEST:
        return None
    parts = number_format.split(";")
    is_negative = exact < 0
    part = parts[0]
    if is_negative and len(parts) > 1:
        part = parts[1]
    elif not exact and len(parts) > 2:
        part = parts[2]
    with_signs = _SIGN.sub(lambda sign: "".join(filter(None, sign.groups())), _UNSEEN.sub("", part))
    found = _PLAIN.fullmatch(with_signs.strip())
    if not found or abs(exact) >= _MOST:
        return None
    before, groups, decimals, after = found.groups(default="")
    shown = abs(exact) * (100 if "%" in after else 1)
    rounded = shown.quantize(Decimal(1).scaleb(-len(decimals)), ROUND_HALF_UP)
    minus = "-" if is_negative and len(parts) == 1 and rounded else ""
    return f"{minus}{before}{_dutch(f'{rounded:,f}' if groups else f'{rounded:f}')}{after}"


def is_plain_number(shown: str, value: float) -> bool:
    """Tell whether this text is the value as a plain number, a percentage or an amount of money.

    It may be written as in Dutch or as in English.
    """
    found = _SHOWN.fullmatch(shown.strip()) if len(shown) <= _LONGEST else None
    if not found:
        return False
    exact = abs(Decimal(f"{value:.15g}")) * (100 if found[2] == "%" else 1)
    return any(
        _is_rounded(re.sub(rf"[{group}\s]", "", found[1]), decimal, exact) for group, decimal in (".,", ",.")
    )


def _is_rounded(digits: str, decimal: str, exact: Decimal) -> bool:
    """Tell whether these digits are the number, rounded to the decimals that they have."""
    whole, _, decimals = digits.partition(decimal)
    if not (whole + decimals).isdecimal():
        return False
    return abs(Decimal(f"{whole}.{decimals}0") - exact) <= Decimal("0.5").scaleb(-len(decimals))


def _dutch(number: str) -> str:
    """Return a number in English notation with a decimal comma and dots between thousands."""
    return number.translate(str.maketrans(",.", ".,"))
