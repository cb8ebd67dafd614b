"""A letter: what a mail says, from which its text and its HTML are made, so that both say the same."""

import re
from dataclasses import dataclass
from email.headerregistry import Address
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

_ADDRESS = re.compile(r"https?://\S+\Z")


@dataclass(frozen=True)
class Button:
    """The one thing that a letter asks to do; `path` is an address on the site."""

    label: str
    path: str

    @property
    def url(self) -> str:
        """Return the whole address."""
        return build_url(self.path)


@dataclass(frozen=True)
class Letter:
    """What a mail says.

    `why` is the reason that it comes, and `stop` how it stops. `quote` are words of somebody else, which are
    shown as they were typed; `after` is what comes below them and the button. A paragraph that is an address
    becomes a link.
    """

    subject: str
    paragraphs: tuple[str, ...]
    why: str
    stop: str = ""
    button: Button | None = None
    quote: str = ""
    after: tuple[str, ...] = ()


def build_url(path: str) -> str:
    """Return an address on the site, whatever host name a request gave."""
    return urljoin(settings.WAGTAILADMIN_BASE_URL, path)


def build_message(letter: Letter, *, to: str, name: str = "", first_name: str = "") -> EmailMultiAlternatives:
    """Return the mail in the active language; `name` says for whom it is."""
    context = {
        "letter": letter,
        "name": name,
        "first_name": first_name or name,
        "paragraphs": [_describe(text) for text in letter.paragraphs],
        "after": [_describe(text) for text in letter.after],
        "quoted": letter.quote.splitlines(),
    }
    subject = " ".join(letter.subject.split())  # a line break would begin another header
    message = EmailMultiAlternatives(subject, _render("mail/letter.txt", context), to=[to])
    message.attach_alternative(_render("mail/letter.html", context), "text/html")
    # No machine may answer: answers of people come on the site.
    message.extra_headers = {"Auto-Submitted": "auto-generated"}
    return message


def sender_domain() -> str:
    """Return the domain that mail comes from."""
    return Address(addr_spec=settings.DEFAULT_FROM_EMAIL.rpartition("<")[2].rstrip(">")).domain


def _describe(text: str) -> dict[str, Any]:
    """Return a paragraph, and whether it is an address."""
    return {"text": text, "is_address": bool(_ADDRESS.match(text))}


def _render(template: str, context: dict[str, Any]) -> str:
    """Return a text without the empty lines around it."""
    return render_to_string(template, context).strip()
