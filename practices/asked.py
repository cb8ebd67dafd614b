"""Whom a question about a case goes to: its contact, unless she works elsewhere now, and who comes next."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from contact.recipients import Candidate, contacts_of
from organisations.models import Organisation
from reuse.choices import Status
from reuse.models import Adoption

if TYPE_CHECKING:
    from practices.models import PracticePage


def candidates_of(page: "PracticePage") -> Iterator[Candidate]:
    """Yield whom a question about a case leads to, the best first, each person once."""
    own = people_of(page)
    yield from own
    known = {item.member.pk for item in own}
    yield from (item for item in contacts_of(page.organisations()) if item.member.pk not in known)


def adopters_of(page: "PracticePage") -> Iterator[Candidate]:
    """Yield who knows how another organisation does this: whom it names, then who answers for it."""
    rows = Adoption.objects.said().of_case(page).select_related("organisation", "contact__organisation")
    for row in rows:
        if row.contact and row.is_contact_there:
            is_over = row.status == Status.STOPPED
            yield Candidate(row.contact, _("deed dit ook, en stopte") if is_over else _("doet dit ook"))
    yield from contacts_of(row.organisation for row in rows)


def people_of(page: "PracticePage") -> list[Candidate]:
    """Return whom the case names and who are still there: its contact, then colleagues who wrote it."""
    contact = None if has_left(page) else page.contact
    own = [Candidate(contact, _("contactpersoon van dit voorbeeld"))] if contact else []
    return [*own, *(item for item in _writers(page) if item.member != contact)]


def find_next(page: "PracticePage", answering: Iterable[Candidate]) -> list[Candidate]:
    """Return who comes after the contact: colleagues who wrote the case, then who answers for its bodies.

    `answering` are those who answer for these bodies and maybe for others.
    """
    bodies = {body.pk for body in page.organisations()}
    return [*_writers(page), *(item for item in answering if item.member.organisation_id in bodies)]


def _writers(page: "PracticePage") -> list[Candidate]:
    """Return the authors of whom it is certain that they work at a body of the case."""
    bodies = {body.pk for body in page.organisations()}
    authors = (author for author in page.authors.all() if author.workplace_proof)
    why = _("schreef mee aan dit voorbeeld")
    return [Candidate(author, why) for author in authors if author.organisation_id in bodies]


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
