"""Lines of the log without the keys that let somebody in. gunicorn reads this before Django is there."""

import logging
import re
from copy import copy

# What follows these in an address lets its reader choose a password or confirm an address.
KEYS = re.compile(r"""((?:/password/reset/key|/confirm-email|/password_reset/confirm)/)[^\s"'?#<>]+""")
SERVER_ERROR = 500
LINE_ENDS = str.maketrans({"\n": "\\n", "\r": "\\r"})


def mask(text: str) -> str:
    """Return the text with three stars for each key."""
    return KEYS.sub(r"\1***", text)


class LineFormatter(logging.Formatter):
    """Writes a message as one line, with its traceback below it, and no key in either."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  the name is Python's
        """Return the line: an address may hold the end of one, and then write a second line that nobody logged."""
        return super().formatMessage(record).translate(LINE_ENDS)

    def format(self, record: logging.LogRecord) -> str:
        """Return the line and its traceback; what was refused on purpose needs none, though Django gives it one."""
        if getattr(record, "status_code", SERVER_ERROR) < SERVER_ERROR:
            record = copy(record)
            record.exc_info = record.exc_text = None
        return mask(super().format(record))
