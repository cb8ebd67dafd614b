"""Why a case stands beside another one, and why something that is not sure may be meant."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from django.conf import settings
from django.utils.text import get_text_list
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.provinces import NATIONWIDE
from search.kinds import KINDS
from search.query.facets import ORGANISATION, PROVINCE, TECHNIQUE
from search.query.notions import Notion, describe, find_notions
from search.query.question import Question, is_foreign
from search.query.results import Found, Hit
from search.text.spelling import Speller
from search.text.stems import stem
from search.text.terms import fold, stop_words, text_words

# Facet → value → word in the active language.
Terms = dict[str, dict[str, str]]
# A theme is no reason: it is as wide as "Mobiliteit", or as "Overige onderwerpen".
SAME_TECHNIQUE = _("Zelfde techniek: %s")
ALIKE = _("Lijkt erop in woorden of betekenis")
MOST_SHARED = 2  # words that are told of what two cases share
SHORTEST_SHARED = 6  # letters of such a word, but of an abbreviation: `open` and `slim` are no subject
SHARE_OF_COMMON = 0.2  # of all texts; a word that is in more of them, such as `data`, tells nothing
MOST_TOLD = 3  # words on each side: a reason is one line
NEAR = _("Andere woorden, maar het lijkt op je vraag")
OTHER = {PROVINCE.name: _("andere provincie"), ORGANISATION.name: _("andere organisatie")}


def give_reasons_of_maybe(hits: Iterable[Hit], question: Question) -> tuple[Hit, ...]:
    """Return hits that are not sure, each with what it is about of the question, and what not."""
    notions = {kind.name: question.notions_of(kind.name) for kind in KINDS if kind.is_maybe}
    return tuple(replace(hit, reason=_tell(hit, notions[hit.type])) for hit in hits)


def _tell(hit: Hit, notions: Iterable[Notion]) -> str:
    """Return in one line what a hit has of a question, and what not; parts of a word may stand far apart.

    It is not said to lack a word of another language: it may have its own word for the same.
    """
    there, absent = describe(notions, hit.met)
    language = hit.language or settings.LANGUAGE_CODE
    lacking = [word for word in absent if not is_foreign(fold(word), language)]
    if not there:
        return str(NEAR)
    about = get_text_list(there[:MOST_TOLD], gettext("en"))
    if not absent and len(there) == 1:  # the database looks for parts of words too
        return gettext("Over %(about)s, als deel van een ander woord") % {"about": about}
    if not absent:
        return gettext("Over %(about)s, maar niet samen") % {"about": about}
    if not lacking:
        return gettext("Over %(about)s; de rest van je vraag niet met deze woorden") % {"about": about}
    lacks = get_text_list(lacking[:MOST_TOLD], gettext("of"))
    return gettext("Over %(about)s, niet over %(lacks)s") % {"about": about, "lacks": lacks}


@dataclass(frozen=True)
class Compared:
    """The case that others are compared with.

    `terms` are its terms, `text` is what it says below its title, and `counts` tells how many objects of the
    site have a word.
    """

    terms: Terms
    title: str
    text: str
    counts: Mapping[str, int]

    def find_shared(self, hit: Hit) -> list[str]:
        """Return what both are about: words in the title of one that the other has too, the rarest first."""
        there = _read_words(f"{hit.title} {hit.summary}")
        names = self._names.union(_split(" ".join([hit.place, *hit.organisations])))
        shared: dict[str, Notion] = {}  # by its stem, so that no word comes in two forms
        for title, other in ((self.title, there), (hit.title, self._words)):
            for notion in find_notions(title):
                if other.has_form(notion.word) and notion.word not in names and self._tells(notion):
                    shared.setdefault(stem(notion.word), notion)
        rarest = sorted(shared.values(), key=lambda notion: self.counts.get(notion.word, 0))
        return [_uncapitalise(notion.label) for notion in rarest[:MOST_SHARED]]

    def _tells(self, notion: Notion) -> bool:
        """Tell whether sharing a word says something: few texts of the site have it."""
        is_rare = self.counts.get(notion.word, 0) <= SHARE_OF_COMMON * self._texts
        return is_rare and (len(notion.word) >= SHORTEST_SHARED or notion.label.isupper())

    @cached_property
    def _words(self) -> Speller:
        """Return what knows the words of this case in each form."""
        return _read_words(f"{self.title} {self.text}")

    @cached_property
    def _texts(self) -> int:
        """Return about how many texts the site has: the commonest stop word of this one is in nearly all."""
        silent = stop_words().intersection(_split(self.text))
        return max((self.counts.get(word, 0) for word in silent), default=0)

    @cached_property
    def _names(self) -> frozenset[str]:
        """Return the words of the names of its bodies and of its place: these are no subject."""
        named = (label for name in OTHER for label in self.terms.get(name, {}).values())
        return frozenset(_split(" ".join(named)))


def _read_words(text: str) -> Speller:
    """Return what knows the words of a text in each form."""
    return Speller(Counter(_split(text)))


def _split(text: str) -> list[str]:
    """Return the folded words of a text."""
    return text_words(fold(text))


def _uncapitalise(word: str) -> str:
    """Return a word as it stands within a sentence; an abbreviation stays as it is."""
    return word.lower() if word.istitle() else word


def give_reasons(hits: Iterable[Hit], found: Iterable[Found], case: Compared) -> tuple[Hit, ...]:
    """Return the hits, each with what it shares with a case, and how it differs from it."""
    others = {item.pk: item.facets for item in found}
    return tuple(replace(hit, reason=_build_reason(hit, others[hit.pk], case)) for hit in hits)


def _build_reason(hit: Hit, facets: dict[str, tuple[str, ...]], case: Compared) -> str:
    """Return what two cases share, and the first thing in which they differ, in words."""
    same = _describe_shared(hit, facets, case)
    different = [name for name in OTHER if _differs(case.terms.get(name, {}), facets.get(name, ()))]
    other = str(OTHER[different[0]]) if different else ""
    return f"{same}, {other}" if other else same


def _describe_shared(hit: Hit, facets: dict[str, tuple[str, ...]], case: Compared) -> str:
    """Return what two cases share: a technique, else words that tell something, else what they mean."""
    same = set(facets.get(TECHNIQUE.name, ()))
    techniques = (label for slug, label in case.terms[TECHNIQUE.name].items() if slug in same)
    if technique := next(techniques, ""):
        return str(SAME_TECHNIQUE) % technique
    if words := case.find_shared(hit):
        return gettext("Gaat ook over %(about)s") % {"about": get_text_list(words, gettext("en"))}
    return str(ALIKE)


def _differs(values: Iterable[str], others: Iterable[str]) -> bool:
    """Tell whether both have something, and nothing of it is the same; of the whole country is no place."""
    mine, theirs = set(values) - {NATIONWIDE}, set(others) - {NATIONWIDE}
    return bool(mine and theirs) and mine.isdisjoint(theirs)
