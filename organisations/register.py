"""Take over the register of organisations: a table in the form of `data/organisations.csv`."""

import csv
import datetime
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction

from core.provinces import province_by_name
from organisations.models import Organisation, OrganisationKind

REGISTER = Path(__file__).parent / "data" / "organisations.csv"


@dataclass
class Imported:
    """How many organisations were made, changed and left as they were, and the names that the table gives to two bodies."""

    made: int = 0
    changed: int = 0
    same: int = 0
    doubles: list[str] = field(default_factory=list)


@transaction.atomic
def organisations_import(*, path: Path = REGISTER) -> Imported:
    """Bring the organisations in line with a table; the key is the identifier, else the name. Nothing is deleted.

    Each is saved by itself, so that whoever follows changes of an organisation hears of it. Raises ValueError for
    a table in another form.
    """
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = [_values(row) for row in csv.DictReader(file)]
    known = list(Organisation.objects.all())
    by_uri = {body.uri: body for body in known if body.uri}
    by_name = {body.name: body for body in known}
    done = Imported()
    for values in rows:
        body = by_uri.get(values["uri"]) or by_name.get(values["name"])
        if body and body.uri and values["uri"] and body.uri != values["uri"]:
            done.doubles.append(values["name"])
        elif body is None:
            by_name[values["name"]] = Organisation.objects.create(**values)
            done.made += 1
        elif _update(body, values):
            done.changed += 1
        else:
            done.same += 1
    return done


def _update(body: Organisation, values: dict[str, Any]) -> bool:
    """Take over the values, and tell whether anything changed; a former name stays as an alias."""
    if values["kind"] == OrganisationKind.OVERIG:  # the register does not know; an editor may
        values = values | {"kind": body.kind}
    values = values | {"province": values["province"] or body.province, "aliases": _merge(body, values["aliases"])}
    if all(getattr(body, name) == value for name, value in values.items()):
        return False
    if body.name != values["name"]:
        values["aliases"] = _merge(body, "\n".join([values["aliases"], body.name]))
    for name, value in values.items():
        setattr(body, name, value)
    body.save()
    return True


def _merge(body: Organisation, aliases: str) -> str:
    """Return the other names of a body and those of the table, each once."""
    return "\n".join(dict.fromkeys([*body.alias_list, *filter(None, aliases.splitlines())]))


def _values(row: dict[str, str]) -> dict[str, Any]:
    """Return the fields of an organisation for a row of the table."""
    try:
        return {
            "name": row["name"],
            "short_name": row["short_name"] if row["short_name"] != row["name"] else "",
            "uri": row["uri"] or None,
            "kind": row["kind"] if row["kind"] in OrganisationKind.values else OrganisationKind.OVERIG,
            "province": province_by_name(row["province"]),
            "abbreviation": row["abbreviation"],
            "aliases": "\n".join(name.strip() for name in row.get("aliases", "").split(";") if name.strip()),
            "inhabitants": int(row["inhabitants_2016"]) if row["inhabitants_2016"] else None,
            "ended_date": datetime.date.fromisoformat(row["ended"][:10]) if row["ended"] else None,
        }
    except (KeyError, TypeError) as error:
        raise ValueError(f"a column is missing: {error}") from error
