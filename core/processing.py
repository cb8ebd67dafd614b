"""What the site holds of people: each field of each model is classified, and the register follows from that.

A room does so in its module `declarations`: a field is personal, with the answers that the register gives
(GDPR, article 30), or not; a model without any personal field is named once, with the reason.
"""

from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.db.models import Model

from core.ties import answers

INTRODUCTION = """\
# Register of processing

What this site holds of people, for which purpose, for how long, who sees it, and what becomes of it when
the person leaves (GDPR, article 30). It is written from the declarations in the code: `manage.py
write_register` makes this file anew, and a test fails while it says something else, or while a field of the
database is not in it.

The controller is who runs the site; its page on privacy says who that is, and how to reach her.

- **Of whom**: visitors, people with an account, members (who made a profile), people who work on the site,
  and people whom a text or a picture of the site shows.
- **Who receives it**: the readers named below, and who keeps the server and the mail server for the
  controller. Nobody else does, but of what everyone may read on a website.
- **Beside the database**: the index of search holds what the tables of search below hold, and follows them
  within a minute; files are in private storage; counts of log-in attempts name no address that can be read;
  logs name addresses of pages and no people ([operations](operations.md#health-and-logs)); backups keep all
  of it until they are replaced.
- **How it is kept safe**: [who may see what](architecture.md#who-may-see-what), and the
  [policy on security](../SECURITY.md).
"""
_HEAD = "| of | fields | how long | who sees it | when the person goes |\n|---|---|---|---|---|"


@dataclass(frozen=True)
class Processing:
    """A row of the register: fields of a model that are about a person."""

    label: str
    fields: tuple[str, ...]
    why: str
    kept: str
    seen_by: str
    erased: str


_personal: list[Processing] = []
_not_personal: dict[str, set[str]] = {}
_nothing: dict[str, str] = {}


def personal(  # noqa: PLR0913  what the register asks
    model: type[Model], fields: str, *, why: str, kept: str, seen_by: str, erased: str = ""
) -> None:
    """Declare fields, with a space between them, that are about a person.

    `erased` is what becomes of them when the person goes. It is left out for a field with a tie
    (`core.ties`), which says it already.
    """
    label = model._meta.label
    _personal.append(Processing(label, _names(model, fields), why, kept, seen_by, erased))


def not_personal(model: type[Model], fields: str) -> None:
    """Declare fields, with a space between them, that are about nobody."""
    _not_personal.setdefault(model._meta.label, set()).update(_names(model, fields))


def holds_nothing(*models: type[Model], because: str) -> None:
    """Declare that models have no field, now or later, that is about a person."""
    _nothing.update({model._meta.label: because for model in models})


def _names(model: type[Model], fields: str) -> tuple[str, ...]:
    """Return the names; raises FieldDoesNotExist for one that the model does not have."""
    return tuple(model._meta.get_field(name).name for name in fields.split())


def personal_fields() -> set[str]:
    """Return the personal fields as `app.Model.field`."""
    return {f"{row.label}.{name}" for row in _personal for name in row.fields}


def classified_fields() -> set[str]:
    """Return the fields that are classified one by one, as `app.Model.field`."""
    others = {f"{label}.{name}" for label, names in _not_personal.items() for name in names}
    return personal_fields() | others


def models_without_people() -> dict[str, str]:
    """Return the reason by the label of each model that holds nothing of people."""
    return dict(_nothing)


def build_register() -> str:
    """Return the register as Markdown: a table for each purpose, then the models that hold nothing."""
    rows = sorted(_personal, key=attrgetter("why", "label"))
    parts = [f"## {why}\n\n{_build_table(group)}" for why, group in groupby(rows, attrgetter("why"))]
    empty = "\n".join(f"| `{label}` | {because} |" for label, because in sorted(_nothing.items()))
    parts.append(f"## Holds nothing of people\n\n| of | because |\n|---|---|\n{empty}")
    return "\n\n".join([INTRODUCTION.rstrip(), *parts]) + "\n"


def _build_table(rows: Any) -> str:
    """Return the table of one purpose."""
    return "\n".join([_HEAD, *(_build_row(row) for row in rows)])


def _build_row(row: Processing) -> str:
    """Return a row of a table."""
    names = ", ".join(f"`{name}`" for name in row.fields)
    return f"| `{row.label}` | {names} | {row.kept} | {row.seen_by} | {erasure_of(row)} |"


def erasure_of(row: Processing) -> str:
    """Return what becomes of the fields when the person goes; raises KeyError when nobody said so."""
    return row.erased or answers()[f"{row.label}.{row.fields[0]}"]
