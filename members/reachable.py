"""What in a text tells how to reach somebody outside the site."""

import re

EMAIL = re.compile(r"[^\s@<>]+@[\w-]+(?:\.[\w-]+)+")
# From a nought or a plus on: a row of years is no telephone number.
PHONE = re.compile(r"(?<![\w/.,-])(?:\+|\(?0)\d(?:[\s().-]{0,3}\d){7,13}(?!\w)")


def tells_how_to_reach(text: str) -> bool:
    """Tell whether an e-mail address or a telephone number is in the text."""
    return bool(EMAIL.search(text) or PHONE.search(text))
