"""Tell other rooms which words are ordinary: those of the site, and those of the languages that it is in."""

from search.models import EVERYONE
from search.query.question import understand
from search.text import vocabulary


def is_ordinary(word: str) -> bool:
    """Tell whether a folded word means something here; nothing does as long as the site has no words."""
    words = vocabulary.get(EVERYONE)
    return bool(words.counts) and not understand(word, [words], is_literal=True).unknown
