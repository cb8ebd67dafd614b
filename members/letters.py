"""The letters about a profile."""

from django.urls import reverse
from django.utils.translation import gettext as _

from mail.kinds import writes
from mail.letters import Button, Letter
from mail.models import Delivery
from members.models import Member
from members.workplaces import CONFIRMED, speaks_for


@writes(CONFIRMED)
def write_workplace_confirmed(delivery: Delivery) -> Letter | None:
    """Tell somebody that it is certain now where she works, if it still is."""
    body = int(delivery.about.split()[0])
    member = (
        Member.objects.select_related("organisation").filter(user=delivery.person, organisation=body).first()
    )
    if member is None or member.organisation is None or not speaks_for(delivery.person, member.organisation):
        return None
    return Letter(
        _("Je organisatie is bevestigd: %(body)s") % {"body": member.organisation.display_name},
        (
            _("Het is nu zeker dat je bij %(body)s werkt.") % {"body": member.organisation.name},
            _("Jij en je collega’s daar zien van elkaar wat jullie alleen aan je organisatie laten zien."),
            _("Ook kun je namens je organisatie zeggen dat jullie doen wat in een praktijkvoorbeeld staat."),
        ),
        button=Button(_("Bekijk je profiel"), reverse("profile")),
        after=(_("Werk je ergens anders? Verander het dan in je profiel."),),
        why=_("Je krijgt hem omdat in je profiel staat waar je werkt."),
        stop=_("Hij komt één keer voor elke organisatie die je kiest."),
    )
