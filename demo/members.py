"""Made-up specialists at real organisations, the same every time; they show what the directory is for."""

import datetime
import json
import random
from collections import Counter
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.text import slugify

from contact.models import Correspondent
from core.locking import write_in_batches
from demo.texts import Sentences, Topic, load_topics
from members.choices import FIELDS, Level, Proof, Visibility
from members.models import Expertise, Member, Sought
from organisations.models import Organisation
from taxonomy.models import Technique, Theme
from users.models import User

DATA = Path(__file__).parent / "data" / "members.json"
MADE_UP = "(verzonnen)"  # ends the name of a body that does not exist, see `demo.adoptions`
SEED = 2019  # the same draw every time
Terms = dict[str, dict[str, Any]]  # see `read_terms`
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
MOST_SILENT = 300  # days since a specialist said that her profile is right
EACH_PAUSES, PAUSE = 20, datetime.timedelta(days=60)  # none of them is the contact of a case
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
    """Return names, what people say about themselves, languages, and the named accounts."""
    data: dict[str, Any] = json.loads(DATA.read_text(encoding="utf-8"))
    return data


def build_specialists(n: int = 250) -> list[Specialist]:
    """Return `n` specialists, spread over organisations of all kinds; the same for the same data.

    No two of them share a sentence.
    """
    draw, data = random.Random(SEED), load_data()  # noqa: S311  nothing secret is drawn here
    pairs = [(first, last) for first in data["first_names"] for last in data["surnames"]]
    names = draw.sample(pairs, n)
    bodies = _bodies_by_kind()
    kinds = draw.choices(list(bodies), [SHARES.get(kind, 1) for kind in bodies], k=n)
    topics = _choose_topics(draw, kinds)
    sentences = Sentences(draw)
    return [
        Specialist(
            number,
            first,
            last,
            draw.choice(_bodies_of(topic, bodies[kind])),
            _build_fields(draw, data, topic, sentences),
        )
        for number, ((first, last), kind, topic) in enumerate(zip(names, kinds, topics, strict=True), start=1)
    ]


def _bodies_by_kind() -> dict[str, list[Organisation]]:
    """Return the current organisations by kind, in a fixed order, without those that do not exist."""
    bodies: dict[str, list[Organisation]] = {}
    real = Organisation.objects.current().exclude(name__endswith=MADE_UP)
    for body in real.order_by("kind", "slug"):
        bodies.setdefault(body.kind, []).append(body)
    return bodies


def _choose_topics(draw: random.Random, kinds: list[str]) -> list[Topic]:
    """Return a topic for each specialist that organisations of her kind work on, all about as often."""
    topics, times = load_topics(), Counter[str]()
    draw.shuffle(topics)
    chosen = []
    for kind in kinds:
        topic = min((topic for topic in topics if kind in topic.kinds), key=lambda topic: times[topic.topic])
        times[topic.topic] += 1
        chosen.append(topic)
    return chosen


def _bodies_of(topic: Topic, bodies: list[Organisation]) -> list[Organisation]:
    """Return those of the organisations that work on the topic."""
    return [body for body in bodies if body.name in topic.at] or bodies


def _build_fields(
    draw: random.Random, data: dict[str, Any], topic: Topic, sentences: Sentences
) -> dict[str, Any]:
    """Return what one specialist says about herself; her expertise begins with what she can help with."""
    about = sentences.take(topic.about) + (sentences.take(data["about"]) if draw.random() < 0.6 else [])
    helps = _take(sentences, topic.can_help, 2 if draw.random() < 0.6 else 1)
    seeks = _take(sentences, topic.seeks, 1) if draw.random() < 0.7 else {}
    subjects = list(dict.fromkeys([*helps.values(), *topic.can_help, *topic.also]))
    return {
        "job": draw.choice(topic.jobs),
        "about": " ".join(text for _, text in about),
        "can_help": " ".join(helps),
        "seeks": " ".join(seeks),
        "languages": draw.choice(data["languages"]),
        "visibility": VISIBILITIES[draw.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]],
        "expertise": _build_expertise(draw, subjects, len(set(helps.values()))),
        "sought": list(seeks.values()),
    }


def _take(sentences: Sentences, by_subject: dict[str, list[str]], number: int) -> dict[str, str]:
    """Return at most `number` sentences, and the subject of each."""
    subjects = {sentence: subject for subject, of_it in by_subject.items() for sentence in of_it}
    return {text: subjects[sentence] for sentence, text in sentences.take(list(subjects), number)}


def _build_expertise(draw: random.Random, subjects: list[str], helping: int) -> list[dict[str, Any]]:
    """Return at most five subjects with a level; who helps with the first ones knows them well."""
    chosen = subjects[: max(helping, draw.randint(1, 5))]
    levels = [draw.choice(Level.values[1 if place < helping else 0 :]) for place in range(len(chosen))]
    return [{"subject": subject, "level": level} for subject, level in zip(chosen, levels, strict=True)]


def load_specialists(n: int = 250) -> int:
    """Create the missing specialists, approved but unable to log in, and return how many."""
    known = set(User.objects.filter(email__endswith="@example.org").values_list("email", flat=True))
    missing = [person for person in build_specialists(n) if person.email not in known]
    make = partial(specialist_make, terms=read_terms())
    for _batch in write_in_batches(missing, make):
        pass
    return len(missing)


def specialist_make(person: Specialist, terms: Terms) -> Member:
    """Create the account and the profile of one specialist."""
    now = timezone.now()
    user = User(
        email=person.email,
        first_name=person.first_name,
        last_name=person.last_name,
        approved_at=now,
        confirmed_at=now - datetime.timedelta(days=person.number * 37 % MOST_SILENT),
    )
    user.set_unusable_password()
    user.save()
    if person.number % EACH_PAUSES == 0:
        Correspondent.objects.create(account=user, paused_until=timezone.localdate(now) + PAUSE)
    return member_make(user, person.fields | {"organisation": person.organisation.name}, terms)


def read_terms() -> Terms:
    """Return every theme by its slug and technique by its name, as the field of a row that names it."""
    terms: Terms = {}
    for theme in Theme.objects.all():
        terms.setdefault(theme.slug, {})["theme"] = theme
    for technique in Technique.objects.all():
        terms.setdefault(technique.name, {})["technique"] = technique
    return terms


def member_make(user: User, fields: dict[str, Any], terms: Terms) -> Member:
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
        languages=fields.get("languages", []),
        **{name: fields.get(name, "") for name in ("about", "can_help", "seeks")},
    )
    known = [(item["level"], terms.get(item["subject"])) for item in fields["expertise"]]
    Expertise.objects.bulk_create(
        Expertise(member=member, level=level, **term) for level, term in known if term
    )
    sought = [terms.get(subject) for subject in fields.get("sought", [])]
    Sought.objects.bulk_create(Sought(member=member, **term) for term in sought if term)
    return member
