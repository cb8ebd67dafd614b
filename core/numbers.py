"""Numbers as people write them: with a comma in Dutch, with a point in English."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

IN_GROUPS = re.compile(r"-?\d{1,3}(\.\d{3})+(,\d+)?")
FROM_HERE_IN_GROUPS = 10_000  # below it there are years


class NumberField(forms.FloatField):
    """A number that may be typed with a comma or a point, whatever the language of the page and of the browser."""

    widget = forms.TextInput(
        attrs={"inputmode": "decimal"}
    )  # a field of numbers takes one of the two, as the browser likes

    def to_python(self, value: Any) -> Any:
        """Return the number, or None."""
        return super().to_python(value.replace(",", ".") if isinstance(value, str) else value)

    def prepare_value(self, value: Any) -> Any:
        """Return it as it is written in the language of the page; what is no number as it was typed."""
        return number_format(value) if isinstance(value, float) else value


class AmountField(NumberField):
    """A number that is no coordinate: 1.250 would be taken for one and a quarter by some, and for 1250 by others."""

    def to_python(self, value: Any) -> Any:
        """Return the number, or refuse one in groups of three."""
        if isinstance(value, str) and IN_GROUPS.fullmatch(value.strip()):
            raise ValidationError(
                _("Schrijf duizendtallen zonder punt, bijvoorbeeld 1250. Cijfers achter de komma zo: 1,25.")
            )
        return super().to_python(value)


def written(value: float, language: str | None) -> str:
    """Return a number in a language, of the page where none is given: without decimals where there are none."""
    number = int(value) if float(value).is_integer() else value
    with override(language or get_language()):
        return number_format(number, force_grouping=abs(number) >= FROM_HERE_IN_GROUPS)
