"""Why a case stands beside another one."""

from collections.abc import Iterable
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from search.results import Found, Hit

# Facet → value → word in the active language; the most telling facet first.
Terms = dict[str, dict[str, str]]
SAME = {"technique": _("Zelfde techniek: %s"), "theme": _("Zelfde thema: %s"), "organisation": _("Zelfde organisatie: %s")}
SAME_WORDS = _("Gaat over hetzelfde onderwerp")


def give_reasons(hits: Iterable[Hit], found: Iterable[Found], terms: Terms) -> tuple[Hit, ...]:
    """Return the hits, each with what it shares with the case that has these terms."""
    others = {item.pk: item.facets for item in found}
    return tuple(replace(hit, reason=_build_reason(terms, others[hit.pk])) for hit in hits)


def _build_reason(terms: Terms, others: dict[str, tuple[str, ...]]) -> str:
    """Return the first term that two cases share, in words."""
    for name, labels in terms.items():
        for slug, label in labels.items():
            if slug in others.get(name, ()):
                return str(SAME[name]) % label
    return str(SAME_WORDS)
