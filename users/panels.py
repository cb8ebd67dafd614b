"""What waits on her own page for somebody who may let others in."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.panels import Line, waits
from users.models import APPROVE, User
from users.requests import AccountRequest


@waits(27)
def find_applications(request: AccountRequest) -> Iterator[Line]:
    """Yield how many people wait to be let in."""
    if not request.user.has_perm(APPROVE):
        return
    if count := User.objects.waiting().count():
        text = ngettext("%(n)s aanmelding wacht", "%(n)s aanmeldingen wachten", count) % {"n": count}
        yield Line(text, reverse("waiting_accounts"), _("Beslis"))
