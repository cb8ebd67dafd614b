"""Which organisations are like one: of its kind, about its size, those of its province first.

That is what decides; themes that they share, and whether they have a public case, only put them in order. A
water board, a ministry and others of which no number of inhabitants is known are like those of their kind.
What the register calls "overig" has no kind, and so nobody like it.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Abs
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy
from wagtail.models import Page

from core.models import listed
from core.provinces import Province
from organisations.models import Organisation, OrganisationKind
from organisations.sizes import count_inhabitants, rounded

MOST = 60  # bodies at a time: with more a list is no longer of bodies like one
SIZE, PROVINCE = "size", "province"  # what narrows likeness beside the kind, which always counts
USUAL = frozenset({SIZE})
COUNTS = {
    OrganisationKind.GEMEENTE: ngettext_lazy("%(n)s gemeente", "%(n)s gemeenten", "n"),
    OrganisationKind.PROVINCIE: ngettext_lazy("%(n)s provincie", "%(n)s provincies", "n"),
    OrganisationKind.WATERSCHAP: ngettext_lazy("%(n)s waterschap", "%(n)s waterschappen", "n"),
    OrganisationKind.MINISTERIE: ngettext_lazy("%(n)s ministerie", "%(n)s ministeries", "n"),
    OrganisationKind.ZBO: ngettext_lazy(
        "%(n)s zelfstandig bestuursorgaan", "%(n)s zelfstandige bestuursorganen", "n"
    ),
    OrganisationKind.UITVOERING: ngettext_lazy(
        "%(n)s uitvoeringsorganisatie", "%(n)s uitvoeringsorganisaties", "n"
    ),
    OrganisationKind.KOEPEL: ngettext_lazy("%(n)s koepelorganisatie", "%(n)s koepelorganisaties", "n"),
    OrganisationKind.KENNIS: ngettext_lazy("%(n)s kennisinstelling", "%(n)s kennisinstellingen", "n"),
    OrganisationKind.BEDRIJF: ngettext_lazy("%(n)s bedrijf", "%(n)s bedrijven", "n"),
    OrganisationKind.OVERIG: ngettext_lazy("%(n)s organisatie", "%(n)s organisaties", "n"),
}


def is_comparable(organisation: Organisation) -> bool:
    """Tell whether bodies can be like this one: the register says of what kind it is."""
    return organisation.kind != OrganisationKind.OVERIG


def bases_of(organisation: Organisation) -> frozenset[str]:
    """Return what can narrow the bodies like this one, as far as it is known of it."""
    has_province = organisation.provinces and organisation.kind != OrganisationKind.PROVINCIE
    bases = {SIZE: organisation.inhabitants, PROVINCE: has_province}
    return frozenset(name for name, is_known in bases.items() if is_known)


def alike(organisation: Organisation, *, by: Collection[str] = USUAL) -> QuerySet[Organisation]:
    """Return the bodies of today that are like one, itself left out.

    They are of its kind; with `size` in `by` they have half to double its inhabitants, with `province` they
    work in one of its provinces.
    """
    found = Organisation.objects.current().filter(kind=organisation.kind).exclude(pk=organisation.pk)
    bases = bases_of(organisation).intersection(by)
    if not is_comparable(organisation):
        return Organisation.objects.none()
    if SIZE in bases:
        found = found.filter(inhabitants__range=bounds_of(organisation))
    if PROVINCE in bases:
        found = found.filter(_works_near(organisation))
    return found


def like(organisation: Organisation, *, by: Collection[str] = USUAL) -> QuerySet[Organisation]:
    """Return the bodies that are like one, those most like it first.

    In order: who works in its province, who shares most themes, who has a public case, who is nearest in
    size. Each has the number of themes that it shares (`shared`), and whether it has a case (`has_case`).
    Only the first `MOST` are taken.
    """
    is_near = Case(When(_works_near(organisation), then=1), default=0)
    distance = Abs(F("inhabitants") - organisation.inhabitants) if organisation.inhabitants else Value(0)
    found = alike(organisation, by=by).annotate(
        is_near=is_near, distance=distance, shared=_count_shared(organisation), has_case=_has_case()
    )
    order = ("-is_near", "-shared", "-has_case", F("distance").asc(nulls_last=True), "name")
    return found.order_by(*order)


def bounds_of(organisation: Organisation) -> tuple[int, int]:
    """Return the least and the most inhabitants of a body like this one: half of its own, and double."""
    inhabitants = organisation.inhabitants or 0
    return (inhabitants + 1) // 2, inhabitants * 2


def _works_near(organisation: Organisation) -> Q:
    """Return the condition to work in a province of this body; water boards work in several."""
    near = Q(province__in=organisation.provinces)
    for province in organisation.provinces:
        near |= Q(other_provinces__contains=Province(province).label)
    return near


def _count_shared(organisation: Organisation) -> Count:
    """Return the number of themes that public cases of a body share with those of this one."""
    public = listed(Page.objects.all()).values("pk")
    own = Organisation.objects.filter(pk=organisation.pk, practice_links__page__in=public)
    themes = own.values("practice_links__page__themes")
    both = Q(practice_links__page__in=public, practice_links__page__themes__in=themes)
    return Count("practice_links__page__themes", filter=both, distinct=True)


def _has_case() -> Exists:
    """Return the expression for whether a body takes part in a public case."""
    public = Q(practice_links__page__in=listed(Page.objects.all()).values("pk"))
    return Exists(Organisation.objects.filter(public, pk=OuterRef("pk")))


def describe(body: Organisation) -> str:
    """Return what a body is like, as the reason that it is like another one."""
    kind = str(body.get_kind_display())
    shared: int = getattr(body, "shared", 0)
    themes = ngettext("%(n)s zelfde thema", "%(n)s dezelfde thema’s", shared) % {"n": shared}
    facts = (
        f"{kind[:1].lower()}{kind[1:]}",
        count_inhabitants(body.inhabitants, body.inhabitants_year),
        str(body.get_province_display()),
        themes if shared else "",
    )
    return ", ".join(fact for fact in facts if fact)


@dataclass(frozen=True)
class Alike:
    """The bodies that are like one, at most 60, and what was asked to decide that (`by`)."""

    organisation: Organisation
    by: frozenset[str] = USUAL

    @cached_property
    def _found(self) -> list[Organisation]:
        """Return the bodies, with one more when there are more."""
        return list(like(self.organisation, by=self.by)[: MOST + 1])

    @property
    def bodies(self) -> list[Organisation]:
        """Return the bodies, those most like it first; the first to ask reads them, in one query."""
        return self._found[:MOST]

    @property
    def has_more(self) -> bool:
        """Tell whether more bodies answer the description than are taken."""
        return len(self._found) > MOST

    @property
    def slugs(self) -> tuple[str, ...]:
        """Return the slugs of the bodies."""
        return tuple(body.slug for body in self.bodies)

    @property
    def has_case(self) -> bool:
        """Tell whether one of the bodies has a public case."""
        return any(getattr(body, "has_case", False) for body in self.bodies)

    @property
    def bases(self) -> frozenset[str]:
        """Return what narrows them, beside the kind."""
        return bases_of(self.organisation).intersection(self.by)

    @property
    def provinces(self) -> str:
        """Return the names of the provinces of the body, to be read."""
        return ", ".join(Province(province).label for province in self.organisation.provinces)

    def describe(self) -> str:
        """Return how many bodies there are, and what they have in common."""
        text = str(COUNTS[OrganisationKind(self.organisation.kind)] % {"n": len(self.bodies)})
        if PROVINCE in self.bases:
            text = _("%(bodies)s in %(province)s") % {"bodies": text, "province": self.provinces}
        if SIZE in self.bases:
            least, most = (rounded(bound) for bound in bounds_of(self.organisation))
            values = {"bodies": text, "least": least, "most": most, "year": self._years()}
            text = _("%(bodies)s met %(least)s tot %(most)s inwoners (%(year)s)") % values
        return text

    def _years(self) -> str:
        """Return the years of the numbers of inhabitants that were compared."""
        bodies = (self.organisation, *self.bodies)
        years = [body.inhabitants_year for body in bodies if body.inhabitants_year]
        return "–".join(str(year) for year in sorted({min(years), max(years)})) if years else "?"


def find_alike(slug: str, by: Iterable[str] = USUAL) -> Alike | None:
    """Return the bodies like the one with this slug, or None when there is none."""
    organisation = Organisation.objects.filter(slug=slug).first()
    return Alike(organisation, frozenset(by)) if organisation else None
