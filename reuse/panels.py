"""What members find about reuse on their own page: proposals to answer, and what their organisation does."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from core.panels import Line, Panel, shows, waits
from reuse.choices import Standing
from reuse.models import Adoption, AdoptionQuerySet
from users.models import User
from users.requests import AccountRequest


@waits(25)
def find_proposals(request: AccountRequest) -> Iterator[Line]:
    """Yield what others say that her organisation does, what nobody confirmed, and whether she is named."""
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


@shows(35)
def build_adoptions_panel(request: AccountRequest) -> Panel | None:
    """Return what her organisation does of what others made."""
    rows = list(_rows_at_work(request.user).said())
    return (
        Panel(_("Dit doet jouw organisatie ook"), "reuse/_own_panel.html", {"rows": rows}) if rows else None
    )


def _rows_at_work(user: User) -> AdoptionQuerySet:
    """Return the adoptions of the organisation that somebody speaks for, of public cases."""
    return Adoption.objects.at_work_of(user).of_public_cases().select_related("page")
