"""Who somebody is to the person she writes to: her name and where she works, which she shows by writing."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from contact.models import Message
from members.content import describe_workplace, is_findable
from users.models import User


@dataclass(frozen=True)
class Identity:
    """A side of a conversation: its name, where she works, and her profile where she has one."""

    name: str
    organisation: str = ""
    initials: str = ""
    url: str = ""
    is_demo: bool = False

    @property
    def full(self) -> str:
        """Return the name with the organisation."""
        return f"{self.name}, {self.organisation}" if self.organisation else self.name


def identity_of(account: User | None) -> Identity:
    """Return who an account is; None left. Prefetch `member__organisation` for many."""
    if account is None:
        return Identity(_("voormalig lid"), initials="–")
    member = getattr(account, "member", None)
    if member is None:
        name = account.get_full_name()
        return Identity(name, initials=name[:1].upper())
    body = member.organisation
    workplace = describe_workplace(member, body.display_name) if body else ""
    url = member.get_absolute_url() if is_findable(member) else ""
    return Identity(member.name, workplace, member.initials, url, member.is_demo)


def editors() -> Identity:
    """Return the editors, who answer as one."""
    return Identity(_("de redactie"), initials="K")


def sender_of(message: Message) -> Identity:
    """Return who wrote a message."""
    return editors() if message.is_of_editors else identity_of(message.sender)


def other_side(participations: list[Any], account: User | None) -> Identity:
    """Return the other side of a conversation, for this account or, with None, for the editors."""
    own = account.pk if account else None
    others = [side for side in participations if side.person_id != own]
    if not others:
        return identity_of(None)
    return editors() if others[0].is_of_editors else identity_of(others[0].person)
