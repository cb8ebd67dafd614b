"""What reuse must know of a case, which the room of cases tells: reuse itself knows only pages."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.base_user import AbstractBaseUser
from wagtail.models import Page

from taxonomy.models import Theme


@dataclass(frozen=True)
class Facts:
    """The keys of the organisations that made a case, the account that is asked about it, and its themes."""

    makers: frozenset[int]
    contact: AbstractBaseUser | None = None
    themes: tuple[Theme, ...] = ()


_tellers: list[Callable[[Page], Facts]] = []
_text_tellers: list[Callable[[Page], str]] = []


def tells_facts(tell: Callable[[Page], Facts]) -> Callable[[Page], Facts]:
    """Register the decorated function: it tells the facts of a case."""
    _tellers[:] = [tell]
    return tell


def facts_of(page: Page) -> Facts:
    """Return the facts of a case."""
    return _tellers[0](page)


def tells_text(tell: Callable[[Page], str]) -> Callable[[Page], str]:
    """Register the decorated function: it tells the text of a case, as it is or as it was in a revision."""
    _text_tellers[:] = [tell]
    return tell


def text_of(page: Page) -> str:
    """Return the text of a case."""
    return _text_tellers[0](page)
