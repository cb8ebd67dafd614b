"""Where members work: what they say, and what makes it certain. Until then colleagues show each other no more than others."""

from collections.abc import Iterable

from allauth.account.models import EmailAddress
from django.db import transaction
from wagtail.log_actions import log

from members.choices import Proof
from members.models import Member
from organisations.models import Organisation, OrganisationDomain
from users.domains import domains_of
from users.models import User


def workplace_claim(*, member: Member) -> None:
    """Log what a member says, and look whether her address proves it."""
    name = member.organisation.name if member.organisation else ""
    log(member, "members.claim", user=member.user, data={"organisation": name})
    _let_addresses_decide([member], member.user)


@transaction.atomic
def workplaces_check(*, organisation: Organisation, user: User) -> None:
    """Look again whose address proves that she works there, after a domain came or went; the word of a moderator stays."""
    members = Member.objects.select_for_update().filter(organisation=organisation)
    _let_addresses_decide(members.exclude(workplace_proof=Proof.MODERATOR), user)


@transaction.atomic
def address_check(*, user: User) -> None:
    """Look where somebody works by the address that she just confirmed; what was certain by another one is so no more."""
    _let_addresses_decide(Member.objects.select_for_update().filter(user=user), user)


@transaction.atomic
def workplace_confirm(*, key: int, organisation_key: int, moderator: User) -> bool:
    """Take the word of a moderator that a member works there; tell whether the member still said so and it was not certain."""
    claim = (
        Member.objects.select_for_update()
        .filter(pk=key, organisation=organisation_key, workplace_proof="")
        .first()
    )
    if claim:
        _set_proof(claim, Proof.MODERATOR, moderator)
    return claim is not None


@transaction.atomic
def workplace_revoke(*, key: int, organisation_key: int, moderator: User) -> bool:
    """Take back the word of a moderator; tell whether there was one. An address that proves it counts again."""
    claims = Member.objects.select_for_update().filter(pk=key, organisation=organisation_key)
    claim = claims.filter(workplace_proof=Proof.MODERATOR).first()
    if claim:
        _let_addresses_decide([claim], moderator)
    return claim is not None


def _let_addresses_decide(members: Iterable[Member], user: User) -> None:
    """Keep for each member whether the address that she confirmed is of a domain of the organisation that she names."""
    members = list(members)
    proven = _accounts_with_address(members)
    for member in members:
        _set_proof(member, Proof.ADDRESS if member.user_id in proven else "", user)


def _accounts_with_address(members: list[Member]) -> set[int]:
    """Return the accounts of those members whose address is of a domain of their organisation."""
    keys = {member.user_id: member.organisation_id for member in members}
    tied = OrganisationDomain.objects.filter(organisation__in=set(keys.values()) - {None})
    pairs = set(tied.values_list("organisation", "domain"))
    addresses = EmailAddress.objects.filter(user__in=keys, verified=True, primary=True).values_list(
        "user", "email"
    )
    return {
        user
        for user, email in addresses
        if any((keys[user], domain) in pairs for domain in domains_of(email))
    }


def _set_proof(member: Member, proof: str, user: User) -> None:
    """Keep what makes it certain where a member works, and log who or whose address did."""
    if proof == member.workplace_proof:
        return
    member.workplace_proof = proof
    member.save(update_fields=["workplace_proof"])
    log(member, "members.confirm" if proof else "members.unconfirm", user=user)
