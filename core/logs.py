"""Log lines without the keys that give access. gunicorn imports this before Django is set up."""

import logging
import re
from copy import copy

# The key after these parts of an address lets its reader choose a password, confirm an e-mail address, or do
# what a mail asks.
KEYS = re.compile(r"""((?:/password/reset/key|/confirm-email|/password_reset/confirm|/link)/)[^\s"'?#<>]+""")
SERVER_ERROR = 500
LINE_ENDS = str.maketrans({"\n": "\\n", "\r": "\\r"})


def mask(text: str) -> str:
    """Return the text with three stars for each key."""
    return KEYS.sub(r"\1***", text)


class LineFormatter(logging.Formatter):
    """Writes a message as one line, with its traceback below it, and no key in either."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  the name is Python's
        """Return the message with line ends escaped: one in an address could forge a second line."""
        return super().formatMessage(record).translate(LINE_ENDS)

    def format(self, record: logging.LogRecord) -> str:
        """Return the line and its traceback; a refused request (4xx) needs none, though Django adds one."""
        if getattr(record, "status_code", SERVER_ERROR) < SERVER_ERROR:
            record = copy(record)
            record.exc_info = record.exc_text = None
        return mask(super().format(record))
