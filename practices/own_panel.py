"""The cases that somebody wrote or answers for, on her own page."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from core.panels import Panel, shows
from members.models import Member
from members.services import public_cases


@shows(20)
def build_cases_panel(request: HttpRequest) -> Panel | None:
    """Return her public cases, or None when there are none."""
    member = Member.objects.filter(user=request.user).first()
    cases = public_cases(member) if member else []
    return Panel(_("Jouw voorbeelden"), "practices/_own_panel.html", {"cases": cases}) if cases else None
