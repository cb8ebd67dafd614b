"""From the words of a row to terms, organisations and people."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from taggit.models import Tag

from core.folding import fold_name
from members.models import Member
from organisations.models import Organisation
from practices.exchange.fields import Problem, Unexpected, Values
from taxonomy.models import Technique, Theme


class Lookups:
    """Finds terms, organisations and members by the names that a file uses for them.

    With `create_terms` it makes up terms and organisations for unknown names.
    """

    def __init__(self, *, create_terms: bool) -> None:
        """Keep whether unknown words become new terms."""
        self.create_terms = create_terms
        self.told: set[int] = set()

    @cached_property
    def known(self) -> dict[str, dict[str, Any]]:
        """Return what exists, by field and folded name; None where several have that name."""
        organisations = Organisation.objects.names()
        return {
            "themes": Theme.objects.by_words(),
            "techniques": Technique.objects.by_words(),
            "organisations": organisations,
            "reused_by": organisations,
        }

    @cached_property
    def tags(self) -> dict[str, Tag]:
        """Return the tags by their names."""
        return {tag.name: tag for tag in Tag.objects.all()}

    @cached_property
    def contacts(self) -> dict[str, Member]:
        """Return the members by their e-mail addresses."""
        return {member.user.email: member for member in Member.objects.select_related("user")}

    def resolve(self, line: int, values: Values) -> tuple[dict[str, Any], list[Problem]]:
        """Return what the words of a row stand for, by field, and a problem for each unknown word.

        New terms and organisations are not saved yet, see `save_new`.
        """
        ways: dict[str, Callable[[str, Any], Any]] = dict.fromkeys(_MAKERS, self._terms) | {
            "tags": self._tags,
            "contact": self._contact,
            "adoptions": self._adoptions,
        }
        found: dict[str, Any] = {}
        problems = []
        for name, look_up in ways.items():
            if name in values:
                try:
                    found[name] = look_up(name, values[name])
                except Unexpected as error:
                    problems.append(Problem(line, name, str(error)))
        return found, problems

    def tell_new(self, line: int, found: dict[str, Any]) -> list[Problem]:
        """Return the terms and organisations that are new in this row, each reported once."""
        new = []
        for name in _MAKERS:
            for term in found.get(name, []):
                if term.pk is None and id(term) not in self.told:
                    self.told.add(id(term))
                    new.append(Problem(line, name, _("nieuw: “%(name)s”") % {"name": term.name}))
        return new

    def save_new(self, found: dict[str, Any]) -> None:
        """Save the new terms, organisations and tags of a row."""
        for name in [*_MAKERS, "tags", "adoptions"]:
            for row in found.get(name, []):
                if row.pk is None:
                    row.save()

    def _terms(self, name: str, words: list[str]) -> list[Any]:
        """Return the terms or organisations that the words stand for, each once."""
        known = self.known[name]
        folded = {fold_name(word): word for word in words}
        if unclear := [word for key, word in folded.items() if key in known and known[key] is None]:
            said = _("“%(words)s” kan meer dan één organisatie zijn, verwacht de hele naam")
            raise Unexpected(said % {"words": "”, “".join(unclear)})
        unknown = [word for key, word in folded.items() if key not in known]
        if unknown and not self.create_terms:
            raise Unexpected(
                _("“%(words)s” is onbekend, verwacht wat er al is (of --create-terms)")
                % {"words": "”, “".join(unknown)}
            )
        for word in unknown:
            self._make(name, word)
        return list({id(known[key]): known[key] for key in folded}.values())

    def _make(self, name: str, word: str) -> None:
        """Make a term or an organisation for a word, without saving it."""
        made = _MAKERS[name](word)
        try:
            made.full_clean()
        except ValidationError as error:
            raise Unexpected(f"“{word}”: {' '.join(error.messages)}") from None
        for each in (made.name, word):
            self.known[name][fold_name(each)] = made

    def _tags(self, name: str, words: list[str]) -> list[Tag]:
        """Return the tags with these names; new ones are allowed."""
        return [self.tags.setdefault(word, Tag(name=word)) for word in words]

    def _adoptions(self, name: str, rows: list[Values]) -> list[Any]:
        """Return the organisation of each adoption; several names of one count once."""
        return self._terms("organisations", [row["organisation"] for row in rows])

    def _contact(self, name: str, address: str) -> Member | None:
        """Return the member with this e-mail address."""
        if address and address.lower() not in self.contacts:
            raise Unexpected(_("verwacht het e-mailadres van een lid"))
        return self.contacts[address.lower()] if address else None


_MAKERS: dict[str, Callable[[str], Any]] = {
    # A file names a theme by its slug.
    "themes": lambda word: Theme(name=word.replace("-", " ").capitalize(), slug=word),
    "techniques": lambda word: Technique(name=word),
    "organisations": lambda word: Organisation(name=word),
    "reused_by": lambda word: Organisation(name=word),
}
