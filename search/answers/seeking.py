"""What a question names that members may seek help with: a theme or a technique."""

from django.db.models import QuerySet

from core.folding import split_folded
from search.query.facets import SEEKS
from search.query.notions import find_notions
from search.query.question import Question
from search.text.stems import stem
from search.text.terms import stop_words


def find_sought(question: Question) -> tuple[str, ...]:
    """Return the slugs of the themes and techniques that a question names, in one query."""
    texts = dict.fromkeys((question.corrected, question.respelled))
    asked = [{stem(notion.word) for notion in find_notions(text, of_members=True)} for text in texts if text]
    if not any(asked):
        return ()
    named = (
        slug for slug, *names in _terms() if any(_is_named(name, words) for name in names for words in asked)
    )
    return tuple(dict.fromkeys(named))


def _terms() -> QuerySet:
    """Return the themes and techniques as rows `(slug, name, English name)`."""
    first, *others = [
        model._default_manager.order_by().values_list("slug", "name", "name_en") for model in SEEKS.models
    ]
    return first.union(*others, all=True)


def _is_named(name: str, asked: set[str]) -> bool:
    """Tell whether all that a name says is asked, or all that is asked is in the name."""
    words = {stem(word) for word in split_folded(name) if word not in stop_words()}
    return bool(words) and (words <= asked or asked <= words)
