"""What other apps may ask about members, and what a member can do with her profile."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from core.models import listed
from core.ties import end
from members import content
from members.choices import FIELDS
from members.handovers import pass_on
from members.models import Expertise, Member, Sought
from members.workplaces import workplace_claim
from organisations.models import Organisation
from users.models import User
from users.services import account_still_right

OPEN_TO_MODERATORS = ("name", "organisation")  # as the form of a profile and the page on privacy say


def visible_fields(member: Member, viewer: Any) -> dict[str, Any]:
    """Return what this viewer may see of the profile, by field; empty fields are left out."""
    return content.shown_fields(member, content.seen_by(member, viewer))


def card_for(member: Member, viewer: Any) -> dict[str, Any] | None:
    """Return the card of a contact, without expertise, or None if the viewer may not even see the name."""
    if not content.is_shown(member):
        return None
    return content.build_card(member, content.seen_by(member, viewer), with_skills=False)


def link_for(member: Member, viewer: Any) -> dict[str, Any] | None:
    """Return `{text, url, is_demo}` to name a member in a line, or None if the viewer may not see the name.

    `url` is empty for a viewer who cannot open profiles.
    """
    levels = content.seen_by(member, viewer)
    if not content.is_shown(member) or member.visibility_of("name") not in levels:
        return None
    return {
        "text": member.name,
        "url": member.get_absolute_url() if levels != content.ANYONE else "",
        "is_demo": member.is_demo,
    }


def public_card(member: Member) -> dict[str, Any] | None:
    """Return the card of an author or contact of a case, for visitors: only what she made public.

    `{name, url, initials, photo_url, role, organisation, can_help, is_demo}`; None if the name is not public.
    """
    return content.build_card(member, content.ANYONE, with_skills=False) if content.is_shown(member) else None


def profiles_for_moderator(accounts: Iterable[User]) -> dict[int, list[tuple[str, str]]]:
    """Return by account what a moderator sees of the profile before deciding, as pairs of a name and a text.

    That is always the name and the organisation, as members are told, and else what other members would see.
    """
    members = Member.objects.with_content().filter(user__in=accounts)
    return {member.user_id: _describe(member) for member in members}


def _describe(member: Member) -> list[tuple[str, str]]:
    """Return the fields of a profile that a moderator sees, except the photo."""
    opened = content.shown_fields(member, content.SELF, OPEN_TO_MODERATORS)
    shown = content.shown_fields(member, content.MEMBERS) | opened
    if organisation := shown.get("organisation"):
        shown["organisation"] = content.describe_workplace(member, organisation.name)
    if skills := shown.get("expertise"):
        shown["expertise"] = ", ".join(f"{skill['label']} ({skill['level_label']})" for skill in skills)
    if sought := shown.get("sought"):
        shown["seeks"] = "\n".join([*filter(None, [shown.get("seeks")]), ", ".join(sought)])
    if languages := shown.get("languages"):
        shown["languages"] = ", ".join(languages)
    if links := shown.get("links"):
        shown["links"] = "\n".join(links)
    return [
        (str(label), str(shown[name])) for name, label in FIELDS.items() if name in shown and name != "photo"
    ]


def public_cases(member: Member) -> list[Any]:
    """Return the public cases that the member wrote, or is contact for and has not left, by title."""
    # By name, as the app of cases defines these relations, and it imports this one.
    authored, contact_for = (getattr(member, name).all() for name in ("authored", "contact_for"))
    still_hers = contact_for.exclude(pk__in=contact_for.left_by_contact().values("pk"))
    cases = {page.pk: page for pages in (authored, still_hers) for page in listed(pages)}
    return sorted(cases.values(), key=lambda page: page.title)


def member_count() -> int:
    """Return the number of members that every member of the network may find."""
    return Member.objects.listed().count()


def workplace_of(viewer: Any) -> Organisation | None:
    """Return the organisation of a member of the network, if it is certain and all members see it."""
    is_member = getattr(viewer, "is_approved", False)
    return viewer.member.organisation if is_member and content.workplace(viewer) else None


def colleague_count(*organisations: Organisation) -> int:
    """Return how many people at these organisations every member can find, of whom it is certain."""
    return Member.objects.at(organisations).count()


def has_member_at(organisations: Iterable[Organisation]) -> bool:
    """Tell whether every member can find somebody by one of these organisations."""
    shown = Member.objects.listed().filter(visibility__organisation__in=list(content.MEMBERS))
    return shown.filter(organisation__in=list(organisations)).exists()


def colleagues_of(organisation: Any, viewer: Any) -> list[dict[str, Any]]:
    """Return the cards of the others who show this viewer that they work for the organisation.

    There are none for anyone who is not a member of the network.
    """
    visible = Member.objects.visible_to(viewer).with_content()
    members = visible.filter(organisation=organisation).exclude(user=viewer.pk)
    cards = (content.build_card(member, content.seen_by(member, viewer)) for member in members)
    return [card for card in cards if card and card["organisation"]]


@transaction.atomic
def profile_save(
    *, member: Member, expertise: Iterable[tuple[str, int, int]], sought: Iterable[tuple[str, int]]
) -> None:
    """Save a profile with its expertise and what is sought; erase a replaced photo.

    `expertise` is of `(theme or technique, its key, level)`, and `sought` is without a level.
    """
    before = Member.objects.select_for_update().filter(pk=member.pk).first() or Member()
    is_new_claim = member.organisation_id != before.organisation_id
    # From the database, as a moderator may just have decided.
    member.workplace_proof = "" if is_new_claim else before.workplace_proof
    member.save()
    member.expertise.all().delete()
    member.sought.all().delete()
    # One by one: Wagtail's reference index follows what is saved, not what is created in bulk.
    for kind, key, level in expertise:
        Expertise.objects.create(member=member, level=level, **{f"{kind}_id": key})
    for kind, key in sought:
        Sought.objects.create(member=member, **{f"{kind}_id": key})
    account_still_right(user=member.user)
    if is_new_claim:
        workplace_claim(member=member)
        if before.organisation:
            pass_on(member, before.organisation)
    if (old_photo := before.photo.name) and old_photo != member.photo.name:
        transaction.on_commit(lambda: member.photo.storage.delete(old_photo))


def profile_withdraw(*, member: Member) -> None:
    """Erase the profile and its photo, once every room let go of it; the account stays."""
    end(member)


def account_profile_withdraw(user: User) -> None:
    """Erase the profile of an account that goes, if it has one."""
    for member in Member.objects.filter(user=user):
        profile_withdraw(member=member)
