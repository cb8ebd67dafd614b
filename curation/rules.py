"""Synonyms as an editor writes them: `avg, gdpr`, or one way only: `wob => woo`."""

import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.folding import fold_name
from core.stop_words import dutch_stop_words

ARROW = "=>"
MOST_WORDS = 20  # of a group; bounds what one word of a question expands to

# What the engine can read as a word: letters and digits, and the punctuation that names have.
_WORD = re.compile(r"(?=.*[^\W_])(?:[^\W_]|[ .'’&/+-])+")


@dataclass(frozen=True)
class Group:
    """Words for the same thing; one of `asked` also finds those of `also`, but not the other way round."""

    asked: tuple[str, ...]
    also: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return it as an editor writes it."""
        return f" {ARROW} ".join(", ".join(part) for part in (self.asked, self.also) if part)

    @property
    def words(self) -> tuple[str, ...]:
        """Return all words of the group."""
        return (*self.asked, *self.also)

    @property
    def rules(self) -> list[str]:
        """Return the lines for the engine.

        The engine replaces the word before an arrow by those after it, so the word itself is repeated there.
        """
        if not self.also:
            return [", ".join(self.asked)]
        return [f"{word} {ARROW} {', '.join(dict.fromkeys((word, *self.also)))}" for word in self.asked]


def read_group(line: str) -> Group:
    """Return the group on a line, folded; raises ValidationError with a text for the editor."""
    if line.count(ARROW) > 1:
        raise ValidationError(_("Gebruik “=>” maar één keer."))
    group = Group(*(_read_words(side) for side in line.split(ARROW)))
    if len(group.words) > MOST_WORDS:
        problem = _("Een groep heeft hoogstens %(most)d woorden. Deze heeft er %(count)d.")
        raise ValidationError(problem % {"most": MOST_WORDS, "count": len(group.words)})
    if len(set(group.words)) < 2:
        raise ValidationError(_("Geef minstens twee woorden, met een komma ertussen."))
    return group


def _read_words(side: str) -> tuple[str, ...]:
    """Return the different words of one side, each checked."""
    words = tuple(dict.fromkeys(fold_name(part) for part in side.split(",")))
    for word in words:
        if not word:
            raise ValidationError(_("Er staat een komma of pijl zonder woord erbij."))
        if not _WORD.fullmatch(word):
            raise ValidationError(
                _("“%(word)s” kan niet. Gebruik letters, cijfers, spaties en streepjes.") % {"word": word}
            )
        if word in dutch_stop_words():
            problem = _("“%(word)s” staat in bijna elke tekst. Gebruik het alleen samen met een ander woord.")
            raise ValidationError(problem % {"word": word})
    return words
