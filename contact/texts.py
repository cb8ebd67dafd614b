"""What people type to each other: kept as typed, shown as text, and links told by their host."""

import re
from contextlib import suppress
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.encoding import punycode
from django.utils.translation import gettext as _

from core.folding import keep_visible
from core.prose import ProseField

_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"]+", re.IGNORECASE)
_AFTER = ".,;:!?)]}’”'"  # what ends a sentence rather than an address


class MessageField(ProseField):
    """The text of a message."""

    def validate(self, value: str) -> None:
        """Refuse a text in which nothing can be seen."""
        super().validate(value)
        if value and not keep_visible(value):
            raise ValidationError(_("Schrijf hier je bericht."))


def split_links(text: str) -> list[tuple[str, str]]:
    """Return the parts of a text, each with the host that it leads to where it is an address.

    The host is in ASCII, so that letters of another alphabet show.
    """
    parts: list[tuple[str, str]] = []
    end = 0
    for match in _LINK.finditer(text):
        address = match.group().rstrip(_AFTER)
        parts += [(text[end : match.start()], ""), (address, _host_of(address))]
        end = match.start() + len(address)
    return [(part, host) for part, host in [*parts, (text[end:], "")] if part]


def name_links(text: str) -> str:
    """Return the text with the host behind each address, for a mail."""
    return "".join(f"{part} [{host}]" if host else part for part, host in split_links(text))


def _host_of(address: str) -> str:
    """Return the host of an address, or a question mark when it has none that can be read."""
    with suppress(ValueError, UnicodeError):
        host = urlsplit(address if "://" in address else f"https://{address}").hostname or ""
        return punycode(host) or "?"
    return "?"
