"""The editors' page where a list of synonyms is tried out, goes live and comes back."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from curation.models import SynonymList
from curation.synonyms import (
    TrialOutdatedError,
    draft_lines,
    is_outdated,
    live_list,
    synonym_list_create,
    synonym_list_go_live,
)
from search.answers.hydration import read_hits
from search.client import EngineUnavailable
from search.cms import explanation, trial
from search.cms.tasks import try_synonyms
from search.index import tasks

MAY_TRY, MAY_SEE_QUESTIONS = "curation.change_synonymlist", "querylog.view_questioncount"
PAGE = "synonym_trial"

STEPS = {
    "waiting": gettext_lazy("Wachten tot het begint"),
    "read": gettext_lazy("Alle teksten lezen"),
    "meaning": gettext_lazy("De betekenis van teksten bepalen"),
    trial.WRITE: gettext_lazy("Alles doorzoekbaar maken"),
    trial.BEFORE: gettext_lazy("Vragen stellen met de woorden van nu"),
    trial.AFTER: gettext_lazy("Vragen stellen met de nieuwe woorden"),
}
may_try = permission_required(MAY_TRY, raise_exception=True)


@may_try
def explain(request: HttpRequest) -> HttpResponse:
    """Show what is made of a question, and why its first hits stand where they stand."""
    query = request.GET.get("q", "").strip()
    context: dict[str, Any] = {"query": query}
    if query:
        try:
            context["explanation"] = explanation.explain(query)
        except EngineUnavailable:
            context["is_away"] = True
    return TemplateResponse(request, "search/cms/explain.html", context)


@may_try
def synonym_trial(request: HttpRequest) -> HttpResponse:
    """Show what is live, what would change, how the last trial went, and what one can go back to."""
    return TemplateResponse(request, "search/cms/synonyms.html", _context(request.user))


def _context(user: Any) -> dict[str, Any]:
    """Return all that the page shows; what a trial found against a list that is no longer live is left out."""
    live, draft = live_list(), draft_lines()
    tried = SynonymList.objects.filter(live_at=None).order_by("-pk").first()
    was_live = live.lines.splitlines()
    added, removed = set(draft).difference(was_live), set(was_live).difference(draft)
    is_old = tried is not None and is_outdated(tried, live)
    at_work = [entry for entry, task in _in_hand(live, tried) if entry.step and tasks.is_busy(task)]
    return {
        "live": live,
        "added": sorted(added),
        "removed": sorted(removed),
        "tried": tried,
        "is_of_draft": tried is not None and tried.lines.splitlines() == draft,
        "is_outdated": is_old,
        "report": _describe_report(tried.report, user) if tried and tried.report and not is_old else None,
        "last": SynonymList.objects.by_live_date()[1:].first(),
        "is_trying": tried in at_work,
        "is_going_live": live in at_work,
        "progress": _describe_progress(at_work[0]) if at_work else None,
    }


def _in_hand(live: SynonymList, tried: SynonymList | None) -> list[tuple[SynonymList, Any]]:
    """Return the lists that the worker may be busy with, each with its task; a step alone may be what a lost task left."""
    return [(live, tasks.renew_index), *([(tried, try_synonyms)] if tried else [])]


def _describe_progress(entry: SynonymList) -> dict[str, Any]:
    """Return the step in words, and how far it is."""
    step = entry.step.rpartition(": ")[2]
    return {"step": STEPS.get(step, entry.step), "done": entry.done, "total": entry.total}


def _describe_report(report: dict[str, Any], user: Any) -> dict[str, Any]:
    """Return what a trial found, with of the hits only those that everyone may see now.

    Without the questions of visitors for who may not see those; `unseen_count` is how many that are. Which questions a trial of
    before asked is not known any more: those count as visitors'.
    """
    may_see_all = user.has_perm(MAY_SEE_QUESTIONS)
    changed = _read_changed(
        [row for row in report["changed"] if may_see_all or not row.get("is_asked", True)]
    )
    hidden_count, unseen_count = (
        report["changed_count"] - len(report["changed"]),
        len(report["changed"]) - len(changed),
    )
    return report | {"hidden_count": hidden_count, "unseen_count": unseen_count, "changed": changed}


def _read_changed(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return questions of which the hits change, with the hits that everyone may see now."""
    hits = read_hits((key for row in rows for key in (*row["came"], *row["went"])), AnonymousUser())
    return [
        row | {name: [hits[key] for key in row[name] if key in hits] for name in ("came", "went")}
        for row in rows
    ]


@may_try
@require_POST
def start_trial(request: HttpRequest) -> HttpResponse:
    """Have the worker try the draft out."""
    if tasks.is_busy(try_synonyms):
        messages.warning(request, _("Er loopt al een proef. Wacht tot die klaar is."))
    elif draft_lines() == live_list().lines.splitlines():
        messages.warning(request, _("Er is niets uit te proberen: de lijst is gelijk aan wat live staat."))
    else:
        created = synonym_list_create(user=request.user)
        try_synonyms.using(priority=tasks.HIGHEST_PRIORITY).enqueue(created.pk)
    return redirect(PAGE)


@may_try
@require_POST
def go_live(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the worker build the index with a list that was tried out against the live one, or that was live before."""
    if not SynonymList.objects.filter(pk=pk).exists():  # forgotten, as when the next one began
        messages.error(
            request, _("Dit is niet live gezet. Deze proef is er niet meer: hieronder staat wat er nu is.")
        )
        return redirect(PAGE)
    tried = get_object_or_404(SynonymList.objects.tried(), pk=pk)
    try:
        synonym_list_go_live(tried, user=request.user)
    except TrialOutdatedError:
        messages.error(
            request,
            _("Dit is niet live gezet. Na deze proef ging een andere lijst live. Probeer het opnieuw uit."),
        )
        return redirect(PAGE)
    tasks.renew_index.using(priority=tasks.HIGHEST_PRIORITY).enqueue()
    messages.success(
        request, _("Je woorden gaan live. Dat duurt even. Tot dan zoekt de site met de woorden van daarvoor.")
    )
    return redirect(PAGE)
