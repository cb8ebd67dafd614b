"""Cut long texts into passages: a hit is ranked by its best passage, shows it, and links to it."""

import re
from collections.abc import Iterable
from typing import Any

from core.searchable import Passage

# Characters; a paragraph or two: what the model of meaning reads well, and what can be shown as an answer.
MOST_CHARACTERS = 700
# A sentence that says what is not known is for readers: it has no answer for who asks for that.
_UNKNOWN = re.compile(
    r"\b(?:staat|staan) niet in (?:de|het) \w+\.|\b(?:vertelt|noemt|geeft|meldt) (?:de|het) \w+ niet\."
    r"|\bis (?:nog )?niet bekend\.|\bis not (?:yet )?known\."
    r"|\bthe source does not (?:say|tell|mention|name|give)\b",
    re.IGNORECASE,
)
_END = re.compile(r"[.!?:;]\s+")  # of a sentence; looking back from every space takes three times as long


def build_passages(sections: Iterable[Passage]) -> list[Passage]:
    """Return the passages of these sections, each with the label and the anchor of its section."""
    texts = ((section, text) for section in sections for text in cut(section.text))
    return [Passage(section.label, text, section.anchor) for section, text in texts]


def cut(text: str) -> list[str]:
    """Return a text in portions of at most 700 characters; only a longer sentence is cut, between words."""
    portions: list[str] = []
    for piece in _pieces(text):
        if portions and len(portions[-1]) + len(piece) < MOST_CHARACTERS:
            portions[-1] += f" {piece}"
        else:
            portions.append(piece)
    return portions


def _pieces(text: str) -> Iterable[str]:
    """Yield the sentences of a text that tell something, the longest ones in pieces."""
    for line in map(str.strip, text.split("\n")):
        begin = 0
        for place in [*(end.start() + 1 for end in _END.finditer(line)), len(line)]:
            sentence = line[begin:place].strip()
            begin = place
            if not _UNKNOWN.search(sentence):
                yield from _cut_sentence(sentence)


def _cut_sentence(sentence: str) -> Iterable[str]:
    """Yield a sentence in pieces of at most 700 characters, between words where there are any."""
    while len(sentence) > MOST_CHARACTERS:
        place = sentence.rfind(" ", 1, MOST_CHARACTERS)
        place = place if place > 0 else MOST_CHARACTERS
        yield sentence[:place]
        sentence = sentence[place:].lstrip()
    if sentence:
        yield sentence


def text_of(part: dict[str, Any], name: str) -> str:
    """Return a text of a document or a passage, in the language in which it was written."""
    return part.get(name) or part.get(f"{name}_en") or part.get(f"{name}_name") or ""
