"""What made-up specialists write: sentences with choices in them, each said by one of them at most."""

import json
import random
import re
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

TOPICS = Path(__file__).parent / "data" / "topics.json"
CHOICE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Topic:
    """What some specialists work on, and what they say about it.

    `can_help` and `seeks` have sentences by subject: the name of a technique, or the slug of a theme.
    """

    topic: str
    kinds: list[str]
    jobs: list[str]
    also: list[str]
    about: list[str]
    can_help: dict[str, list[str]]
    seeks: dict[str, list[str]]
    at: list[str] = field(default_factory=list)  # the only bodies of their kind that do this work


def load_topics() -> list[Topic]:
    """Return all topics, in the order of the file."""
    rows: list[dict[str, Any]] = json.loads(TOPICS.read_text(encoding="utf-8"))
    return [Topic(**row) for row in rows]


@cache  # asked for again for each person
def variants(sentence: str) -> tuple[str, ...]:
    """Return what `sentence` can become: `{a|b}` is either a or b."""
    fixed, *rest = CHOICE.split(sentence)
    choices = product(*(choice.split("|") for choice in rest[::2]))
    return tuple(fixed + "".join(map("".join, zip(choice, rest[1::2], strict=True))) for choice in choices)


class Sentences:
    """Hands out every variant of a sentence once."""

    def __init__(self, draw: random.Random) -> None:
        """Draw the order of variants with `draw`."""
        self._draw = draw
        self._left: dict[str, list[str]] = {}

    def take(self, sentences: list[str], number: int = 1) -> list[tuple[str, str]]:
        """Return at most `number` of the sentences, those said least first, each as (sentence, variant)."""
        for sentence in sentences:
            if sentence not in self._left:
                self._left[sentence] = self._draw.sample(all_of := variants(sentence), len(all_of))
        fresh = [sentence for sentence in sentences if self._left[sentence]]
        fresh.sort(key=self._share_left, reverse=True)
        return [(sentence, self._left[sentence].pop()) for sentence in fresh[:number]]

    def _share_left(self, sentence: str) -> float:
        """Return which part of the variants nobody said yet."""
        return len(self._left[sentence]) / len(variants(sentence))
