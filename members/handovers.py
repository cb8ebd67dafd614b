"""What passes on when a member works elsewhere: rooms register it, so members need not know them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from wagtail.log_actions import log

from members.models import Member, OrganisationContact
from organisations.models import Organisation


@dataclass(frozen=True)
class Handover:
    """What passes on: how the member is told before she changes anything, and what is done once she did.

    `tell` returns sentences for the member as she is. `follow` is called in the transaction in which she says
    that she works elsewhere, with where she worked.
    """

    tell: Callable[[Member], Iterable[str]]
    follow: Callable[[Member, Organisation], None]


_HANDOVERS: list[Handover] = []


def hands_over(
    *, tell: Callable[[Member], Iterable[str]], follow: Callable[[Member, Organisation], None]
) -> None:
    """Register what passes on."""
    _HANDOVERS.append(Handover(tell, follow))


def tell_what_passes_on(member: Member) -> list[str]:
    """Return in sentences what passes on when this member works elsewhere."""
    if member.organisation is None:
        return []
    return [text for handover in _HANDOVERS for text in handover.tell(member)]


def pass_on(member: Member, before: Organisation) -> None:
    """Let every room pass on what was hers at the organisation where she worked before."""
    for handover in _HANDOVERS:
        handover.follow(member, before)


def _tell_answering(member: Member) -> Iterator[str]:
    """Yield that she answers for her organisation no more."""
    if OrganisationContact.objects.filter(member=member, organisation=member.organisation).exists():
        text = _(
            "Je bent contactpersoon van %(body)s. Werk je straks ergens anders? "
            "Dan komen vragen aan deze organisatie niet meer bij jou."
        )
        yield text % {"body": member.organisation}


def _end_answering(member: Member, before: Organisation) -> None:
    """Take back that she answers for the organisation where she worked."""
    for contact in OrganisationContact.objects.filter(member=member, organisation=before):
        log(contact, "wagtail.delete", user=member.user, deleted=True)
        contact.delete()


hands_over(tell=_tell_answering, follow=_end_answering)
