"""The page of one adoption, for its organisation: what was said, by whom, and what they can do."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control

from core.layout import home_url
from members.workplaces import speaks_for
from reuse.choices import Via
from reuse.forms import HideForm
from reuse.lists import Row
from reuse.models import Adoption
from reuse.services import (
    REVIEW,
    ChangedMeanwhile,
    adoption_agree,
    adoption_confirm,
    adoption_decline,
    adoption_refuse,
    adoption_set_words,
    adoption_undo,
    adoption_withdraw,
    find_undoable,
    stamp_of,
)
from users.requests import AccountRequest

keep_nowhere = cache_control(private=True, no_store=True)


@keep_nowhere
@login_required
def adoption(request: AccountRequest, pk: int) -> HttpResponse:
    """Show a row with its history to who speaks for its organisation, proposed it, or reads its words."""
    row = _find(request, pk)
    context = {
        "row": row,
        "shown": Row(row),
        "events": list(row.events.select_related("by__member")),
        "speaks": speaks_for(request.user, row.organisation),
        "is_named": _is_named(request, row),
        "may_review": request.user.has_perm(REVIEW),
        "is_hers": row.is_proposal_of(request.user),
        "undoable": find_undoable(row),
        "case_url": Row(row).case_url,
        "breadcrumbs": _crumbs(row, ""),
    }
    return render(request, "reuse/adoption.html", context)


@keep_nowhere
@login_required
def decide(request: AccountRequest, pk: int, act: str) -> HttpResponse:
    """Do what a button of that page says, and say what became of it.

    Who had to log in again comes back without what she sent: she sees the page with its buttons.
    """
    row = _find(request, pk)
    if request.method != "POST":
        return redirect(row)
    may, do, said = ACTS.get(act) or _nothing()
    if not may(request, row):
        raise Http404
    return _say(request, row, said if do(request, row) else "")


@keep_nowhere
@login_required
def withdraw(request: AccountRequest, pk: int) -> HttpResponse:
    """Take back what somebody proposed; she sees the page of the row no more, so she goes to the case."""
    rows = Adoption.objects.filter(recorded_by=request.user).of_public_cases().with_bodies()
    row = get_object_or_404(rows, pk=pk)
    if request.method == "POST" and adoption_withdraw(adoption=row, user=request.user):
        messages.success(request, _("Je voorstel is ingetrokken en staat nergens meer."))
    else:
        messages.info(request, _("Hier is niets meer om in te trekken: het is ingetrokken of beantwoord."))
    return redirect(f"{Row(row).case_url}hergebruik/")


@keep_nowhere
@login_required
def hide(request: AccountRequest, pk: int) -> HttpResponse:
    """Ask an editor why she hides the words of a row, then do it."""
    row = _find(request, pk)
    if not request.user.has_perm(REVIEW):
        raise Http404
    form = HideForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            is_new = _set_words(request, row, is_shown=False, reason=form.cleaned_data["reason"])
        except ChangedMeanwhile:
            form.add_error(None, _("De toelichting is intussen veranderd. Lees wat er nu staat."))
        else:
            said = _("De toelichting is verborgen. Wie die schreef, krijgt bericht.")
            return _say(request, row, said if is_new else "")
    crumbs = [*_crumbs(row, row.get_absolute_url()), {"title": _("Verberg de toelichting"), "url": ""}]
    context = {"row": row, "form": form, "seen": stamp_of(row), "breadcrumbs": crumbs}
    return render(request, "reuse/hide.html", context)


def _say(request: AccountRequest, row: Adoption, said: str) -> HttpResponse:
    """Say what was done, or with nothing that it could not be done, on the page of the row."""
    if said:
        messages.success(request, said)
    else:
        messages.info(request, _("Dat kan niet meer: er is intussen iets veranderd. Kijk wat er nu staat."))
    return redirect(row)


def _crumbs(row: Adoption, url: str) -> list[dict[str, str]]:
    """Return the breadcrumbs as far as a row, which leads to `url`."""
    return [
        {"title": _("Start"), "url": home_url()},
        {"title": row.page.title, "url": Row(row).case_url},
        {"title": row.organisation.name, "url": url},
    ]


def _nothing() -> Any:
    """Answer for an act that does not exist."""
    raise Http404


def _find(request: AccountRequest, pk: int) -> Adoption:
    """Return the row of a public case, for who may see it; raises 404 alike when there is none."""
    rows = Adoption.objects.all()
    if not request.user.has_perm(REVIEW):
        rows = Adoption.objects.at_work_of(request.user) | Adoption.objects.proposed_by(request.user)
    return get_object_or_404(rows.of_public_cases().with_bodies(), pk=pk)


def _speaks(request: AccountRequest, row: Adoption) -> bool:
    """Tell whether somebody speaks for the organisation of the row."""
    return speaks_for(request.user, row.organisation)


def _is_named(request: AccountRequest, row: Adoption) -> bool:
    """Tell whether somebody is named as who knows of it, and still works there."""
    is_her = row.contact is not None and row.contact.user_id == request.user.pk
    return is_her and row.is_said and _speaks(request, row)


def _may_review(request: AccountRequest, row: Adoption) -> bool:
    """Tell whether somebody reads words before others do."""
    return request.user.has_perm(REVIEW)


def _set_words(request: AccountRequest, row: Adoption, *, is_shown: bool, reason: str = "") -> bool:
    """Show or hide the words that an editor read on the page that she sends."""
    seen = request.POST.get("seen", "")
    return adoption_set_words(adoption=row, user=request.user, is_shown=is_shown, reason=reason, seen=seen)


def _show_words(request: AccountRequest, row: Adoption) -> bool:
    """Show the words that an editor read, unless something happened to the row since she opened its page."""
    try:
        return _set_words(request, row, is_shown=True)
    except ChangedMeanwhile:
        return False


Test = Callable[[AccountRequest, Adoption], bool]
# By the last part of the address: who may, what is done, and what is said when it was done.
ACTS: dict[str, tuple[Test, Test, Any]] = {
    "bevestig": (
        _speaks,
        lambda request, row: adoption_confirm(adoption=row, user=request.user, via=Via.SITE),
        gettext_lazy("Bevestigd. Over een jaar vragen we het weer."),
    ),
    "klopt-niet": (
        _speaks,
        lambda request, row: adoption_decline(adoption=row, user=request.user, via=Via.SITE),
        gettext_lazy("Het staat er niet meer bij."),
    ),
    "ongedaan": (
        _speaks,
        lambda request, row: adoption_undo(adoption=row, user=request.user),
        gettext_lazy("De laatste wijziging is ongedaan gemaakt."),
    ),
    "noem-mij": (
        _is_named,
        lambda request, row: adoption_agree(adoption=row, user=request.user),
        gettext_lazy("Je naam staat er nu bij."),
    ),
    "weiger": (
        _may_review,
        lambda request, row: adoption_refuse(adoption=row, user=request.user),
        gettext_lazy("Het voorstel is geweigerd en staat nergens meer."),
    ),
    "toon-tekst": (
        _may_review,
        _show_words,
        gettext_lazy("De toelichting is vrijgegeven."),
    ),
}
