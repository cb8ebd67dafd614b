"""What members find about reuse on their own page: proposals to answer, and what their organisation does."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from core.panels import Line, Panel, shows, waits
from members.models import Member
from members.workplaces import speaks_for
from organisations.models import Organisation
from reuse.models import Adoption
from users.requests import AccountRequest


@waits(25)
def find_proposals(request: AccountRequest) -> Iterator[Line]:
    """Yield what others say that her organisation does, what nobody confirmed, and whether she is named."""
    body = _workplace(request)
    rows = Adoption.objects.of_bodies([body]).with_bodies() if body else Adoption.objects.none()
    for row in rows.proposed():
        text = _("Doet jouw organisatie dit ook? %(case)s") % {"case": row.page.title}
        yield Line(text, row.get_absolute_url(), _("Zeg ja of nee"))
    for row in rows.aged():
        text = _("Lang niet bevestigd: %(case)s") % {"case": row.page.title}
        yield Line(text, row.get_absolute_url(), _("Klopt het nog?"))
    for row in (
        Adoption.objects.said().filter(contact__user=request.user, has_contact_agreed=False).with_bodies()
    ):
        text = _("Mogen anderen jou iets vragen over: %(case)s") % {"case": row.page.title}
        yield Line(text, row.get_absolute_url(), _("Beslis"))


@shows(35)
def build_adoptions_panel(request: AccountRequest) -> Panel | None:
    """Return what her organisation does of what others made."""
    body = _workplace(request)
    rows = list(Adoption.objects.of_bodies([body]).said().with_bodies()) if body else []
    return (
        Panel(_("Dit doet jouw organisatie ook"), "reuse/_own_panel.html", {"rows": rows}) if rows else None
    )


def _workplace(request: AccountRequest) -> Organisation | None:
    """Return the organisation that she speaks for."""
    member = Member.objects.select_related("organisation").filter(user=request.user).first()
    body = member.organisation if member else None
    return body if body and speaks_for(request.user, body) else None
