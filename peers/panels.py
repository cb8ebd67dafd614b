"""Whom a member is suggested on her own page."""

from django.urls import reverse
from django.utils.translation import gettext as _

from core.panels import Panel, shows
from peers.services import build_people
from peers.suggestions import suggest_to
from users.requests import AccountRequest


@shows(10)
def build_peers_panel(request: AccountRequest) -> Panel | None:
    """Return at most three people with their reasons, or None when there is nobody to show."""
    people = build_people(request.user, suggest_to(request.user), back=reverse("mine"))
    return Panel(_("Collega’s voor jou"), "peers/_people.html", people) if people else None
