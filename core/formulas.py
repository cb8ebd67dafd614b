"""Keep spreadsheets from running cells as formulas, in every table that leaves the site as CSV."""

import re
from typing import Any

from django.utils.encoding import force_str
from wagtail.admin.views.mixins import SpreadsheetExportMixin

# What a cell shows when its formula fails, in Dutch and in English, in Excel and in LibreOffice.
ERROR = r"#N/[AB]|#[A-Z]+(?:/0)?[!?]|Err:\d{3}"
# Texts that a spreadsheet takes for a formula or an error. A quote in front makes them text (OWASP ASVS
# 1.2.10).
SPECIAL = re.compile(rf"'*(?:[=+\-@\t\r]|(?:{ERROR})$)")


def as_text(text: str) -> str:
    """Return the text as a cell that no spreadsheet runs."""
    return f"'{text}" if SPECIAL.match(text) else text


def connect() -> None:
    """Escape what Wagtail exports as CSV; for XLSX it takes care of that itself.

    Its `custom_value_preprocess` is not enough: it is skipped for a field with a function of its own in a
    report.
    """
    preprocess = SpreadsheetExportMixin.preprocess_field_value

    def preprocess_as_text(view: Any, field: str, value: Any, export_format: str) -> Any:
        cell = force_str(preprocess(view, field, value, export_format), strings_only=True)
        return as_text(cell) if export_format == view.FORMAT_CSV and isinstance(cell, str) else cell

    SpreadsheetExportMixin.preprocess_field_value = preprocess_as_text
