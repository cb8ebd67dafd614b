"""Whom a question about a case leads to: its contact, then who answers for its organisations."""

from django.utils.translation import gettext as _

from contact.recipients import Candidate, contacts_of, leads_to
from organisations.models import Organisation
from practices.models import PracticePage


@leads_to("case")
def find_contacts_of_case(key: int) -> list[Candidate]:
    """Return them, each person once."""
    page = PracticePage.objects.select_related("contact").filter(pk=key).first()
    if page is None:
        return []
    own = [Candidate(page.contact, _("contactpersoon van dit voorbeeld"))] if page.contact else []
    others = contacts_of(Organisation.objects.filter(practice_links__page=key))
    return [*own, *(item for item in others if item.member != page.contact)]
