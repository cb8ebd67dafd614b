"""What members find about reuse on their own page: proposals to answer, and what their organisation does."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from core.panels import Line, Panel, shows, waits
from members.workplaces import speaks_for
from organisations.models import Organisation
from reuse.choices import Standing
from reuse.models import Adoption
from users.requests import AccountRequest


@waits(25)
def find_proposals(request: AccountRequest) -> Iterator[Line]:
    """Yield what others say that her organisation does, what nobody confirmed, and whether she is named."""
    body = _workplace(request)
    rows = Adoption.objects.of_bodies([body]).unconfirmed().select_related("page") if body else ()
    for row in rows:
        title = {"case": row.page.title}
        if row.standing == Standing.PROPOSED:
            text = _("Doet jouw organisatie dit ook? %(case)s") % title
            yield Line(text, row.get_absolute_url(), _("Zeg ja of nee"))
        else:
            text = _("Lang niet bevestigd: %(case)s") % title
            yield Line(text, row.get_absolute_url(), _("Klopt het nog?"))
    named = Adoption.objects.said().filter(contact__user=request.user, has_contact_agreed=False)
    for row in named.select_related("page"):
        text = _("Mogen anderen jou iets vragen over: %(case)s") % {"case": row.page.title}
        yield Line(text, row.get_absolute_url(), _("Beslis"))


@shows(35)
def build_adoptions_panel(request: AccountRequest) -> Panel | None:
    """Return what her organisation does of what others made."""
    body = _workplace(request)
    rows = list(Adoption.objects.of_bodies([body]).said().select_related("page")) if body else []
    return (
        Panel(_("Dit doet jouw organisatie ook"), "reuse/_own_panel.html", {"rows": rows}) if rows else None
    )


def _workplace(request: AccountRequest) -> Organisation | None:
    """Return the organisation that she speaks for."""
    member = getattr(request.user, "member", None)
    body = member.organisation if member else None
    return body if body and speaks_for(request.user, body) else None
