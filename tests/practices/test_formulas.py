"""A title that a spreadsheet would take for a formula is a text in the lists that `/cms/` exports as CSV."""

import csv
from typing import Any

import pytest

from core.roles import MODERATORS
from users.models import User

FORMULA = '=HYPERLINK("https://example.org","klik")'


@pytest.mark.parametrize("report", ["workflow", "workflow_tasks", "aging-pages", "site-history"])
def test_a_title_in_a_report_is_no_formula(as_role: Any, make_case: Any, report: str) -> None:
    moderator = as_role(MODERATORS)
    case = make_case(title=FORMULA)
    case.get_workflow().start(case, User.objects.get(first_name=MODERATORS))
    answer = moderator.get(f"/cms/reports/{report}/", {"export": "csv"})
    rows = list(csv.reader(b"".join(answer.streaming_content).decode().splitlines()))
    cells = [cell for row in rows for cell in row if "HYPERLINK" in cell]
    assert cells
    assert set(cells) == {f"'{FORMULA}"}
