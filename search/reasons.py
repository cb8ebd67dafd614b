"""Why a case stands beside another one."""

from collections.abc import Iterable
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from search.facets import FACETS, words_in_database
from search.results import Found, Hit

# What two cases can share, the most telling first.
SHARED = ("technique", "theme", "organisation")
SAME = {"technique": _("Zelfde techniek: %s"), "theme": _("Zelfde thema: %s"), "organisation": _("Zelfde organisatie: %s")}
SAME_WORDS = _("Gaat over hetzelfde onderwerp")


def give_reasons(hits: Iterable[Hit], found: Iterable[Found], facets: dict[str, list[str]]) -> tuple[Hit, ...]:
    """Return the hits, each with what it shares with the case of which these are the facets; one query for all words."""
    others = {item.pk: item.facets for item in found}
    shared = {hit.pk: _first_shared(facets, others[hit.pk]) for hit in hits}
    shown = [facet for facet in FACETS if facet.name in SHARED]
    words = words_in_database(shown, {name: {value: 0 for kind, value in shared.values() if kind == name} for name in SHARED})
    return tuple(replace(hit, reason=_reason(*shared[hit.pk], words)) for hit in hits)


def _first_shared(facets: dict[str, list[str]], others: dict[str, tuple[str, ...]]) -> tuple[str, str]:
    """Return the first facet and value that two cases share; empty texts when they share none."""
    pairs = ((name, value) for name in SHARED for value in facets.get(name, ()) if value in others.get(name, ()))
    return next(pairs, ("", ""))


def _reason(name: str, value: str, words: dict[str, dict[str, str]]) -> str:
    """Return the reason in words."""
    return str(SAME[name]) % words[name].get(value, value) if name else str(SAME_WORDS)
