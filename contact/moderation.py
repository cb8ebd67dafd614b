"""What moderators do with reported messages: they read the message and the two before it, and decide."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from contact.choices import Decision
from contact.forms import DecisionForm
from contact.identities import identity_of, sender_of
from contact.models import Report
from contact.services import decisions_about, report_decide
from contact.texts import name_links
from users.requests import AccountRequest

DECIDE = "contact.decide_report"
MOST_DECIDED = 50  # keeps the page short; the latest come first
BEFORE = 2  # messages before the reported one

may_decide = permission_required(DECIDE, raise_exception=True)


@may_decide
def reports(request: AccountRequest) -> HttpResponse:
    """List the reports that this moderator may decide, and what was decided lately."""
    waiting = Report.objects.waiting()
    mine = waiting.for_moderator(request.user)
    decided = Report.objects.exclude(decision="").for_moderator(request.user).order_by("-decided_at")
    context = {
        "waiting": mine,
        "kept_from_me": waiting.count() - mine.count(),
        "decided": decided.select_related("decided_by")[:MOST_DECIDED],
    }
    return TemplateResponse(request, "contact/admin/reports.html", context)


@may_decide
def report(request: AccountRequest, pk: int) -> HttpResponse:
    """Show a report, and decide it if it waits; one about the moderator or her body is not there for her."""
    mine = Report.objects.for_moderator(request.user)
    people = ("message__sender", "reporter", "answered_by", "decided_by")
    found = get_object_or_404(mine.select_related(*people), pk=pk)
    form = None
    if Report.objects.waiting().filter(pk=pk).exists():
        form = DecisionForm(request.POST or None, decisions=decisions_about(found, request.user))
    if form and form.is_valid():
        decision, reason = Decision(form.cleaned_data["decision"]), form.cleaned_data["reason"]
        if report_decide(report=found, moderator=request.user, decision=decision, reason=reason):
            messages.success(request, _("Het besluit is genomen. De betrokkenen krijgen bericht."))
        else:
            messages.warning(request, _("Een ander heeft net al beslist."))
        return redirect("reports")
    context = {
        "report": found,
        "letters": _letters_of(found),
        "form": form,
        "reporter": identity_of(found.reporter),
        "sender": sender_of(found.message),
        "answered_by": identity_of(found.answered_by),
    }
    return TemplateResponse(request, "contact/admin/report.html", context)


def _letters_of(found: Report) -> list[dict[str, Any]]:
    """Return the reported message and those before it, the oldest first."""
    before = found.message.conversation.messages.filter(pk__lte=found.message_id, is_withheld=False)
    letters = list(before.with_senders().order_by("-pk")[: BEFORE + 1])  # type: ignore[attr-defined]
    return [
        {
            "message": letter,
            "sender": sender_of(letter),
            "text": name_links(letter.text),
            "is_reported": letter.pk == found.message_id,
        }
        for letter in reversed(letters)
    ]
