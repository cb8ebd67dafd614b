"""Ties: what happens to the rows that name an account, a profile, a body or a term when that goes.

Each room says it for its own fields, in its module `declarations`. Who deletes such a thing calls `end`.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Model


@dataclass(frozen=True)
class Tie:
    """A field that names a thing, what becomes of its row, and what is done before the thing goes."""

    field: str
    answer: str
    before: Callable[[Any], None] | None


_ties: dict[type[Model], list[Tie]] = defaultdict(list)


def tie(
    field: str,
    answer: str,
    before: Callable[[Any], None] | None = None,
    *,
    of: type[Model] | None = None,
) -> None:
    """Say what becomes of rows when what a field of them names goes; `field` is as `app.Model.field`.

    The database does what `on_delete` of the field says. `before` is for what it cannot do: a function of the
    thing, which runs first, in the same transaction. `of` is the model of the thing, for a field that is no
    relation.
    """
    label, _dot, name = field.rpartition(".")
    target: Any = of or apps.get_model(label)._meta.get_field(name).related_model
    _ties[target].append(Tie(field, answer, before))


def end(thing: Model) -> None:
    """Delete a thing; before it goes, let every room do what it said it would."""
    with transaction.atomic():
        for known in ties_of(thing._meta.concrete_model):
            if known.before:
                known.before(thing)
        thing.delete()


def ties_of(model: Any) -> list[Tie]:
    """Return what the rooms said about things of this model."""
    return list(_ties.get(model, ()))


def tied_models() -> list[type[Model]]:
    """Return the models of things that rooms said something about."""
    return list(_ties)


def answers() -> dict[str, str]:
    """Return what becomes of its rows, in words, by field."""
    return {known.field: known.answer for ties in _ties.values() for known in ties}
