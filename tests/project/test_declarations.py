"""Every field is classified, and one that names a person, a body or a term says what becomes of it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import Field, Model

from core import processing, ties
from members.models import Member
from organisations.models import Organisation
from taxonomy.models import Technique, Theme
from users.models import User

ROOT = Path(settings.BASE_DIR)
PEOPLE = {User, Member}
THINGS = PEOPLE | {Organisation, Theme, Technique}
# Models of libraries that hold something of a person without a foreign key to her account.
WITHOUT_KEY = {"django_tasks_database.DBTaskResult", "sessions.Session"}


def is_ours(model: type[Model]) -> bool:
    """Tell whether the project defines this model."""
    return (ROOT / model.__module__.partition(".")[0]).is_dir()


def own_fields() -> Iterator[tuple[str, Field]]:
    """Yield each field of our models with its label; not keys that Django made, nor fields of a parent."""
    for model in filter(is_ours, apps.get_models()):
        for field in (*model._meta.local_fields, *model._meta.local_many_to_many):
            if not field.auto_created:
                yield f"{model._meta.label}.{field.name}", field


def names_thing(field: Field, things: set[Any]) -> bool:
    """Tell whether a field names a thing of one of these models."""
    return field.related_model in things


def place(label: str) -> str:
    """Return where a room declares its fields."""
    return f"{label.partition('.')[0]}/declarations.py"


def test_every_field_is_classified() -> None:
    known, nothing = processing.classified_fields(), processing.models_without_people()
    missing = [
        f"{label}: say in {place(label)} what it is, with `personal`, `not_personal` or `holds_nothing`"
        for label, _field in own_fields()
        if label not in known and label.rpartition(".")[0] not in nothing
    ]
    assert missing == []


def test_no_field_is_both_personal_and_not() -> None:
    labels = [f"{row.label}.{name}" for row in processing._personal for name in row.fields]
    labels += [f"{label}.{name}" for label, names in processing._not_personal.items() for name in names]
    assert sorted(labels) == sorted(set(labels))
    models = {label.rpartition(".")[0] for label in labels}
    assert models & processing.models_without_people().keys() == set()


def test_every_field_that_names_somebody_is_personal() -> None:
    named = {label for label, field in own_fields() if names_thing(field, PEOPLE)}
    assert named - processing.personal_fields() == set()


def test_every_model_of_a_library_that_names_an_account_is_declared() -> None:
    """Many-to-many tables that Django made are declared by their field."""
    naming = {
        f"{relation.related_model._meta.label}.{relation.field.name}"
        for relation in User._meta.get_fields(include_hidden=True)
        if relation.auto_created and relation.is_relation and relation.related_model
        if not relation.related_model._meta.auto_created and not relation.many_to_many
    }
    others = {label for label in naming if not is_ours(apps.get_model(label.rpartition(".")[0]))}
    assert len(others) > 15
    personal = processing.personal_fields()
    missing = [f"{label}: the room that brings it says so in its declarations" for label in others - personal]
    assert missing == []
    assert {label.rpartition(".")[0] for label in personal} >= WITHOUT_KEY


def test_what_names_a_person_a_body_or_a_term_says_what_becomes_of_it() -> None:
    answers = ties.answers()
    missing = [
        f"{label}: say in {place(label)}, with `tie`, what becomes of it when what it names goes"
        for label, field in own_fields()
        if names_thing(field, THINGS) and not answers.get(label)
    ]
    assert missing == []


def test_the_register_answers_every_question() -> None:
    for row in processing._personal:
        assert all((row.why, row.kept, row.seen_by, processing.erasure_of(row))), row.label


def test_the_register_is_what_the_rooms_declare() -> None:
    written = (ROOT / "docs" / "processing.md").read_text(encoding="utf-8")
    assert written == processing.build_register(), "write it anew: manage.py write_register"


class TestWhatIsForgotten:
    """The tests above do fail."""

    @pytest.fixture(autouse=True)
    def forgotten(self, monkeypatch: pytest.MonkeyPatch) -> None:
        left = [
            replace(row, fields=tuple(name for name in row.fields if name != "seeks"))
            for row in processing._personal
        ]
        monkeypatch.setattr(processing, "_personal", left)
        others = {model: known for model, known in ties._ties.items() if model is not Theme}
        monkeypatch.setattr(ties, "_ties", others)

    def test_a_field(self) -> None:
        with pytest.raises(AssertionError, match=r"members.Member.seeks: say in members/declarations.py"):
            test_every_field_is_classified()

    def test_a_relation(self) -> None:
        with pytest.raises(AssertionError, match=r"practices.PracticePage.themes: say in practices/declar"):
            test_what_names_a_person_a_body_or_a_term_says_what_becomes_of_it()
