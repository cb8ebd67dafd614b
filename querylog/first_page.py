"""What people miss, on the dashboard of `/cms/`: cases that they wish for, and questions without result."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from wagtail.admin.ui.components import Component

from querylog.models import CaseWish, QuestionCount, WishState
from querylog.reports import DAYS, NOTHING, WISHES

MOST_SHOWN = 5  # keeps the panels short; each links to the whole list


class WishesPanel(Component):
    """The most wanted cases that are not there yet."""

    name = "case_wishes"
    template_name = "querylog/cms/wishes_panel.html"
    order = 230

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        """Return the first few, and the address of the list."""
        wishes = CaseWish.objects.filter(state=WishState.OPEN)
        url = f"{reverse(f'{WISHES}:list')}?{urlencode({'state': WishState.OPEN})}"
        may_change = parent_context["request"].user.has_perm("querylog.change_casewish")
        return {"wishes": wishes[:MOST_SHOWN], "count": wishes.count(), "url": url, "may_change": may_change}


class QuestionsInVainPanel(Component):
    """The questions that most often had no result."""

    name = "questions_in_vain"
    template_name = "querylog/cms/questions_panel.html"
    order = 231

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        """Return the first few, the number of days, and the address of the report."""
        in_vain = QuestionCount.objects.since(DAYS).per_question().filter(nothing__gt=0)
        questions = in_vain.order_by("-nothing", "question")
        url = f"{reverse('question_report')}?{urlencode({'show': NOTHING})}"
        return {"questions": questions[:MOST_SHOWN], "period": DAYS, "url": url}


def add_panels(request: HttpRequest, panels: list[Component]) -> None:
    """Show each panel to users who may see the whole list."""
    if request.user.has_perm("querylog.view_casewish"):
        panels.append(WishesPanel())
    if request.user.has_perm("querylog.view_questioncount"):
        panels.append(QuestionsInVainPanel())
