"""Why a member is among the hits, said with what her profile shows every member at this moment."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.translation import override

from members.choices import FIELDS
from members.content import MEMBERS, describe_workplace, shown_fields
from members.models import Member
from search.query.notions import fillers_of
from search.query.results import Marked
from search.text.compounds import parts_of
from search.text.terms import fold, stop_words, text_words

TEXTS = ("role", "can_help", "about")  # fields that tell what she knows
MOST_TOLD = 3  # subjects, and words of a text: a reason is one line
BETWEEN = " · "


def explain(member: Member, marked: Iterable[Marked], card: dict[str, Any]) -> dict[str, Any]:
    """Return the reason (`why`) and the skills of a card, those with words of the question marked and first.

    `marked` is what the index says, `card` what may be shown: a reason names nothing else.
    """
    told = _keep_telling(list(marked))
    met = _subjects(member, told)
    skills = [skill | {"is_met": skill["label"] in met} for skill in card.get("skills", ())]
    skills.sort(key=lambda skill: -len(met.get(skill["label"], ())))
    parts = [*_tell_skills(skills), *_tell_workplace(member, told, card), *_tell_texts(member, told)]
    # A card with its reason need not say in which fields the words are.
    return {"skills": skills, "why": BETWEEN.join(parts)} | ({"where": ()} if parts else {})


@dataclass(frozen=True)
class _Told:
    """Something marked, with the words in it that tell something, and those beside each other as one.

    Both are by how they are folded.
    """

    part: Marked
    words: dict[str, str]
    phrases: dict[str, str]


def _keep_telling(marked: list[Marked]) -> list[_Told]:
    """Return what is marked with a telling word; fillers count when nothing else is, as in the question."""
    for silent in (stop_words() | fillers_of(members=True), stop_words()):
        told = [_Told(one, _fold(one.words, silent), _fold(one.phrases, silent)) for one in marked]
        if any(one.words for one in told):
            return [one for one in told if one.words]
    return []


def _fold(phrases: Iterable[str], silent: frozenset[str]) -> dict[str, str]:
    """Return the phrases with a word that is not silent, by how they are folded."""
    folded = {fold(phrase): phrase for phrase in phrases}
    return {key: phrase for key, phrase in folded.items() if not silent.issuperset(text_words(key))}


def _subjects(member: Member, told: list[_Told]) -> dict[str, frozenset[str]]:
    """Return what she knows of which a name is marked, in the active language, with the words that are.

    One that has less of the same words than another one was not meant: who asks for `data-ethiek` does not
    ask for `data-analyse` or `Datakwaliteit`.
    """
    every = {word for one in told for word in one.words}
    marked = {one.part.text: _atoms(one.words, every) for one in told if one.part.field == "keywords"}
    subjects = [item.subject for item in member.expertise.all()]
    nothing = frozenset[str]()
    found = {one.label: marked.get(one.name, nothing) | marked.get(one.name_en, nothing) for one in subjects}
    return {
        label: words
        for label, words in found.items()
        if words and not any(words < others for others in found.values())
    }


def _atoms(words: Iterable[str], every: set[str]) -> frozenset[str]:
    """Return the words, and instead of a compound the parts of it that are marked by themselves elsewhere."""
    atoms: set[str] = set()
    for word in words:
        atoms |= every.intersection(parts_of(word)) or {word}
    return frozenset(atoms)


def _tell_skills(skills: list[dict[str, Any]]) -> Iterator[str]:
    """Yield what she knows, with how well."""
    told = [f"{skill['label']} ({skill['level_label']})" for skill in skills if skill["is_met"]]
    if told:
        yield f"{FIELDS['expertise']}: {', '.join(told[:MOST_TOLD])}"


def _tell_workplace(member: Member, told: list[_Told], card: dict[str, Any]) -> Iterator[str]:
    """Yield where she works, or what sort of body that is when nothing else of its name was asked."""
    body = member.organisation
    if not card.get("organisation") or body is None:
        return
    kinds, names = body.kind_words(), body.all_names()
    of_kind = {fold(word) for kind in kinds for word in kind.split()}
    named = [one for one in told if one.part.field == "proper_names" and one.part.text in names]
    if any(not of_kind.issuperset(one.words) for one in named):
        yield f"{FIELDS['organisation']}: {describe_workplace(member, body.name)}"
    elif named or any(one.part.text in kinds for one in told if one.part.field == "keywords"):
        yield f"{FIELDS['organisation']}: {body.get_kind_display()}"


def _tell_texts(member: Member, told: list[_Told]) -> Iterator[str]:
    """Yield the fields with a text, each with the words in it."""
    words: dict[str, dict[str, str]] = {}
    for one in told:
        field = "role" if one.part.field == "summary" else _fields_by_heading().get(one.part.heading, "")
        words.setdefault(field, {}).update(one.phrases)
    for field, text in shown_fields(member, MEMBERS, TEXTS).items():
        there = [word for word in words.get(field, {}).values() if word in text]
        if there:
            yield f"{FIELDS[field]}: {', '.join(there[:MOST_TOLD])}"


@cache
def _fields_by_heading() -> dict[str, str]:
    """Return the names of fields by their headings in the index, which are in the first language."""
    with override(settings.LANGUAGE_CODE):
        return {str(FIELDS[name]): name for name in TEXTS}
