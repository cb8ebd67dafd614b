"""Why a member is among the hits, said with what her profile shows every member at this moment."""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.translation import override

from members.choices import FIELDS
from members.content import MEMBERS, shown_fields
from members.models import Member
from search.query.notions import fillers_of
from search.query.results import Marked
from search.text.terms import fold, stop_words, text_words

TEXTS = ("role", "can_help", "about")  # fields that tell what she knows
MOST_TOLD = 3  # subjects, and words of a text: a reason is one line
BETWEEN = " · "


def explain(member: Member, marked: Iterable[Marked], card: dict[str, Any]) -> dict[str, Any]:
    """Return the reason (`why`) and the skills of a card, those with words of the question marked and first.

    `marked` is what the index says, `card` what may be shown: a reason names nothing else.
    """
    telling = [part for part in marked if _telling(part.words)]
    met = _subjects(member, telling)
    skills = [skill | {"is_met": skill["label"] in met} for skill in card.get("skills", ())]
    skills.sort(key=lambda skill: -met.get(skill["label"], 0))
    parts = [*_tell_skills(skills), *_tell_workplace(member, telling, card), *_tell_texts(member, telling)]
    # A card with its reason need not say in which fields the words are.
    return {"skills": skills, "why": BETWEEN.join(parts)} | ({"where": ()} if parts else {})


def _telling(phrases: Iterable[str]) -> dict[str, str]:
    """Return the phrases with a word that tells something, by how they are folded."""
    silent = stop_words() | fillers_of(members=True)
    folded = {fold(phrase): phrase for phrase in phrases}
    return {key: phrase for key, phrase in folded.items() if not silent.issuperset(text_words(key))}


def _subjects(member: Member, marked: list[Marked]) -> dict[str, int]:
    """Return what she knows of which a name is marked, in the active language, with how many words are."""
    counts = {part.text: len(_telling(part.words)) for part in marked if part.field == "keywords"}
    subjects = [item.subject for item in member.expertise.all()]
    found = {one.label: max(counts.get(one.name, 0), counts.get(one.name_en, 0)) for one in subjects}
    return {label: count for label, count in found.items() if count}


def _tell_skills(skills: list[dict[str, Any]]) -> Iterator[str]:
    """Yield what she knows, with how well."""
    told = [f"{skill['label']} ({skill['level_label']})" for skill in skills if skill["is_met"]]
    if told:
        yield f"{FIELDS['expertise']}: {', '.join(told[:MOST_TOLD])}"


def _tell_workplace(member: Member, marked: list[Marked], card: dict[str, Any]) -> Iterator[str]:
    """Yield where she works, or what sort of body that is when nothing else of its name was asked."""
    body = member.organisation
    if not card.get("organisation") or body is None:
        return
    kinds, names = body.kind_words(), body.all_names()
    of_kind = {fold(word) for kind in kinds for word in kind.split()}
    named = [part for part in marked if part.field == "proper_names" and part.text in names]
    if any(not of_kind.issuperset(_telling(part.words)) for part in named):
        yield card["organisation"]
    elif named or any(part.text in kinds for part in marked if part.field == "keywords"):
        yield str(body.get_kind_display())


def _tell_texts(member: Member, marked: list[Marked]) -> Iterator[str]:
    """Yield the fields with a text, each with the words in it."""
    words: dict[str, dict[str, str]] = {}
    for part in marked:
        field = "role" if part.field == "summary" else _fields_by_heading().get(part.heading, "")
        words.setdefault(field, {}).update(_telling(part.phrases))
    for field, text in shown_fields(member, MEMBERS, TEXTS).items():
        told = [word for word in words.get(field, {}).values() if word in text]
        if told:
            yield f"{FIELDS[field]}: {', '.join(told[:MOST_TOLD])}"


@cache
def _fields_by_heading() -> dict[str, str]:
    """Return the names of fields by their headings in the index, which are in the first language."""
    with override(settings.LANGUAGE_CODE):
        return {str(FIELDS[name]): name for name in TEXTS}
