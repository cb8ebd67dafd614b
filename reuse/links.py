"""The links in the letters of reuse."""

from django.utils.translation import gettext as _

from mail.models import SignedLink
from mail.purposes import PURPOSES, Purpose, Question
from members.workplaces import speaks_for
from reuse.choices import Standing, Via
from reuse.letters import AGREE, CONFIRM, STILL
from reuse.lists import Row
from reuse.models import Adoption
from reuse.services import adoption_agree, adoption_confirm


def _find(link: SignedLink) -> Adoption | None:
    """Return the row of a link, if this person still speaks for its organisation."""
    row = Adoption.objects.of_public_cases().with_bodies().filter(pk=int(link.subject)).first()
    return row if row and speaks_for(link.person, row.organisation) else None


def _describe(row: Adoption) -> tuple[str, ...]:
    """Return what a row says, in sentences."""
    facts = (
        _("Het gaat over: %(case)s") % {"case": row.page.title},
        _("%(body)s: %(status)s")
        % {"body": row.organisation.name, "status": row.get_status_display().lower()},
        _("Sinds %(year)s") % {"year": row.since} if row.since else "",
        row.scope,
        row.changed,
        row.proof,
    )
    return tuple(fact for fact in facts if fact)


def _ask_to_confirm(link: SignedLink) -> Question | None:
    """Return the question, unless it was answered or lapsed meanwhile."""
    row = _find(link)
    if row is None or row.standing != Standing.PROPOSED:
        return None
    return Question(_("Doen jullie dit ook?"), (*_describe(row), Row(row).note), _("Ja, dit klopt"))


def _ask_still(link: SignedLink) -> Question | None:
    """Return the question, unless the row says nothing any more."""
    row = _find(link)
    return (
        Question(_("Klopt dit nog?"), _describe(row), _("Ja, dit klopt nog")) if row and row.is_said else None
    )


def _confirm(link: SignedLink, text: str) -> str:
    """Keep the answer."""
    row = _find(link)
    if row is None or not adoption_confirm(adoption=row, user=link.person, via=Via.LINK):
        return _("Dit was al veranderd. Bekijk het bij het voorbeeld.")
    return _("Bedankt. Het staat nu bij het voorbeeld. Log in om er iets aan te veranderen.")


def _ask_to_agree(link: SignedLink) -> Question | None:
    """Return the question, unless she is not named any more, or agreed already."""
    row = _find(link)
    if row is None or not row.is_said or row.contact_id != link.person.member.pk or row.has_contact_agreed:
        return None
    return Question(_("Mogen anderen jou hierover iets vragen?"), _describe(row), _("Ja, noem mijn naam"))


def _agree(link: SignedLink, text: str) -> str:
    """Keep that she agrees."""
    row = _find(link)
    if row is None or not adoption_agree(adoption=row, user=link.person):
        return _("Dit was al veranderd. Bekijk het bij het voorbeeld.")
    return _("Je naam staat er nu bij. Anderen kunnen je via de site iets vragen.")


PURPOSES[CONFIRM] = Purpose(_ask_to_confirm, _confirm)
PURPOSES[STILL] = Purpose(_ask_still, _confirm)
PURPOSES[AGREE] = Purpose(_ask_to_agree, _agree)
