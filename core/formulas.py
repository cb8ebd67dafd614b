"""What a spreadsheet would take for a formula or an error, in every table that leaves the site as CSV."""

import re
from typing import Any

from django.utils.encoding import force_str
from wagtail.admin.views.mixins import SpreadsheetExportMixin

# What stands in a cell of which the formula failed, in Dutch and in English, in Excel and in LibreOffice.
ERROR = r"#N/[AB]|#[A-Z]+(?:/0)?[!?]|Err:\d{3}"
# A spreadsheet takes such a text for a formula or an error. A quote before it says that it is text (OWASP ASVS 1.2.10).
SPECIAL = re.compile(rf"'*(?:[=+\-@\t\r]|(?:{ERROR})$)")


def as_text(text: str) -> str:
    """Return the text as a cell that a spreadsheet runs nothing of."""
    return f"'{text}" if SPECIAL.match(text) else text


def connect() -> None:
    """Have Wagtail write so what it exports as CSV; of XLSX it takes care itself.

    Its `custom_value_preprocess` is not enough: a field for which a report has a function of its own passes that by.
    """
    preprocess = SpreadsheetExportMixin.preprocess_field_value

    def preprocess_as_text(view: Any, field: str, value: Any, export_format: str) -> Any:
        cell = force_str(preprocess(view, field, value, export_format), strings_only=True)
        return as_text(cell) if export_format == view.FORMAT_CSV and isinstance(cell, str) else cell

    SpreadsheetExportMixin.preprocess_field_value = preprocess_as_text
