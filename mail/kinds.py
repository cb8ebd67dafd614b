"""The kinds of letters: rooms register who writes each, so that mail need not know them."""

from collections.abc import Callable
from dataclasses import dataclass

from mail.letters import Letter
from mail.models import Delivery

Writer = Callable[[Delivery], Letter | None]


@dataclass(frozen=True)
class Kind:
    """How to write a letter of a kind, and whether people whose account is closed get it too.

    The writer asks the database anew what the person may know and wants. It returns None when the letter
    should not go out any more.
    """

    write: Writer
    is_for_closed: bool = False


KINDS: dict[str, Kind] = {}


def writes(name: str, *, is_for_closed: bool = False) -> Callable[[Writer], Writer]:
    """Register the decorated function as the writer of letters of this kind."""

    def register(write: Writer) -> Writer:
        KINDS[name] = Kind(write, is_for_closed)
        return write

    return register
