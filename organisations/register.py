"""Take over the register of organisations: a table in the form of `data/organisations.csv`."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.utils.text import slugify

from core.provinces import province_by_name
from organisations.models import Organisation, OrganisationKind, parse_date

REGISTER = Path(__file__).parent / "data" / "organisations.csv"
FIELDS = ["name", "short_name", "slug", "uri", "kind", "province", "abbreviation", "inhabitants", "ended_date"]


@dataclass(frozen=True)
class Imported:
    """How many organisations were made, changed and left as they were."""

    made: int
    changed: int
    same: int


@transaction.atomic
def organisations_import(*, path: Path = REGISTER) -> Imported:
    """Bring the organisations in line with a table; the key is the identifier, else the name. Nothing is deleted."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = [_values(row) for row in csv.DictReader(file)]
    known = list(Organisation.objects.all())
    by_uri = {body.uri: body for body in known if body.uri}
    by_name = {body.name: body for body in known}
    slugs = {body.slug for body in known}
    made, changed = [], []
    for values in rows:
        body = by_uri.get(values["uri"]) or by_name.get(values["name"])
        if body is None:
            made.append(Organisation(**values, slug=_free_slug(values["name"], slugs)))
        elif any(getattr(body, field) != value for field, value in values.items()):
            vars(body).update(values)
            changed.append(body)
    Organisation.objects.bulk_create(made)
    Organisation.objects.bulk_update(changed, [field for field in FIELDS if field != "slug"])
    return Imported(len(made), len(changed), len(rows) - len(made) - len(changed))


def _values(row: dict[str, str]) -> dict[str, object]:
    """Return the fields of an organisation for a row of the table."""
    kind = row["kind"] if row["kind"] in OrganisationKind.values else OrganisationKind.OVERIG
    return {
        "name": row["name"],
        "short_name": row["short_name"] if row["short_name"] != row["name"] else "",
        "uri": row["uri"] or None,
        "kind": kind,
        "province": province_by_name(row["province"]),
        "abbreviation": row["abbreviation"],
        "inhabitants": int(row["inhabitants_2016"]) if row["inhabitants_2016"] else None,
        "ended_date": parse_date(row["ended"]),
    }


def _free_slug(name: object, taken: set[str]) -> str:
    """Return a slug for the name that no other organisation has, and mark it taken."""
    base = slugify(str(name))[:240]
    slug = next(slug for slug in _numbered(base) if slug not in taken)
    taken.add(slug)
    return slug


def _numbered(base: str) -> Iterable[str]:
    """Yield the base, then the base with 2, 3, and so on."""
    yield base
    for number in range(2, 1000):
        yield f"{base}-{number}"
