"""What somebody may go to while typing: a few names of each kind, and the themes and techniques of cases.

The engine or the database finds what has a page of its own. Terms are so few that they are looked through
here, with the same rules: a word of the question begins a word of the name, or a part of a compound in it; a
typing error is forgiven only when nothing fits as it is.
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
from search.query.facet import Facet
from search.query.facets import TECHNIQUE, THEME
from search.query.parameters import SearchParameters
from search.query.queries import MOST_OF_KIND
from search.query.question import Question
from search.query.results import Hit, Suggestion
from search.text.compounds import parts_of
from search.text.spelling import SHORTEST, most_errors

TERMS = (THEME, TECHNIQUE)
ORDER = (CASE.name, *(facet.name for facet in TERMS), *(kind.name for kind in KINDS if kind is not CASE))
MOST = 8  # lines below the field


def of_hits(hits: Iterable[Hit]) -> list[Suggestion]:
    """Return hits as suggestions."""
    return [Suggestion(hit.type, hit.title, hit.url, hit.slug) for hit in hits if hit.title]


def of_terms(question: Question, *, forgiving: bool) -> list[Suggestion]:
    """Return the terms with a name that fits; `forgiving` also lets pass what is nearly so."""
    stripped = question.stripped
    texts = {stripped, *question.spellings} if forgiving else {stripped}
    is_english = get_language() == "en"
    found = []
    for facet, slug, dutch, english in _used_terms():
        label = english if is_english and english else dutch
        # A few letters begin too much in two languages.
        names = {dutch, english} if len(stripped) >= SHORTEST else {label}
        if any(_fits(name, text, forgiving) for name in names for text in texts):
            found.append((facet, slug, label))
    start = stripped.casefold()
    found.sort(key=lambda row: (not row[2].casefold().startswith(start), row[2]))
    return [Suggestion(facet, label, _address(facet, slug)) for facet, slug, label in found]


def arrange(suggestions: list[Suggestion]) -> tuple[Suggestion, ...]:
    """Return a few of each kind, the kinds in a fixed order.

    Each kind gets its first before another gets its second.
    """
    kinds = [[one for one in suggestions if one.type == kind] for kind in ORDER]
    in_turn = zip_longest(*(of_kind[:MOST_OF_KIND] for of_kind in kinds))
    fair = [one for turn in in_turn for one in turn if one]
    return tuple(sorted(fair[:MOST], key=lambda one: ORDER.index(one.type)))


def _used_terms() -> QuerySet[Any, tuple[str, str, str, str]]:
    """Return the terms that a public case has, in one query: the others lead nowhere.

    A row is `(facet, slug, name, English name)`.
    """
    themes, techniques = (_used_terms_of(facet) for facet in TERMS)
    return themes.union(techniques, all=True)


def _used_terms_of(facet: Facet) -> QuerySet[Any, tuple[str, str, str, str]]:
    """Return the terms of one facet that a public case has."""
    cases = PracticePage.objects.listed().filter(**{f"{facet.name}s": OuterRef("pk")})
    (model,) = facet.models
    terms = model.objects.filter(Exists(cases)).order_by()
    return terms.values_list(Value(facet.name), "slug", "name", "name_en")


def _address(name: str, slug: str) -> str:
    """Return the list of cases with this term."""
    path = f"{home_url()}praktijkvoorbeelden/"
    return links.build_url(path, SearchParameters(facets={name: (slug,)}, listing=CASE.name))


def _fits(name: str, text: str, forgiving: bool) -> bool:
    """Tell whether every word of the text begins a word of the name."""
    words = split_folded(text)
    return bool(words) and all(any(_begins(part, word, forgiving) for part in _parts(name)) for word in words)


@lru_cache(maxsize=1000)  # names of terms
def _parts(name: str) -> tuple[str, ...]:
    """Return the words of a name, the parts of compounds in it, and all of it as one word (`opendata`)."""
    words = split_folded(name)
    parts = [part for word in words for part in parts_of(word)]
    return tuple(dict.fromkeys([*words, *parts, "".join(words)]))


def _begins(part: str, word: str, forgiving: bool) -> bool:
    """Tell whether a part of a name begins with a word, or nearly so: the first letter is never wrong."""
    if part.startswith(word):
        return True
    if not forgiving or len(word) < SHORTEST or part[:1] != word[:1]:
        return False
    errors = most_errors(word)
    # Letters may be missing, or too many.
    ends = range(len(word) - errors, len(word) + errors + 1)
    return any(OSA.distance(part[:end], word) <= errors for end in ends)
