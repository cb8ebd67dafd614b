"""Why a case stands beside another one, and why something that is not sure may be meant."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from django.utils.text import get_text_list
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.provinces import NATIONWIDE
from search.query.facets import ORGANISATION, PROVINCE, TECHNIQUE, THEME
from search.query.notions import Notion, describe
from search.query.results import Found, Hit

# Facet → value → word in the active language; the most telling facet first.
Terms = dict[str, dict[str, str]]
SAME = {TECHNIQUE.name: _("Zelfde techniek: %s"), THEME.name: _("Zelfde thema: %s")}
SAME_WORDS = _("Gaat over hetzelfde onderwerp")
MOST_TOLD = 3  # words on each side: a reason is one line
NEAR = _("Andere woorden, maar het lijkt op je vraag")
OTHER = {PROVINCE.name: _("andere provincie"), ORGANISATION.name: _("andere organisatie")}


def give_reasons_of_maybe(hits: Iterable[Hit], notions: Sequence[Notion]) -> tuple[Hit, ...]:
    """Return hits that are not sure, each with what it is about of the question, and what not."""
    return tuple(replace(hit, reason=_tell(*describe(notions, hit.met))) for hit in hits)


def _tell(there: list[str], absent: list[str]) -> str:
    """Return in one line what a hit has of a question, and what not; parts of a word may stand far apart."""
    if not there:
        return str(NEAR)
    about = get_text_list(there[:MOST_TOLD], gettext("en"))
    if not absent and len(there) == 1:  # the database looks for parts of words too
        return gettext("Over %(about)s, als deel van een ander woord") % {"about": about}
    if not absent:
        return gettext("Over %(about)s, maar niet samen") % {"about": about}
    lacks = get_text_list(absent[:MOST_TOLD], gettext("of"))
    return gettext("Over %(about)s, niet over %(lacks)s") % {"about": about, "lacks": lacks}


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
