"""What links in mails are for: rooms register what each asks and does, so that mail need not know them."""

from collections.abc import Callable
from dataclasses import dataclass

from mail.models import SignedLink


@dataclass(frozen=True)
class Question:
    """What the page of a link asks before anything happens: a title, sentences, and the word on the button.

    With `text_label` it asks for some words too.
    """

    title: str
    texts: tuple[str, ...]
    button: str
    text_label: str = ""


@dataclass(frozen=True)
class Purpose:
    """What a link asks and does.

    `ask` returns None when there is nothing left to ask. `do` runs once, in a transaction, with the words
    that were asked for, and returns the sentence that says what happened.
    """

    ask: Callable[[SignedLink], Question | None]
    do: Callable[[SignedLink, str], str]


PURPOSES: dict[str, Purpose] = {}
