"""Whom a question about a case goes to: its contact, unless she works elsewhere now, and who comes next."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from contact.recipients import Candidate, contacts_of
from organisations.models import Organisation

if TYPE_CHECKING:
    from practices.models import PracticePage


def candidates_of(page: "PracticePage") -> Iterator[Candidate]:
    """Yield whom a question about a case leads to, the best first, each person once."""
    contact = None if has_left(page) else page.contact
    if contact:
        yield Candidate(contact, _("contactpersoon van dit voorbeeld"))
    others = find_next(page, contacts_of(page.organisations()))
    yield from (item for item in others if item.member != contact)


def find_next(page: "PracticePage", answering: Iterable[Candidate]) -> list[Candidate]:
    """Return who comes after the contact: colleagues who wrote the case, then who answers for its bodies.

    `answering` are those who answer for these bodies and maybe for others.
    """
    bodies = {body.pk for body in page.organisations()}
    writers = [
        Candidate(author, _("schreef mee aan dit voorbeeld"))
        for author in page.authors.all()
        if author.workplace_proof
    ]
    found: dict[int, Candidate] = {}
    for item in (*writers, *answering):
        if item.member.organisation_id in bodies:
            found.setdefault(item.member.pk, item)
    return list(found.values())


def has_left(page: "PracticePage") -> bool:
    """Tell whether the contact of a case says that she works at another body than those of the case.

    `PracticeQuerySet.left_by_contact` finds the same. When none of these bodies exists any more she stays:
    after a merger she works at what came of them.
    """
    bodies = {body.pk for body in page.organisations()}
    own = page.contact.organisation_id if page.contact else None
    if own is None or not bodies or own in bodies:
        return False
    return Organisation.objects.current().filter(pk__in=bodies).exists()
