"""Why a case stands beside another one."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from core.provinces import NATIONWIDE
from search.query.facets import ORGANISATION, PROVINCE, TECHNIQUE, THEME
from search.query.results import Found, Hit

# Facet → value → word in the active language; the most telling facet first.
Terms = dict[str, dict[str, str]]
SAME = {TECHNIQUE.name: _("Zelfde techniek: %s"), THEME.name: _("Zelfde thema: %s")}
SAME_WORDS = _("Gaat over hetzelfde onderwerp")
SEMANTIC_REASON = _("Andere woorden, zelfde onderwerp")  # a hit that has none of the words of the question
OTHER = {PROVINCE.name: _("andere provincie"), ORGANISATION.name: _("andere organisatie")}


def give_reasons(hits: Iterable[Hit], found: Iterable[Found], terms: Terms) -> tuple[Hit, ...]:
    """Return the hits, each with what it shares with the case of these terms, and how it differs from it."""
    others = {item.pk: item.facets for item in found}
    return tuple(replace(hit, reason=_build_reason(terms, others[hit.pk])) for hit in hits)


def _build_reason(terms: Terms, others: dict[str, tuple[str, ...]]) -> str:
    """Return the first term that two cases share, and the first in which they differ, in words."""
    shared = (str(SAME[name]) % label for name, label in _shared(terms, others))
    same = next(shared, str(SAME_WORDS))
    different = [name for name in OTHER if _differs(terms.get(name, {}), others.get(name, ()))]
    other = str(OTHER[different[0]]) if different else ""
    return f"{same}, {other}" if other else same


def _shared(terms: Terms, others: dict[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    """Yield the facet and the word of each term that two cases share."""
    for name in SAME:
        for slug, label in terms.get(name, {}).items():
            if slug in others.get(name, ()):
                yield name, label


def _differs(values: Iterable[str], others: Iterable[str]) -> bool:
    """Tell whether both have something, and nothing of it is the same; of the whole country is no place."""
    mine, theirs = set(values) - {NATIONWIDE}, set(others) - {NATIONWIDE}
    return bool(mine and theirs) and mine.isdisjoint(theirs)
