"""Adoptions as a page or the API shows them: who may read what, how many there are, and how they spread."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.models import Page

from core.layout import home_url
from members.models import OrganisationContact
from organisations.models import Organisation
from reuse.choices import Source, Standing, Status
from reuse.models import WORDS, Adoption, AdoptionQuerySet

MOST_FIRST, MOST_NEAREST = 5, 3
# In the order in which a reader wants them: what works first.
ORDER = [Status.IN_USE, Status.PILOT, Status.EXPLORING, Status.STOPPED]


@dataclass(frozen=True)
class Row:
    """An adoption as everybody may read it; words that wait or are hidden are not in it."""

    adoption: Adoption
    is_alike: bool = False
    is_answered: bool = False  # somebody there can be asked about it

    @property
    def organisation(self) -> Organisation:
        """Return the body."""
        return self.adoption.organisation

    @property
    def anchor(self) -> str:
        """Return the name of the row on its page."""
        return f"overname-{self.adoption.pk}"

    @property
    def case_url(self) -> str:
        """Return the address of the case, in the language of the reader."""
        return f"{home_url()}{self.adoption.page.url_path.split('/', 2)[2]}"

    @property
    def is_counted(self) -> bool:
        """Tell whether it is in the totals: confirmed lately, and not made up."""
        return self.adoption.standing == Standing.CONFIRMED and not self.adoption.is_demo

    @property
    def is_proposal(self) -> bool:
        """Tell whether somebody else says so."""
        return self.adoption.standing == Standing.PROPOSED

    @property
    def status_label(self) -> str:
        """Return how far it is, in words."""
        return str(self.adoption.get_status_display())

    @property
    def since(self) -> str:
        """Return since when, in words, or nothing; of who stopped it is when it began."""
        year = {"year": self.adoption.since}
        if not self.adoption.since:
            return ""
        is_over = self.adoption.status == Status.STOPPED
        return _("(begonnen in %(year)s)") % year if is_over else _("sinds %(year)s") % year

    @property
    def progress(self) -> str:
        """Return how far it is and since when, in words."""
        return f"{self.status_label} {self.since}".strip()

    @property
    def note(self) -> str:
        """Return what a reader must know of how certain it is, or nothing."""
        adoption = self.adoption
        match adoption.standing:
            case Standing.PROPOSED:
                day = date_format(adoption.recorded_at, "j F Y")
                return _("Volgens %(who)s, %(day)s; niet bevestigd") % {
                    "who": _name_source(adoption),
                    "day": day,
                }
            case Standing.AGED if adoption.confirmed_at:
                return _("Niet opnieuw bevestigd sinds %(month)s") % {
                    "month": date_format(adoption.confirmed_at, "F Y")
                }
        return ""

    @property
    def words(self) -> dict[str, Any]:
        """Return scope, changes, effects, words on stopping and source, where these may be read."""
        is_open = self.adoption.shows_words
        return {name: getattr(self.adoption, name) if is_open else "" for name in WORDS}

    @property
    def effects(self) -> list[str]:
        """Return the effects as phrases: "30% minder storingen"."""
        return [_phrase(effect) for effect in self.words["effects"] or []]

    @property
    def on_behalf_of(self) -> list[Organisation]:
        """Return the bodies for which it does this."""
        return list(self.adoption.on_behalf_of.all())

    @property
    def origin(self) -> Organisation | None:
        """Return the body from which it came, unless that is the case itself."""
        origin = self.adoption.started_from
        return origin.organisation if origin and origin.is_said else None


def _name_source(adoption: Adoption) -> str:
    """Return who proposed it, in words."""
    names = {
        Source.COLLEAGUE: _("iemand die zegt er te werken"),
        Source.MAKER: _("de contactpersoon van het voorbeeld"),
    }
    return names.get(Source(adoption.source), _("de redactie"))


def _phrase(effect: dict[str, str]) -> str:
    """Return a measured effect as a phrase."""
    unit = effect["unit"] if effect["unit"].startswith("%") or not effect["unit"] else f" {effect['unit']}"
    return f"{effect['value']}{unit} {effect['label'][:1].lower()}{effect['label'][1:]}"


@dataclass(frozen=True)
class Totals:
    """How many organisations use a practice now, try it, and ever did; the made-up ones apart."""

    in_use: int = 0
    trying: int = 0
    ever: int = 0

    @classmethod
    def of(cls, adoptions: Iterable[Adoption]) -> "Totals":
        """Count what its organisation confirmed; what aged or stopped only counts as ever.

        Who only explores it has not done it yet.
        """
        said = [adoption for adoption in adoptions if adoption.is_said]
        done = [adoption for adoption in said if adoption.status != Status.EXPLORING]
        now = Counter(adoption.status for adoption in said if adoption.standing == Standing.CONFIRMED)
        return cls(now[Status.IN_USE], now[Status.PILOT] + now[Status.EXPLORING], len(done))

    def describe(self) -> list[tuple[int, str]]:
        """Return each number with its words, but those of nobody."""
        numbers = [
            (
                self.in_use,
                ngettext("organisatie gebruikt het nu", "organisaties gebruiken het nu", self.in_use),
            ),
            (
                self.trying,
                ngettext(
                    "organisatie verkent of probeert het",
                    "organisaties verkennen of proberen het",
                    self.trying,
                ),
            ),
            (
                self.ever,
                ngettext(
                    "organisatie deed het, nu of vroeger",
                    "organisaties deden het, nu of vroeger",
                    self.ever,
                ),
            ),
        ]
        return [(number, words) for number, words in numbers if number]


def arrange(rows: Iterable[Row]) -> list[Row]:
    """Return rows in the order of a reader: what is said, then bodies like hers, then what works."""

    def place(row: Row) -> tuple[bool, bool, int, str, str]:
        status = ORDER.index(Status(row.adoption.status))
        names = row.organisation.name, row.adoption.page.title
        return row.is_proposal, not row.is_alike, status, *names

    return sorted(rows, key=place)


class CaseAdoptions:
    """The adoptions of a case that everybody may read, those of bodies like the reader's first."""

    def __init__(self, page: Page, makers: Collection[int], alike: Collection[int] = ()) -> None:
        """Keep the case, the bodies that made it, and the bodies like the reader's; reads nothing yet."""
        self.page, self.makers, self.alike = page, makers, alike

    @cached_property
    def all(self) -> list[Adoption]:
        """Return the adoptions; who made the case is not among them. Two queries."""
        rows: AdoptionQuerySet = Adoption.objects.public().of_case(self.page)
        answering = OrganisationContact.objects.valid().filter(organisation=OuterRef("organisation"))
        rows = rows.exclude(organisation__in=self.makers).with_bodies()
        return list(rows.annotate(has_answerer=Exists(answering)))

    @cached_property
    def rows(self) -> list[Row]:
        """Return the rows in the order of a reader."""
        return arrange(self._row(adoption) for adoption in self.all)

    def _row(self, adoption: Adoption) -> Row:
        """Return the row of an adoption, which knows whether its organisation has somebody for questions."""
        is_answered = adoption.is_contact_there or adoption.has_answerer  # type: ignore[attr-defined]  # annotated
        return Row(adoption, adoption.organisation_id in self.alike, is_answered)

    def find_said(self, organisation: Organisation) -> Adoption | None:
        """Return what an organisation said itself, if it did."""
        said = (adoption for adoption in self.all if adoption.is_said)
        return next((adoption for adoption in said if adoption.organisation == organisation), None)

    @property
    def first_rows(self) -> list[Row]:
        """Return the most telling rows, for a page that has more to say."""
        return self.rows[:MOST_FIRST]

    @property
    def nearest(self) -> list[Row]:
        """Return the bodies like the reader's that know how it is done."""
        return [row for row in self.rows if row.is_alike and not row.is_proposal][:MOST_NEAREST]

    @property
    def has_demo(self) -> bool:
        """Tell whether some were made up for the demonstration."""
        return any(adoption.is_demo for adoption in self.all)

    @property
    def totals(self) -> Totals:
        """Return the numbers, without what was made up for the demonstration."""
        return Totals.of(adoption for adoption in self.all if not adoption.is_demo)
