"""A profile as a card for an address book: vCard 4.0, RFC 6350."""

from typing import Any

from members.models import Member

MOST_OCTETS = 75  # of a line, without its end (section 3.2)
ESCAPED = str.maketrans({"\\": r"\\", ",": r"\,", ";": r"\;", "\n": r"\n", "\r": None})


def build_vcard(member: Member, shown: dict[str, Any], url: str) -> str:
    """Return the card, with of the profile only what is in `shown`, and the address of the profile.

    A workplace that nobody confirmed is left out: in an address book it would look certain.
    """
    lines = ["BEGIN:VCARD", "VERSION:4.0", "KIND:individual", _line("FN", shown["name"])]
    if "organisation" in shown and member.workplace_proof:
        lines.append(_line("ORG", shown["organisation"].name))
    if "role" in shown:
        lines.append(_line("TITLE", shown["role"]))
    if member.shares_email:
        lines.append(_line("EMAIL", member.user.email))
    lines += [f"URL:{url}", "END:VCARD"]
    return "".join(f"{_fold(line)}\r\n" for line in lines)


def _line(name: str, text: str) -> str:
    """Return a line with a text, in which the signs that mean something have a backslash (section 3.4)."""
    return f"{name}:{text.translate(ESCAPED)}"


def _fold(line: str) -> str:
    """Return the line in parts of at most 75 octets, each next one after a space; no sign is cut in two."""
    parts = [""]
    for sign in line:
        if len((parts[-1] + sign).encode()) > MOST_OCTETS:
            parts.append(" ")
        parts[-1] += sign
    return "\r\n".join(parts)
