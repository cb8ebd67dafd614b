"""Where members work: what they claim, and what confirms it.

Until it is confirmed, colleagues show each other no more than they show other members.
"""

from collections.abc import Iterable

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from mail.services import delivery_plan
from members.choices import Proof
from members.models import Member
from organisations.models import Organisation, OrganisationDomain
from users.domains import PUBLIC_HOSTS, domains_of
from users.models import User

CONFIRMED = "workplace_confirmed"  # the letter
MAY_WATCH = "members.change_member"  # the right to confirm where members work, and to look after profiles


def workplace_claim(*, member: Member) -> None:
    """Log the organisation that a member claims, and check whether her address proves it."""
    name = member.organisation.name if member.organisation else ""
    log(member, "members.claim", user=member.user, data={"organisation": name})
    _let_addresses_decide([member], member.user)


@transaction.atomic
def workplaces_check(*, organisation: Organisation, user: User) -> None:
    """Check addresses again after a domain was added or removed; a moderator's confirmation stays."""
    members = Member.objects.select_for_update().filter(organisation=organisation)
    _let_addresses_decide(members.exclude(workplace_proof=Proof.MODERATOR), user)


@transaction.atomic
def address_check(*, user: User) -> None:
    """Check the claim against the address that was just confirmed; what another address proved ends."""
    _let_addresses_decide(Member.objects.select_for_update().filter(user=user), user)


@transaction.atomic
def workplace_confirm(*, key: int, organisation_key: int, moderator: User) -> bool:
    """Confirm for a moderator where a member works.

    False if it was confirmed already, or if the member claims another organisation by now.
    """
    claims = Member.objects.select_for_update().filter(pk=key, organisation=organisation_key)
    claim = claims.filter(workplace_proof="").first()
    if claim:
        _set_proof(claim, Proof.MODERATOR, moderator)
    return claim is not None


@transaction.atomic
def workplace_revoke(*, key: int, organisation_key: int, moderator: User) -> bool:
    """Take back a moderator's confirmation, so that the address counts again; tell whether there was one."""
    claims = Member.objects.select_for_update().filter(pk=key, organisation=organisation_key)
    claim = claims.filter(workplace_proof=Proof.MODERATOR).first()
    if claim:
        _let_addresses_decide([claim], moderator)
    return claim is not None


def domains_to_tie(members: Iterable[Member]) -> list[tuple[str, Organisation]]:
    """Return the domains of these members' confirmed addresses that could be tied to where they work.

    Left out are hosts where anybody can get an address, and domains that are tied already, or their parents.
    """
    bodies = {member.user_id: member.organisation for member in members if member.organisation}
    tied = set(OrganisationDomain.objects.values_list("organisation", "domain"))
    confirmed = EmailAddress.objects.filter(user__in=bodies, verified=True, primary=True)
    found: dict[tuple[str, int], Organisation] = {}
    for user, email in confirmed.values_list("user", "email"):
        domains, body = domains_of(email), bodies[user]
        is_known = any((body.pk, domain) in tied for domain in domains)
        if not is_known and PUBLIC_HOSTS.isdisjoint(domains):
            found[domains[0], body.pk] = body
    return [(domain, body) for (domain, _key), body in found.items()]


def confirmed_domains(members: Iterable[Member]) -> dict[int, str]:
    """Return by member the domain of her confirmed address: it tells where it is of without telling whose."""
    accounts = [member.user_id for member in members]
    confirmed = EmailAddress.objects.filter(user__in=accounts, verified=True, primary=True)
    addresses = confirmed.values_list("user__member", "email")
    return {member: email.rpartition("@")[2] for member, email in addresses}


@transaction.atomic
def domain_tie(*, domain: str, organisation: Organisation, user: User) -> None:
    """Let addresses of this domain prove from now on that somebody works for the organisation."""
    row, is_new = OrganisationDomain.objects.get_or_create(domain=domain, organisation=organisation)
    if is_new:
        log(row, "wagtail.create", user=user)
        workplaces_check(organisation=organisation, user=user)


def speaks_for(user: User, organisation: Organisation) -> bool:
    """Tell whether somebody may say things in the name of an organisation: she works there for certain."""
    member = getattr(user, "member", None)
    return (
        user.is_approved
        and member is not None
        and member.organisation_id == organisation.pk
        and member.workplace_proof != ""
    )


def _let_addresses_decide(members: Iterable[Member], user: User) -> None:
    """Set for each member whether her confirmed address has a domain of the organisation that she claims."""
    members = list(members)
    proven = _accounts_with_address(members)
    for member in members:
        _set_proof(member, Proof.ADDRESS if member.user_id in proven else "", user)


def _accounts_with_address(members: list[Member]) -> set[int]:
    """Return the accounts of those members whose address has a domain of their organisation."""
    keys = {member.user_id: member.organisation_id for member in members}
    tied = OrganisationDomain.objects.filter(organisation__in=set(keys.values()) - {None})
    pairs = set(tied.values_list("organisation", "domain"))
    confirmed = EmailAddress.objects.filter(user__in=keys, verified=True, primary=True)
    proven = set()
    for user, email in confirmed.values_list("user", "email"):
        if any((keys[user], domain) in pairs for domain in domains_of(email)):
            proven.add(user)
    return proven


def _set_proof(member: Member, proof: str, user: User) -> None:
    """Set what confirms the claim of a member, and log who did it or whose address.

    She hears that it is certain now, unless she did that herself.
    """
    before = member.workplace_proof
    if proof == before:
        return
    member.workplace_proof = proof
    member.save(update_fields=["workplace_proof"])
    log(member, "members.confirm" if proof else "members.unconfirm", user=user)
    if proof and not before and member.user_id != user.pk:
        about = (
            f"{member.organisation_id} {timezone.localdate()}"  # once a day, however often it is taken back
        )
        delivery_plan(person=member.user, kind=CONFIRMED, about=about)
