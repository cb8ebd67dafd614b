"""Import the register of organisations: a table in the form of `data/organisations.csv`."""

import csv
import datetime
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.folding import fold_name
from core.locking import write_in_batches
from core.provinces import province_by_name
from organisations.models import Organisation, OrganisationKind

REGISTER = Path(__file__).parent / "data" / "organisations.csv"
INHABITANTS = "inhabitants_"  # begins the names of columns, which end in the year
# What the register does not know, an editor may have filled in.
KEPT = ("province", "other_provinces", "inhabitants", "inhabitants_year")


@dataclass
class Imported:
    """The numbers of organisations made, changed and the same, and names that the table gives two bodies."""

    made: int = 0
    changed: int = 0
    same: int = 0
    doubles: list[str] = field(default_factory=list)


def organisations_import(*, path: Path = REGISTER) -> Imported:
    """Bring the organisations in line with a table; the key is the identifier, else the name.

    Nothing is deleted. Each is saved by itself, so that the signals of a save are sent, in batches that end
    by the clock; after an error a second run continues from there. Raises ValueError for a table in another
    form, before anything is written.
    """
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = [_values(row) for row in csv.DictReader(file)]
    run = _Run(list(Organisation.objects.all()))
    for _batch in write_in_batches(rows, run.take_over):
        pass
    return run.done


class _Run:
    """One import: what is known so far, and what was done."""

    def __init__(self, known: list[Organisation]) -> None:
        """Begin with what is there."""
        self.done = Imported()
        self.by_uri = {body.uri: body for body in known if body.uri}
        self.by_name = {body.name: body for body in known}
        self.without_uri = {fold_name(body.name): body for body in known if not body.uri}

    def take_over(self, values: dict[str, Any]) -> None:
        """Make or change one organisation."""
        uri, name = values["uri"], values["name"]
        body = self.by_uri.get(uri) or self.by_name.get(name) or self.without_uri.get(fold_name(name))
        if body and body.uri and uri and body.uri != uri:
            self.done.doubles.append(name)
        elif body is None:
            self.by_name[name] = Organisation.objects.create(**values)
            self.done.made += 1
        elif _update(body, values):
            self.done.changed += 1
        else:
            self.done.same += 1


def _update(body: Organisation, values: dict[str, Any]) -> bool:
    """Update the body with the values, and tell whether anything changed; a former name stays as an alias."""
    if values["kind"] == OrganisationKind.OVERIG:
        values = values | {"kind": body.kind}
    known = {name: values[name] or getattr(body, name) for name in KEPT}
    values = values | known | {"aliases": _merge(body, values["aliases"])}
    if all(getattr(body, name) == value for name, value in values.items()):
        return False
    if fold_name(body.name) != fold_name(values["name"]):
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
    if not row.get("name"):
        raise ValueError("a row has no name")
    try:
        return {
            "name": row["name"],
            "short_name": row["short_name"] if row["short_name"] != row["name"] else "",
            "uri": row["uri"] or None,
            "kind": row["kind"] if row["kind"] in OrganisationKind.values else OrganisationKind.OVERIG,
            "province": province_by_name(row["province"]),
            "other_provinces": ", ".join(_split(row.get("other_provinces", ""))),
            "abbreviation": row["abbreviation"],
            "aliases": "\n".join(_split(row.get("aliases", ""))),
            **_inhabitants(row),
            "ended_date": datetime.date.fromisoformat(row["ended"][:10]) if row["ended"] else None,
        }
    except (KeyError, TypeError) as error:
        raise ValueError(f"a column is missing: {error}") from error


def _inhabitants(row: dict[str, str]) -> dict[str, int | None]:
    """Return the newest number of inhabitants of a row, with its year: each year has a column of its own."""
    names = [name for name, value in row.items() if value and str(name).startswith(INHABITANTS)]
    if not names:
        return {"inhabitants": None, "inhabitants_year": None}
    newest = max(names)
    return {"inhabitants": int(row[newest]), "inhabitants_year": int(newest.removeprefix(INHABITANTS))}


def _split(names: str) -> list[str]:
    """Return the names of a field with several, which are separated by semicolons."""
    return [name.strip() for name in names.split(";") if name.strip()]
