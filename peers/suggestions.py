"""Whom a member may want to know: SQL narrows to a few dozen people, then each gets a score and a reason.

Reasons name only what every member may see of somebody. Nothing is learnt from what people do.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Value
from django.db.models.functions import Least
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contact.models import Block
from contact.recipients import away_until
from members.choices import COMPANIONS
from members.content import MEMBERS, build_card
from members.models import Member, MemberQuerySet
from organisations.likeness import SIZE, alike, bases_of
from organisations.models import Organisation, OrganisationKind
from peers.models import Dismissal
from taxonomy.models import Technique, Theme

SHOWN = 3  # people at a time
BEST = 30  # of whom they are drawn, so that not everybody is shown the same ones
COUNTED = 3  # subjects in one reason: who knows of everything is not the best for everybody
SKILLS = 2  # on a card
PRIME = (
    1_000_003  # a multiple of each key, modulo this, puts people in an order that differs by reader and week
)

Subjects = frozenset[tuple[str, int]]  # ("theme" or "technique", its key)


@dataclass(frozen=True)
class Wish:
    """Rows of a profile that make somebody of interest: of these subjects, how much, and in words."""

    rows: str  # "expertise" or "sought"
    subjects: Subjects
    weight: int
    words: Any


@dataclass(frozen=True)
class Search:
    """What a member is shown people for; `place` is where, so that each place has people of its own."""

    viewer: Any
    wishes: tuple[Wish, ...]
    place: str
    without: frozenset[int] = frozenset()  # members who are on the page already
    takes_alike: bool = False  # whether it is enough to work at a body like hers
    workplace: Organisation | None = None


@dataclass(frozen=True)
class Peer:
    """Somebody who is suggested, how well she fits, and why."""

    member: Member
    score: int
    why: str
    met: frozenset[str]  # labels of subjects in the reason

    def build_card(self) -> dict[str, Any]:
        """Return her card with the reason, and two things that she knows, those of the reason first."""
        card: dict[str, Any] = build_card(self.member, MEMBERS) or {}
        skills = [skill | {"is_met": skill["label"] in self.met} for skill in card["skills"]]
        skills.sort(key=lambda skill: not skill["is_met"])
        return card | {"title": card["name"], "why": self.why, "skills": skills[:SKILLS], "can_help": ""}


def suggest_to(viewer: Any) -> list[Peer]:
    """Return whom to suggest to a member by her profile; nobody to who has none."""
    member = getattr(viewer, "member", None)
    if member is None:
        return []
    known, sought = subjects_in(member.expertise.all()), subjects_in(member.sought.all())
    wishes = (
        Wish("expertise", sought, 2, gettext_lazy("weet wat jij zoekt: %(subjects)s")),
        Wish("sought", known, 1, gettext_lazy("zoekt wat jij weet: %(subjects)s")),
        Wish("expertise", known - sought, 1, gettext_lazy("werkt ook aan %(subjects)s")),
    )
    return _suggest(Search(viewer, wishes, "mijn", takes_alike=True, workplace=member.organisation))


def suggest_beside(
    viewer: Any, *, place: str, terms: Iterable[Theme | Technique], without: Iterable[int]
) -> list[Peer]:
    """Return whom to suggest beside something about these terms, `without` who is named there."""
    subjects = frozenset((term._meta.model_name or "", term.pk) for term in terms)
    wish = Wish("expertise", subjects, 2, gettext_lazy("weet van %(subjects)s"))
    workplace = getattr(getattr(viewer, "member", None), "organisation", None)
    return _suggest(Search(viewer, (wish,), place, frozenset(without), workplace=workplace))


def subjects_in(rows: Iterable[Any]) -> Subjects:
    """Return the subjects of rows of a profile."""
    return frozenset(_subject_of(row) for row in rows)


def _subject_of(row: Any) -> tuple[str, int]:
    """Return the subject of a row of a profile."""
    return ("theme", row.theme_id) if row.theme_id else ("technique", row.technique_id)


def _suggest(search: Search) -> list[Peer]:
    """Return the people of this week, at most three, in a fixed number of queries.

    Nobody to who works at a company: she cannot ask them anything (`contact.limits`).
    """
    workplace = search.workplace
    if workplace and workplace.kind == OrganisationKind.BEDRIJF:
        return []
    bodies = frozenset(alike(workplace).values_list("pk", flat=True)) if workplace else frozenset[int]()
    year, week, _day = timezone.localdate().isocalendar()
    seed = f"{search.viewer.pk} {search.place} {year} {week}"
    members = Member.objects.filter(pk__in=_find_keys(search, bodies, seed)).with_content()
    drawn = _draw([peer for member in members if (peer := _weigh(member, search, bodies))], seed)
    away = away_until([peer.member.user_id for peer in drawn])
    return [peer for peer in drawn if peer.member.user_id not in away][:SHOWN]


def _pool(search: Search) -> MemberQuerySet:
    """Return who may be suggested to this member: neither of the two said no."""
    viewer = search.viewer
    blocked = Block.objects.filter(person=viewer).values("other")
    blockers = Block.objects.filter(other=viewer).values("person")
    dismissed = Dismissal.objects.filter(person=viewer).values("other")
    unwanted = Q(user__in=blocked) | Q(user__in=blockers) | Q(user__in=dismissed)
    stopped = Q(user__correspondent__stopped_until__gt=timezone.now())
    others = Member.objects.listed().filter(is_suggested=True).exclude(user=viewer)
    return others.exclude(unwanted).exclude(stopped).exclude(pk__in=search.without)


def _find_keys(search: Search, bodies: frozenset[int], seed: str) -> set[int]:
    """Return the keys of those who may fit best, at most thirty for each kind of reason.

    Of people who fit alike a reader finds others than the next reader does.
    """
    order = (F("pk") * Random(seed).randrange(1, PRIME)) % PRIME  # noqa: S311  a draw, no secret
    keys: set[int] = set()
    for found in _find_fitting(search, bodies):
        keys.update(found.order_by("-count", order).values_list("pk", flat=True)[:BEST])
    return keys


def _find_fitting(search: Search, bodies: frozenset[int]) -> Iterator[QuerySet]:
    """Yield for each kind of reason the members for whom it holds, with of how many subjects (`count`)."""
    pool = _pool(search).values("pk")
    for rows in ("expertise", "sought"):
        subjects = {subject for wish in search.wishes if wish.rows == rows for subject in wish.subjects}
        if subjects:
            named = pool.filter(_names(rows, subjects), _shows(COMPANIONS.get(rows, rows)))
            yield named.annotate(count=Least(Count(rows), COUNTED))
    if search.takes_alike and bodies:
        certain = pool.filter(_shows("organisation"), organisation__in=bodies).exclude(workplace_proof="")
        yield certain.annotate(count=Value(1))


def _shows(name: str) -> Q:
    """Return the condition that every member may see a field."""
    return Q(**{f"visibility__{name}__in": list(MEMBERS)})


def _names(rows: str, subjects: Iterable[tuple[str, int]]) -> Q:
    """Return the condition that a row names one of these subjects."""
    themes = [key for kind, key in subjects if kind == "theme"]
    techniques = [key for kind, key in subjects if kind == "technique"]
    return Q(**{f"{rows}__theme__in": themes}) | Q(**{f"{rows}__technique__in": techniques})


def _weigh(member: Member, search: Search, bodies: frozenset[int]) -> Peer | None:
    """Return a member with her score and the reason, or None when nothing that all may see is one."""
    score, reasons, met = 0, [], set[str]()
    for wish in search.wishes:
        labels = [label for label in _labels(member, wish) if label not in met][:COUNTED]
        if labels:
            score += wish.weight * len(labels)
            reasons.append(str(wish.words) % {"subjects": ", ".join(labels)})
            met.update(labels)
    is_alike = member.organisation_id in bodies and member.workplace_proof != ""
    if is_alike and member.visibility_of("organisation") in MEMBERS:
        score += 1
        reasons.append(_describe_likeness(search.workplace))
    why = "; ".join(reasons)
    return Peer(member, score, why[:1].upper() + why[1:], frozenset(met)) if reasons else None


def _labels(member: Member, wish: Wish) -> Iterator[str]:
    """Yield what of a wish the profile shows to every member."""
    if member.visibility_of(wish.rows) in MEMBERS:
        for row in getattr(member, wish.rows).all():
            if _subject_of(row) in wish.subjects:
                yield row.subject.label


def _describe_likeness(workplace: Any) -> str:
    """Return in words in what a body is like the one where the reader works."""
    kind = str(workplace.get_kind_display())
    words = _("%(kind)s van vergelijkbare grootte") if SIZE in bases_of(workplace) else _("ook een %(kind)s")
    return words % {"kind": f"{kind[:1].lower()}{kind[1:]}"}


def _draw(peers: list[Peer], seed: str) -> list[Peer]:
    """Return the best thirty in an order by lot, in which who fits twice as well has two lots.

    The lot of each depends on nobody else: when one of the three goes, the others stay.
    """
    lots = {peer.member.pk: _lot(peer, seed) for peer in peers}
    best = sorted(peers, key=lambda peer: (peer.score, lots[peer.member.pk]), reverse=True)[:BEST]
    return sorted(best, key=lambda peer: lots[peer.member.pk], reverse=True)


def _lot(peer: Peer, seed: str) -> float:
    """Return the best of as many lots as she has points, between 0 and 1."""
    return Random(f"{seed} {peer.member.pk}").random() ** (1 / peer.score)  # noqa: S311
