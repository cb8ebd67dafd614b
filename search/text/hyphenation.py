"""Where a long Dutch word may break at the end of a line: between the parts of a compound."""

import re
from functools import lru_cache

from search.text.compounds import SHORTEST_TO_SPLIT_AGAIN, get_splitter
from search.text.terms import fold

SOFT_HYPHEN = "\u00ad"
LONGEST_WHOLE = 15  # letters that fit beside each other in the largest heading on a screen of 320 pixels
REMEMBERED = 5000
_WORD = re.compile(rf"<[^>]*>|&\w+;|[^\W\d_]{{{LONGEST_WHOLE + 1},}}")


def hyphenate(text: str) -> str:
    """Return a text or HTML with soft hyphens in its long compounds; tags and entities stay as they are."""
    return _WORD.sub(lambda found: found[0] if found[0][0] in "<&" else _break(found[0]), text)


@lru_cache(maxsize=REMEMBERED)
def _break(word: str) -> str:
    """Return a word with soft hyphens between its parts; one that is no compound as it is."""
    folded, start, parts = fold(word), 0, []
    if len(folded) != len(word):  # a letter that stands for two
        return word
    for part in _parts(folded):
        parts.append(word[start : start + len(part)])
        start += len(part)
    return SOFT_HYPHEN.join(parts)


def _parts(word: str) -> list[str]:
    """Return the parts of a word as they stand in it, down to those that are no compounds themselves."""
    parts = get_splitter().cheapest(word)
    if not parts:
        return [word]
    return [
        smaller
        for part in parts
        for smaller in (_parts(part) if len(part) > SHORTEST_TO_SPLIT_AGAIN else [part])
    ]
