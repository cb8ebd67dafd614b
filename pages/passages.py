"""Cut rich text into passages, one per heading of the second level."""

import re

from django.utils.html import strip_tags
from wagtail.rich_text import get_text_for_indexing

from core.searchable import Passage

_HEADING = re.compile(r"<h2[^>]*>(.*?)</h2>", re.DOTALL)


def build_passages(html: str) -> tuple[Passage, ...]:
    """Return the text under each `<h2>`; what stands before the first one has no label."""
    first, *rest = _HEADING.split(html)
    labelled = zip(["", *rest[::2]], [first, *rest[1::2]], strict=True)
    passages = (Passage(label=strip_tags(label).strip(), text=get_text_for_indexing(text).strip()) for label, text in labelled)
    return tuple(passage for passage in passages if passage.text)
