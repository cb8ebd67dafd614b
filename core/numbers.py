"""Numbers as people write them: with a comma in Dutch, with a point in English."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

IN_GROUPS = re.compile(r"-?\d{1,3}(\.\d{3})+(,\d+)?")
FROM_HERE_IN_GROUPS = 10_000  # smaller numbers may be years, which have no groups


class NumberField(forms.FloatField):
    """A number typed with a comma or a point, whatever the language of the page and the browser."""

    # Not a number input: that takes either a comma or a point, as the browser likes.
    widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def to_python(self, value: Any) -> Any:
        """Return the number, or None."""
        return super().to_python(value.replace(",", ".") if isinstance(value, str) else value)

    def prepare_value(self, value: Any) -> Any:
        """Return a number as written in the language of the page, and anything else as it was typed."""
        return number_format(value) if isinstance(value, float) else value


class AmountField(NumberField):
    """A number, but no coordinate: some people read 1.250 as one and a quarter, others as 1250."""

    def to_python(self, value: Any) -> Any:
        """Return the number; raises ValidationError for digits in groups of three."""
        if isinstance(value, str) and IN_GROUPS.fullmatch(value.strip()):
            raise ValidationError(
                _("Schrijf duizendtallen zonder punt, bijvoorbeeld 1250. Cijfers achter de komma zo: 1,25.")
            )
        return super().to_python(value)


def written(value: float, language: str | None) -> str:
    """Return a number as written in a language, by default the page's; whole numbers have no decimals."""
    number = int(value) if float(value).is_integer() else value
    with override(language or get_language()):
        return number_format(number, force_grouping=abs(number) >= FROM_HERE_IN_GROUPS)
