"""What a page shows of people who are suggested, and what a member does with it."""

from typing import Any

from members.choices import Seen
from members.limits import limit_reached
from members.models import Member
from peers.models import Dismissal
from peers.suggestions import Peer
from users.models import User

MOST_DISMISSED = 20  # names, of those whom she dismissed last


def build_people(viewer: Any, peers: list[Peer], *, back: str) -> dict[str, Any]:
    """Return what the template shows, empty when that is nothing; the cards count as seen.

    `back` is the page to return to after a button was used.
    """
    cards = [peer.build_card() for peer in peers]
    until = limit_reached(viewer, Seen.CARD, [card["slug"] for card in cards])
    dismissed = dismissed_by(viewer)
    if not cards and not dismissed:
        return {}
    return {"cards": [] if until else cards, "until": until, "dismissed": dismissed, "back": back}


def dismissed_by(viewer: Any) -> list[Dismissal]:
    """Return whom she dismissed, as far as every member may find them, the last one first."""
    found = Dismissal.objects.filter(person=viewer, other__member__in=Member.objects.listed())
    return list(found.select_related("other__member")[:MOST_DISMISSED])


def peer_dismiss(*, person: User, other: User) -> None:
    """Suggest somebody no more to this person."""
    Dismissal.objects.get_or_create(person=person, other=other)


def peer_readmit(*, person: User, other: User) -> None:
    """Take that back."""
    Dismissal.objects.filter(person=person, other=other).delete()
