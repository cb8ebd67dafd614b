"""Where a long Dutch word may break at the end of a line: between the parts of a compound."""

import re
from functools import lru_cache
from itertools import chain

from search.text.compounds import SHORTEST_TO_SPLIT_AGAIN, get_splitter
from search.text.terms import fold

SOFT_HYPHEN = "\u00ad"
LONGEST_WHOLE = 15  # letters that fit beside each other in the largest heading on a screen of 320 pixels
REMEMBERED = 5000  # long words of which a process remembers the parts
_WORD = re.compile(rf"<[^>]*>|&\w+;|[^\W\d_]{{{LONGEST_WHOLE + 1},}}")


def hyphenate(text: str) -> str:
    """Return a text or HTML with soft hyphens in its long compounds; tags and entities stay as they are."""
    return _WORD.sub(_replace, text)


def _replace(found: re.Match[str]) -> str:
    """Return what comes in the place of a tag, an entity or a long word."""
    return found[0] if found[0][0] in "<&" else _break(found[0])


@lru_cache(maxsize=REMEMBERED)
def _break(word: str) -> str:
    """Return a word with soft hyphens between its parts; unchanged when it is no compound."""
    folded, start, parts = fold(word), 0, []
    if len(folded) != len(word):  # a letter such as `ß` became two, so places in the two differ
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
    smaller = (_parts(part) if len(part) > SHORTEST_TO_SPLIT_AGAIN else [part] for part in parts)
    return list(chain.from_iterable(smaller))
