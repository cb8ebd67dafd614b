"""The cases that somebody wrote or answers for, on her own page."""

from django.utils.translation import gettext as _

from core.panels import Panel, shows
from members.models import Member
from members.services import public_cases
from users.requests import AccountRequest


@shows(20)
def build_cases_panel(request: AccountRequest) -> Panel | None:
    """Return her public cases, or None when there are none."""
    member = Member.objects.filter(user=request.user).first()
    cases = public_cases(member) if member else []
    return Panel(_("Jouw voorbeelden"), "practices/_own_panel.html", {"cases": cases}) if cases else None
