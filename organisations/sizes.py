"""How large a body is: classes of inhabitants, and the number in words."""

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.numbers import written

TELLING_DIGITS = 3  # of a number of inhabitants: more of them say nothing about what a body is like


class Size(models.TextChoices):
    """How many inhabitants a municipality or province has: a value says from how many, and up to how many.

    Two in three municipalities are in the first two; a case of the largest ones fits few others.
    """

    SMALLEST = "0-24999", _("minder dan 25.000")
    SMALL = "25000-49999", _("25.000 tot 50.000")
    MIDDLE = "50000-99999", _("50.000 tot 100.000")
    LARGE = "100000-249999", _("100.000 tot 250.000")
    LARGEST = "250000-", _("250.000 of meer")


def size_of(inhabitants: int | None) -> str:
    """Return the class of a number of inhabitants; nothing when that is not known."""
    if inhabitants is None:
        return ""
    return next(size.value for size in reversed(Size) if inhabitants >= int(size.value.partition("-")[0]))


def rounded(inhabitants: float) -> str:
    """Return a number of inhabitants as people say it: 181.000 for 180937."""
    number = round(inhabitants)
    return written(round(number, min(0, TELLING_DIGITS - len(str(number)))), None)


def count_inhabitants(inhabitants: int | None, year: int | None = None) -> str:
    """Return a number of inhabitants in words, with the year that it is of; nothing when it is not known."""
    if inhabitants is None:
        return ""
    texts = {"n": rounded(inhabitants), "year": year}
    return (gettext("%(n)s inwoners (%(year)s)") if year else gettext("%(n)s inwoners")) % texts
