"""Cut rich text into passages, one per second-level heading, and give these headings an anchor to link to."""

import re
from collections import Counter

from django.utils.html import strip_tags
from django.utils.text import slugify
from wagtail.rich_text import get_text_for_indexing

from core.searchable import Passage

_HEADING = re.compile(r"<h2[^>]*>(.*?)</h2>", re.DOTALL)


def build_passages(html: str) -> tuple[Passage, ...]:
    """Return the text under each `<h2>`; what stands before the first one has no label."""
    first, *rest = _HEADING.split(html)
    labels = ["", *(strip_tags(label).strip() for label in rest[::2])]
    parts = zip(labels, [first, *rest[1::2]], ["", *_names(labels[1:])], strict=True)
    passages = (Passage(label, get_text_for_indexing(text).strip(), name) for label, text, name in parts)
    return tuple(passage for passage in passages if passage.text)


def name_headings(html: str) -> tuple[str, list[dict[str, str]]]:
    """Return the text with an `id` on each `<h2>`, and these headings as `{anchor, title}`."""
    titles = [strip_tags(label).strip() for label in _HEADING.findall(html)]
    headings = [{"anchor": name, "title": title} for name, title in zip(_names(titles), titles, strict=True)]
    named = iter(headings)
    return _HEADING.sub(lambda found: f'<h2 id="{next(named)["anchor"]}">{found[1]}</h2>', html), headings


def _names(titles: list[str]) -> list[str]:
    """Return a unique anchor for each heading."""
    seen: Counter[str] = Counter()
    names = []
    for title in titles:
        stem = f"tekst-{slugify(title)}"
        seen[stem] += 1
        names.append(stem if seen[stem] == 1 else f"{stem}-{seen[stem]}")
    return names
