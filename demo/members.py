"""Made-up specialists at real organisations, the same every time; they show what the directory is for."""

import json
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.text import slugify

from core.locking import write_in_batches
from members.choices import FIELDS, Level, Proof, Visibility
from members.models import Expertise, Member
from organisations.models import Organisation
from taxonomy.models import Technique, Theme
from users.models import User

DATA = Path(__file__).parent / "data" / "members.json"
SEED = 2019  # the same draw every time
# Weights by kind of organisation: many work for a municipality, but every kind has some.
SHARES = {
    "gemeente": 42,
    "provincie": 9,
    "waterschap": 10,
    "ministerie": 8,
    "zbo": 6,
    "uitvoeringsorganisatie": 8,
    "koepel": 5,
    "kennisinstelling": 5,
    "bedrijf": 3,
    "overig": 4,
}
VISIBILITIES = {
    "open": {"name": "public", "role": "public", "organisation": "public", "can_help": "public"},
    "usual": {},
    "shy": {"about": "organisation", "seeks": "organisation", "links": "private", "languages": "private"},
    "closed": {"organisation": "organisation", "about": "private", "expertise": "organisation"},
}
WEIGHTS = {"open": 15, "usual": 65, "shy": 14, "closed": 6}


@dataclass(frozen=True)
class Specialist:
    """A person who does not exist."""

    number: int
    first_name: str
    last_name: str
    organisation: Organisation
    fields: dict[str, Any]

    @property
    def email(self) -> str:
        """Return an address that nobody can have: example.org is reserved."""
        return f"{slugify(self.first_name)}.{slugify(self.last_name)}.{self.number}@example.org"


def load_data() -> dict[str, Any]:
    """Return names, roles per kind, what people can help with and look for, and the named accounts."""
    data: dict[str, Any] = json.loads(DATA.read_text(encoding="utf-8"))
    return data


def build_specialists(n: int = 250) -> list[Specialist]:
    """Return `n` specialists, spread over organisations of all kinds; the same for the same data."""
    draw, data = random.Random(SEED), load_data()  # noqa: S311  nothing secret is drawn here
    pairs = [(first, last) for first in data["first_names"] for last in data["surnames"]]
    names = draw.sample(pairs, n)
    bodies = _bodies_by_kind()
    kinds = draw.choices(list(bodies), [SHARES.get(kind, 1) for kind in bodies], k=n)
    return [
        Specialist(number, first, last, draw.choice(bodies[kind]), _build_fields(draw, data, kind))
        for number, ((first, last), kind) in enumerate(zip(names, kinds, strict=True), start=1)
    ]


def _bodies_by_kind() -> dict[str, list[Organisation]]:
    """Return the current organisations by kind, in a fixed order."""
    bodies: dict[str, list[Organisation]] = {}
    for body in Organisation.objects.current().order_by("kind", "slug"):
        bodies.setdefault(body.kind, []).append(body)
    return bodies


def _build_fields(draw: random.Random, data: dict[str, Any], kind: str) -> dict[str, Any]:
    """Return what one specialist says about herself; the expertise follows from what she can help with."""
    helps, seeks = draw.choice(data["can_help"]), draw.choice(data["seeks"])
    subjects = [("technique", name) for name in helps["techniques"]]
    subjects += [("theme", slug) for slug in helps["themes"]]
    more = draw.sample(data["can_help"], 3)
    subjects += [("technique", name) for other in more for name in other["techniques"]]
    chosen = list(dict.fromkeys(subjects))[: draw.randint(1, 5)]
    return {
        "job": draw.choice(data["roles"][kind]),
        "about": draw.choice(data["about"]),
        "can_help": helps["text"],
        "seeks": seeks["text"] if draw.random() < 0.7 else "",
        "languages": draw.choice(data["languages"]),
        "visibility": VISIBILITIES[draw.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]],
        "expertise": [{what: name, "level": draw.choice(Level.values)} for what, name in chosen],
    }


def load_specialists(n: int = 250) -> int:
    """Create the missing specialists, approved but unable to log in, and return how many."""
    known = set(User.objects.filter(email__endswith="@example.org").values_list("email", flat=True))
    missing = [person for person in build_specialists(n) if person.email not in known]
    for _batch in write_in_batches(missing, _make):
        pass
    return len(missing)


def _make(person: Specialist) -> None:
    """Create the account and the profile of one specialist."""
    user = User(
        email=person.email,
        first_name=person.first_name,
        last_name=person.last_name,
        approved_at=timezone.now(),
    )
    user.set_unusable_password()
    user.save()
    member_make(user, person.fields | {"organisation": person.organisation.name})


def member_make(user: User, fields: dict[str, Any]) -> Member:
    """Create the profile of a made-up account; names of terms that do not exist are left out."""
    visibility = {name: fields.get("visibility", {}).get(name, Visibility.MEMBERS.value) for name in FIELDS}
    member = Member.objects.create(
        user=user,
        name=user.get_full_name(),
        organisation=Organisation.objects.filter(name=fields["organisation"]).first(),
        workplace_proof=Proof.MODERATOR,
        role=fields["job"],
        visibility=visibility,
        is_demo=True,
        **{name: fields.get(name, "") for name in ("about", "can_help", "seeks", "languages")},
    )
    rows = [_expertise(member, item) for item in fields["expertise"]]
    Expertise.objects.bulk_create(row for row in rows if row)
    return member


def _expertise(member: Member, item: dict[str, Any]) -> Expertise | None:
    """Return the expertise that `item` describes, or None when there is no such theme or technique."""
    if "theme" in item:
        theme = Theme.objects.filter(slug=item["theme"]).first()
        return Expertise(member=member, theme=theme, level=item["level"]) if theme else None
    technique = Technique.objects.filter(name=item["technique"]).first()
    return Expertise(member=member, technique=technique, level=item["level"]) if technique else None
