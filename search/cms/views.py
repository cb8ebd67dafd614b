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
    trial.WRITE: gettext_lazy("Alles doorzoekbaar maken"),
    trial.BEFORE: gettext_lazy("Vragen stellen met de woorden van nu"),
    trial.AFTER: gettext_lazy("Vragen stellen met de nieuwe woorden"),
}
may_try = permission_required(MAY_TRY, raise_exception=True)


@may_try
def explain(request: HttpRequest) -> HttpResponse:
    """Show what is made of a question, and why its first hits stand where they stand."""
    typed = request.GET.get("q", "").strip()
    context: dict[str, Any] = {"typed": typed}
    if typed:
        try:
            context["explanation"] = explanation.explain(typed)
        except EngineUnavailable:
            context["is_away"] = True
    return TemplateResponse(request, "search/cms/explain.html", context)


@may_try
def synonym_trial(request: HttpRequest) -> HttpResponse:
    """Show what is live, what would change, how the last trial went, and what one can go back to."""
    return TemplateResponse(request, "search/cms/synonyms.html", _context(request.user))


def _context(user: Any) -> dict[str, Any]:
    """Return all that the page shows, without what a trial found against a list that is no longer live."""
    live, draft = live_list(), draft_lines()
    tried = SynonymList.objects.filter(live_at=None).order_by("-pk").first()
    was_live = live.lines.splitlines()
    at_work = [entry for entry, task in _in_hand(live, tried) if entry.step and tasks.is_busy(task)]
    return _describe_trial(tried, live, draft, user) | {
        "live": live,
        "added": sorted(set(draft).difference(was_live)),
        "removed": sorted(set(was_live).difference(draft)),
        "last": SynonymList.objects.by_live_date()[1:].first(),
        "is_trying": tried in at_work,
        "is_going_live": live in at_work,
        "progress": _describe_progress(at_work[0]) if at_work else None,
    }


def _describe_trial(
    tried: SynonymList | None, live: SynonymList, draft: list[str], user: Any
) -> dict[str, Any]:
    """Return the last trial, whether it is of the draft, whether it is outdated, and if not what it found."""
    if tried is None:
        return {"tried": None, "is_of_draft": False, "is_outdated": False, "report": None}
    is_old = is_outdated(tried, live)
    report = _describe_report(tried.report, user) if tried.report and not is_old else None
    is_of_draft = tried.lines.splitlines() == draft
    return {"tried": tried, "is_of_draft": is_of_draft, "is_outdated": is_old, "report": report}


def _in_hand(live: SynonymList, tried: SynonymList | None) -> list[tuple[SynonymList, Any]]:
    """Return the lists that the worker may be busy with, each with its task.

    That a list has a step does not say so: a lost task may have left it.
    """
    in_hand: list[tuple[SynonymList, Any]] = [(live, tasks.renew_index)]
    if tried:
        in_hand.append((tried, try_synonyms))
    return in_hand


def _describe_progress(entry: SynonymList) -> dict[str, Any]:
    """Return the step in words, and how far it is."""
    step = entry.step.rpartition(": ")[2]
    return {"step": STEPS.get(step, entry.step), "done": entry.done, "total": entry.total}


def _describe_report(report: dict[str, Any], user: Any) -> dict[str, Any]:
    """Return what a trial found, with of the hits only those that everyone may see now.

    Without the questions of visitors for who may not see those; `unseen_count` is how many that are. Which
    questions a trial of before asked is not known any more: those count as visitors'.
    """
    kept = report["changed"]
    may_see_all = user.has_perm(MAY_SEE_QUESTIONS)
    seen = [row for row in kept if may_see_all or not row.get("is_asked", True)]
    return report | {
        "hidden_count": report["changed_count"] - len(kept),
        "unseen_count": len(kept) - len(seen),
        "changed": _read_changed(seen),
    }


def _read_changed(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return questions of which the hits change, with the hits that everyone may see now."""
    keys = (key for row in rows for key in (*row["came"], *row["went"]))
    hits = read_hits(keys, AnonymousUser())
    changed = []
    for row in rows:
        came = [hits[key] for key in row["came"] if key in hits]
        went = [hits[key] for key in row["went"] if key in hits]
        changed.append(row | {"came": came, "went": went})
    return changed


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
    """Have the worker build the index with a list that was tried out, or that was live before.

    It must have been tried out against the list that is live.
    """
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
