"""Jinja2 for what a page has many of: the choices of facets, and the rows of hits.

As Django's own templates they took most of the processor time of a page with ten facets, fifty choices and
twenty rows.
"""

from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.text import Truncator, slugify
from django.utils.translation import get_language, gettext, ngettext
from jinja2 import Environment

from contact.templatetags.contact_tags import ask_url, say_away
from core.templatetags.theme import icon
from search.text.hyphenation import hyphenate

REMEMBERED = 2000  # choices


def environment(**options: Any) -> Environment:
    """Return the environment of the templates below `templates/jinja2/`, as the settings ask for it."""
    # Django's options turn autoescape on.
    made = Environment(**options, trim_blocks=True, lstrip_blocks=True)  # noqa: S701
    made.globals |= {"_": gettext, "icon": icon, "component": component}
    made.globals |= {"ask_url": ask_url, "say_away": say_away}
    filters = (choice_id, count_cases, count_choices, count_reuse, count_taken_over, first_words, soft)
    made.filters |= {each.__name__: each for each in filters}
    return made


def render(template: str, **context: Any) -> SafeString:
    """Return a template below `templates/jinja2/` as HTML; it knows the `language` of the page."""
    context["language"] = get_language()
    return SafeString(render_to_string(template, context, using="jinja2"))


def component(template: str, **context: Any) -> SafeString:
    """Return one of Django's own templates as HTML."""
    return render_to_string(template, context)


def soft(text: str, language: str = "") -> str:
    """Return a heading in which long Dutch words may break where Dutch breaks them.

    One in another language stays as it is. Without a language it is that of the page.
    """
    if (language or get_language()) != "nl":
        return text
    return type(text)(hyphenate(text)) if isinstance(text, SafeString) else hyphenate(str(text))


def first_words(text: str, most: int) -> str:
    """Return the beginning of a text, of at most so many words."""
    return Truncator(text).words(most, truncate=" …")


@lru_cache(maxsize=REMEMBERED)
def choice_id(value: str, parameter: str) -> str:
    """Return the id of the field of a choice."""
    return f"{parameter}-{slugify(value)}"


def count_cases(count: int) -> str:
    """Return a number of cases in words."""
    return ngettext("%(n)s praktijkvoorbeeld", "%(n)s praktijkvoorbeelden", count) % {"n": count}


def count_reuse(count: int) -> str:
    """Return how many organisations use a case now, in words."""
    text = ngettext("In gebruik bij %(count)s organisatie", "In gebruik bij %(count)s organisaties", count)
    return text % {"count": count}


def count_taken_over(count: int) -> str:
    """Return how often an organisation does what others made, in words."""
    return ngettext("doet %(n)s keer mee", "doet %(n)s keer mee", count) % {"n": count}


def count_choices(count: int) -> str:
    """Return how many values of a facet are like what somebody looks for, in words."""
    found = ngettext("%(n)s keuze gevonden", "%(n)s keuzes gevonden", count) % {"n": count}
    return found if count else gettext("Geen keuze gevonden")
