"""The panel with filters: a list that is cut off looks cut off."""

import re
from pathlib import Path

from django.conf import settings

CSS = (Path(settings.BASE_DIR) / "static/css/knooppunt.css").read_text()


def rule(selector: str) -> str:
    """Return the one rule of a selector."""
    (found,) = re.findall(rf"[,}}]{re.escape(selector)}{{([^}}]*)}}", CSS)
    return str(found)


def test_a_long_list_of_choices_ends_in_half_a_row() -> None:
    choice = rule(".check")
    assert "font-size:var(--t-n)" in choice
    (line,) = re.findall(r"line-height:([^;]+)", choice)
    (padding,) = re.findall(r"padding-block:([\d.]+)rem", choice)
    height = rf"max-height:calc\(([\d.]+) \* \({line} \* var\(--t-n\) \+ ([\d.]+)rem\)\)"
    ((rows, paddings),) = re.findall(height, rule(".facet__values"))
    assert float(paddings) == 2 * float(padding)
    assert float(rows) % 1 == 0.5
