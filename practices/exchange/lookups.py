"""From the words of a row to terms, organisations and people."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from members.models import Member
from organisations.models import Organisation
from practices.exchange.fields import Problem, Unexpected, Values
from taxonomy.models import Technique, Theme


class Lookups:
    """Knows every term, organisation and member by what a file may call them, and makes terms where it may."""

    def __init__(self, *, create_terms: bool) -> None:
        """Keep whether unknown words become terms."""
        self.create_terms = create_terms

    @cached_property
    def known(self) -> dict[str, dict[str, Any]]:
        """Return what there is, by field and by name in lower case."""
        organisations = Organisation.objects.names()
        return {
            "themes": Theme.objects.by_words(),
            "techniques": Technique.objects.by_words(),
            "organisations": organisations,
            "reused_by": organisations,
        }

    def forget(self) -> None:
        """Read the names again: what was made in the meantime may be undone."""
        vars(self).pop("known", None)

    def resolve(self, line: int, values: Values) -> tuple[dict[str, Any], list[Problem]]:
        """Return what the words of a row stand for, by field, and the words that stand for nothing."""
        found: dict[str, Any] = {}
        problems = []
        for name in [*_MAKERS, "contact"]:
            if name in values:
                try:
                    found[name] = self._contact(values[name]) if name == "contact" else self._all(name, values[name])
                except Unexpected as error:
                    problems.append(Problem(line, name, str(error)))
        return found, problems

    def _all(self, name: str, words: list[str]) -> list[Any]:
        """Return what the words stand for, each once."""
        unknown = [word for word in words if word.casefold() not in self.known[name]]
        if unknown and not self.create_terms:
            raise Unexpected(
                _("“%(words)s” is onbekend, verwacht wat er al is (of --create-terms)") % {"words": "”, “".join(unknown)}
            )
        for word in unknown:
            self._make(name, word)
        return list({self.known[name][word.casefold()].pk: self.known[name][word.casefold()] for word in words}.values())

    def _make(self, name: str, word: str) -> None:
        """Make a term or an organisation of a word."""
        made = _MAKERS[name](word)
        try:
            made.full_clean()
        except ValidationError as error:
            raise Unexpected(f"“{word}”: {' '.join(error.messages)}") from None
        made.save()
        self.known[name][word.casefold()] = made

    def _contact(self, address: str) -> Member | None:
        """Return the member with this e-mail address."""
        if not address:
            return None
        member = Member.objects.filter(user__email__iexact=address).first()
        if member is None:
            raise Unexpected(_("verwacht het e-mailadres van een lid"))
        return member


_MAKERS: dict[str, Callable[[str], Any]] = {
    # A file names a theme by its slug.
    "themes": lambda word: Theme(name=word.replace("-", " ").capitalize(), slug=word),
    "techniques": lambda word: Technique(name=word),
    "organisations": lambda word: Organisation(name=word),
    "reused_by": lambda word: Organisation(name=word),
}
