"""Text of several lines as others read it."""

import unicodedata
from typing import Any

from django import forms

_HIDDEN = {"Cc", "Cf"}  # marks of writing direction, zero width and the like
_KEPT = "\n\t"


class ProseField(forms.CharField):
    """A text without characters that hide something, with its lines as typed."""

    def to_python(self, value: Any) -> str:
        """Return the text."""
        text = (super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")
        seen = (sign for sign in text if sign in _KEPT or unicodedata.category(sign) not in _HIDDEN)
        return "".join(seen).strip()
