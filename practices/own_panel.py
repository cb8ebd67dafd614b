"""The cases that somebody wrote or answers for, also since their contact left, on her own page."""

from django.utils.translation import gettext as _

from core.panels import Panel, shows
from members.models import Member
from members.services import public_cases
from practices.contacts import find_inherited
from users.requests import AccountRequest


@shows(20)
def build_cases_panel(request: AccountRequest) -> Panel | None:
    """Return her public cases, and those that she inherited for as long as she did, or None without any."""
    member = Member.objects.select_related("organisation").filter(user=request.user).first()
    if member is None:
        return None
    shown = {"cases": public_cases(member), "inherited": find_inherited(member)}
    return Panel(_("Jouw voorbeelden"), "practices/_own_panel.html", shown) if any(shown.values()) else None
