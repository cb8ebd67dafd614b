"""Which words an editor reads before others do."""

import re
from collections.abc import Iterable
from typing import Any

from members.reachable import tells_how_to_reach

LINK = re.compile(r"(?:https?://|www\.)\S", re.IGNORECASE)


def needs_a_look(words: Iterable[Any]) -> bool:
    """Tell whether there is a link, an e-mail address or a telephone number in these words."""
    text = "\n".join(str(part) for part in words)
    return bool(LINK.search(text)) or tells_how_to_reach(text)
