"""A question with all that decides its answer, but who asks."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from curation.services import Curated, curated_for, synonym_words, without_stop_phrases
from search.query.parameters import SearchParameters
from search.query.question import Question, understand
from search.text import vocabulary
from search.text.vocabulary import Words

NOTHING_CURATED = Curated()


@dataclass(frozen=True)
class Asked:
    """What somebody asks for, what is known of its words, and what editors decided about it.

    `sought` are the slugs of themes and techniques that it names, with which members may seek help.
    """

    parameters: SearchParameters
    question: Question
    curated: Curated = NOTHING_CURATED
    sought: tuple[str, ...] = ()

    @property
    def has_maybe(self) -> bool:
        """Tell whether there may be hits that are not sure."""
        return self.parameters.has_maybe and bool(self.question.notions)

    def without(self, keys: tuple[str, ...]) -> "Asked":
        """Return the same question, which does not find what has these keys."""
        hidden = (*self.curated.hidden, *keys)
        return replace(self, curated=replace(self.curated, hidden=hidden)) if keys else self


def build_asked(
    parameters: SearchParameters, vocabularies: Sequence[Words], *, has_members: bool = False
) -> Asked:
    """Return the question as it is asked of who has these words; `has_members`: members are searched too."""
    stripped = without_stop_phrases(parameters.query)
    question = understand(stripped, vocabularies, is_literal=parameters.is_literal)
    if has_members:
        question = replace(question, has_members=True)
    curated = curated_for(parameters.query) if parameters.query else NOTHING_CURATED
    return Asked(parameters, question, curated)


def vocabularies_of(audiences: Sequence[str]) -> list[Words]:
    """Return the words of what these audiences may find, and those of synonyms."""
    return [*(vocabulary.get(name) for name in audiences), vocabulary.of_words(synonym_words())]
