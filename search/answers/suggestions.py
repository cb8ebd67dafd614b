"""What somebody may go to while typing: a few names of each kind, and the themes and techniques of cases.

The engine or the database finds what has a page of its own. Terms are so few that they are looked through here, with the same
rules: a word that was typed begins a word of the name, or a part of a compound in it; a typing error is forgiven only when
nothing fits as it is.
"""

from collections.abc import Iterable
from functools import lru_cache
from itertools import zip_longest
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Value
from django.utils.translation import get_language
from rapidfuzz.distance import OSA

from core.folding import split_folded
from core.layout import home_url
from practices.models import PracticePage
from search.kinds import CASE, KINDS
from search.query import links
from search.query.facets import TECHNIQUE, THEME
from search.query.parameters import SearchParameters
from search.query.queries import MOST_OF_KIND
from search.query.question import Question
from search.query.results import Hit, Suggestion
from search.text.compounds import parts_of
from search.text.spelling import SHORTEST, most_errors

TERMS = (THEME, TECHNIQUE)
ORDER = (CASE.name, *(facet.name for facet in TERMS), *(kind.name for kind in KINDS if kind is not CASE))
MOST = 8


def of_hits(hits: Iterable[Hit]) -> list[Suggestion]:
    """Return hits as suggestions."""
    return [Suggestion(hit.type, hit.title, hit.url) for hit in hits if hit.title]


def of_terms(question: Question, *, forgiving: bool) -> list[Suggestion]:
    """Return the terms of which a name fits; `forgiving` also lets pass what is nearly so."""
    texts = {question.typed, *question.texts} if forgiving else {question.typed}
    is_english = get_language() == "en"
    found = []
    for facet, slug, dutch, english in _used_terms():
        label = english if is_english and english else dutch
        names = (
            {dutch, english} if len(question.typed) >= SHORTEST else {label}
        )  # a few letters begin too much
        if any(_fits(name, text, forgiving) for name in names for text in texts):
            found.append((facet, slug, label))
    start = question.typed.casefold()
    found.sort(key=lambda row: (not row[2].casefold().startswith(start), row[2]))
    return [Suggestion(facet, label, _address(facet, slug)) for facet, slug, label in found]


def arrange(suggestions: Iterable[Suggestion]) -> tuple[Suggestion, ...]:
    """Return a few of each kind, the kinds in a fixed order; each kind gets its first before another gets its second."""
    kinds = [[one for one in suggestions if one.type == kind][:MOST_OF_KIND] for kind in ORDER]
    fair = [one for row in zip_longest(*kinds) for one in row if one][:MOST]
    return tuple(sorted(fair, key=lambda one: ORDER.index(one.type)))


def _used_terms() -> QuerySet[Any, tuple[str, str, str, str]]:
    """Return `(facet, slug, name, English name)` of the terms that a public case has, in one query: the others lead nowhere."""
    themes, techniques = (
        facet.model.objects.filter(
            Exists(PracticePage.objects.listed().filter(**{f"{facet.name}s": OuterRef("pk")}))
        )
        .order_by()
        .values_list(Value(facet.name), "slug", "name", "name_en")
        for facet in TERMS
    )
    return themes.union(techniques, all=True)


def _address(name: str, slug: str) -> str:
    """Return the list of cases with this term."""
    return links.build_url(
        f"{home_url()}praktijkvoorbeelden/", SearchParameters(facets={name: (slug,)}, listing=CASE.name)
    )


def _fits(name: str, text: str, forgiving: bool) -> bool:
    """Tell whether every word of the text begins a word of the name."""
    words = split_folded(text)
    return bool(words) and all(any(_begins(part, word, forgiving) for part in _parts(name)) for word in words)


@lru_cache(maxsize=1000)
def _parts(name: str) -> tuple[str, ...]:
    """Return the words of a name, the parts of compounds among them, and all of it as one word (`opendata`)."""
    words = split_folded(name)
    return tuple(
        dict.fromkeys([*words, *(part for word in words for part in parts_of(word)), "".join(words)])
    )


def _begins(part: str, word: str, forgiving: bool) -> bool:
    """Tell whether a word begins like what was typed, or nearly so: its first letter is never wrong."""
    if part.startswith(word):
        return True
    if not forgiving or len(word) < SHORTEST or part[:1] != word[:1]:
        return False
    errors = most_errors(word)
    ends = range(len(word) - errors, len(word) + errors + 1)  # letters that may be missing, or too many
    return any(OSA.distance(part[:end], word) <= errors for end in ends)
