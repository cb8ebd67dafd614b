"""What members find about reuse on their own page: proposals to answer, and what their organisation does."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.panels import Line, Panel, shows, waits
from reuse.choices import Standing
from reuse.models import Adoption, AdoptionQuerySet
from reuse.services import REVIEW
from users.models import User
from users.requests import AccountRequest


@waits(25)
def find_proposals(request: AccountRequest) -> Iterator[Line]:
    """Yield proposals, what nobody confirmed, whether she may be named, and what can be put back."""
    for row in _rows_at_work(request.user):
        case = {"case": row.page.title}
        if row.standing == Standing.PROPOSED:
            text = _("Doet jouw organisatie dit ook? %(case)s") % case
            yield Line(text, row.get_absolute_url(), _("Zeg ja of nee"))
        if row.standing == Standing.AGED:
            text = _("Lang niet bevestigd: %(case)s") % case
            yield Line(text, row.get_absolute_url(), _("Klopt het nog?"))
        if row.is_said and row.contact_id == request.user.member.pk and not row.has_contact_agreed:
            text = _("Mogen anderen jou iets vragen over: %(case)s") % case
            yield Line(text, row.get_absolute_url(), _("Beslis"))
    for row in _rows_at_work(request.user).just_taken_off():
        text = _("Vandaag of gisteren eraf gehaald: %(case)s") % {"case": row.page.title}
        yield Line(text, row.get_absolute_url(), _("Zet het terug"))


@waits(28)
def find_words(request: AccountRequest) -> Iterator[Line]:
    """Yield how many adoptions have words that an editor reads before others do."""
    if not request.user.has_perm(REVIEW):
        return
    if count := Adoption.objects.with_waiting_words().count():
        text = ngettext(
            "%(n)s toelichting bij een overname wacht", "%(n)s toelichtingen bij overnames wachten", count
        )
        yield Line(text % {"n": count}, reverse("adoptions"), _("Lees"))


@shows(35)
def build_adoptions_panel(request: AccountRequest) -> Panel | None:
    """Return what her organisation does of what others made."""
    rows = list(_rows_at_work(request.user).said())
    return (
        Panel(_("Dit doet jouw organisatie ook"), "reuse/_own_panel.html", {"rows": rows}) if rows else None
    )


@shows(36)
def build_proposals_panel(request: AccountRequest) -> Panel | None:
    """Return what she proposed that waits for an answer, so that she can take it back."""
    found = Adoption.objects.proposed_by(request.user).of_public_cases()
    rows = list(found.select_related("page", "organisation"))
    shown = {"rows": rows, "names_body": True}
    return Panel(_("Jouw voorstellen wachten op antwoord"), "reuse/_own_panel.html", shown) if rows else None


def _rows_at_work(user: User) -> AdoptionQuerySet:
    """Return the adoptions of the organisation that somebody speaks for, of public cases."""
    return Adoption.objects.at_work_of(user).of_public_cases().select_related("page")
