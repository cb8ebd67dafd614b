"""What members find about themselves on their own page: what their profile lacks, and their organisation."""

import datetime
from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.panels import Line, Panel, shows, waits
from members.models import Member, OrganisationContact
from members.workplaces import MAY_WATCH, speaks_for
from users.requests import AccountRequest

SOON = datetime.timedelta(days=335)  # after which somebody may say ahead of the letter that all is right


@waits(40)
def find_profile_lines(request: AccountRequest) -> Iterator[Line]:
    """Yield what somebody can do about her profile."""
    member = _own(request)
    if member is None:
        text = _("Je hebt nog geen profiel. Daarmee vinden collega’s je.")
        yield Line(text, reverse("profile_edit"), _("Maak je profiel"))
        return
    if not member.organisation_id:
        yield Line(_("Je profiel zegt niet waar je werkt."), reverse("profile_edit"), _("Vul aan"))
    if not member.can_help:
        text = _("Je profiel zegt niet waarmee je anderen kunt helpen.")
        yield Line(text, reverse("profile_edit"), _("Vul aan"))
    if not (member.expertise.exists() or member.sought.exists()):
        text = _("Je profiel noemt geen onderwerpen. Daarmee vinden we collega’s voor je.")
        yield Line(text, reverse("profile_edit"), _("Vul aan"))
    if request.user.confirmed_at < timezone.now() - SOON:
        yield Line(_("Klopt je profiel nog?"), reverse("profile"), _("Kijk het na"))


@waits(29)
def find_workplaces(request: AccountRequest) -> Iterator[Line]:
    """Yield of how many members a moderator can say whether they work where they say."""
    if not request.user.has_perm(MAY_WATCH):
        return
    if count := Member.objects.waiting().count():
        text = ngettext(
            "Van %(n)s lid is de organisatie nog niet bevestigd",
            "Van %(n)s leden is de organisatie nog niet bevestigd",
            count,
        )
        url = f"{reverse('wagtailsnippets_members_member:list')}?waits=true"
        yield Line(text % {"n": count}, url, _("Bekijk deze leden"))


@shows(30)
def build_organisation_panel(request: AccountRequest) -> Panel | None:
    """Return where she works, how many colleagues are here, and who answers for it."""
    member = _own(request)
    if member is None or member.organisation is None or not speaks_for(request.user, member.organisation):
        return None
    contact = OrganisationContact.objects.valid().filter(organisation=member.organisation)
    colleagues = Member.objects.visible_to(request.user).filter(organisation=member.organisation)
    context = {
        "organisation": member.organisation,
        "colleagues": colleagues.exclude(pk=member.pk).count(),
        "contact": contact.select_related("member").first(),
        "is_contact": contact.filter(member=member).exists(),
    }
    return Panel(_("Jouw organisatie"), "members/_organisation_panel.html", context)


def _own(request: AccountRequest) -> Member | None:
    """Return the profile of the person who asks."""
    return Member.objects.select_related("organisation", "user").filter(user=request.user).first()
