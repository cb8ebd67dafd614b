"""A case of good practice, and the page that lists them."""

import datetime
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import chain
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, URLValidator
from django.db import models
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from taggit.models import TaggedItemBase
from wagtail.fields import StreamField
from wagtail.models import Orderable
from wagtail.url_routing import RouteResult

from core.layout import home_url
from core.models import BasePage
from core.provinces import NATIONWIDE, Province
from core.references import follow_fields
from core.reserved import RESERVED_PRACTICE_SLUGS
from core.searchable import Passage, Searchable, SearchContent
from organisations.models import Organisation
from practices import panels
from practices.blocks import BodyStreamBlock, SectionValue, section_text
from practices.cards import Card, home_of
from practices.choices import EARLIEST_YEAR, Language, Phase, Role
from practices.presentation import build_case_context
from practices.queries import INDEXED, PracticeManager, PracticeQuerySet
from practices.readiness import Point, check_readiness
from practices.reuse_pages import ReusePages
from reuse.choices import Status, StopReason
from reuse.models import Adoption
from taxonomy.models import Technique, Theme

MOST_CHARACTERS = {
    "title": 200,
    "summary": 500,
    "stopped_because": 1500,
    "next_time": 1500,
}  # as in the exchange format of docs/architecture.md
# Anchors of the other parts of the page; a section with such a heading gets a number.
PAGE_ANCHORS = """
    bronnen delen gestopt hoort-bij inhoud inhoudsopgave kort lessen overgenomen resultaten vragen zoek
""".split()
PLAIN_SLUG = re.compile(r"[a-z0-9-]+\Z")


class PracticeIndexPage(BasePage):
    """The page with all cases; search fills it."""

    search_kind = None
    listing = "case"
    is_section = True
    max_count_per_parent = 1
    parent_page_types: ClassVar[list[str]] = ["pages.HomePage"]
    subpage_types: ClassVar[list[str]] = ["practices.PracticePage"]

    class Meta:
        """Names."""

        verbose_name = _("overzicht van praktijkvoorbeelden")
        verbose_name_plural = _("overzichten van praktijkvoorbeelden")

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Find the requested case together with everything that its page shows.

        A case that exists only in another language is found too, so readers keep the site in their own.
        """
        if not path_components:
            return super().route(request, path_components)
        slug, *rest = path_components
        named = PracticePage.objects.live().filter(slug=slug)
        # The other lists are read only when this one does not have the case.
        lists = chain([self], self.get_translations().live())
        page = next(filter(None, (named.child_of(index).with_everything().first() for index in lists)), None)
        if page is None:
            raise Http404
        return page.route(request, rest)


class PracticeTag(TaggedItemBase):
    """A free word on a case."""

    content_object = ParentalKey(
        "practices.PracticePage", on_delete=models.CASCADE, related_name="tagged_items"
    )


def _validate_year(year: int) -> None:
    """Refuse a year after the next one; a case may start next year."""
    if year > timezone.localdate().year + 1:
        raise ValidationError(_("Dit jaar ligt te ver in de toekomst."))


def _validate_known_day(day: datetime.date) -> None:
    """Refuse a day in the future."""
    if day > timezone.localdate():
        raise ValidationError(_("Deze dag moet nog komen. Vul in van wanneer de tekst is."))


class PracticePage(ReusePages, BasePage, Searchable):
    """A case of good practice: the problem, the approach, the results, and who knows more."""

    search_kind = "case"
    search_kind_label = _("Praktijkvoorbeeld")
    search_links = ("reuse.adoption",)
    parent_page_types: ClassVar[list[str]] = ["practices.PracticeIndexPage"]
    subpage_types: ClassVar[list[str]] = []

    summary = models.TextField(
        _("samenvatting"),
        max_length=MOST_CHARACTERS["summary"],
        blank=True,
        help_text=_(
            "Eén of twee zinnen die ook los te lezen zijn. Bijvoorbeeld: Rijkswaterstaat voorspelt wanneer "
            "een weg onderhoud nodig heeft. Dat scheelt kosten en hinder."
        ),
    )
    body = StreamField(
        BodyStreamBlock(),
        blank=True,
        verbose_name=_("verhaal"),
        help_text=_(
            "Bijvoorbeeld: Aanleiding, Aanpak, Data en techniek, Resultaat. Sla over wat je niet weet."
        ),
    )
    themes = ParentalManyToManyField(
        "taxonomy.Theme",
        blank=True,
        related_name="practices",
        verbose_name=_("thema’s"),
        help_text=_("Aan welke opgave werkt dit? Bijvoorbeeld: Energietransitie"),
    )
    techniques = ParentalManyToManyField(
        "taxonomy.Technique",
        blank=True,
        related_name="practices",
        verbose_name=_("technieken"),
        help_text=_("Wat werd er met de data gedaan? Bijvoorbeeld: Voorspellend model"),
    )
    tags = ClusterTaggableManager(
        through=PracticeTag,
        blank=True,
        verbose_name=_("trefwoorden"),
        help_text=_("Woorden waarmee iemand hiernaar zoekt. Bijvoorbeeld: asfalt, rijkswegen"),
    )
    phase = models.CharField(
        _("fase"),
        max_length=10,
        choices=Phase,
        blank=True,
        help_text=_("Hoe ver is het? Laat leeg wat je niet zeker weet. Bijvoorbeeld: Proef"),
    )
    stop_reason = models.CharField(
        _("waarom gestopt"),
        max_length=10,
        choices=StopReason,
        blank=True,
        help_text=_(
            "Alleen als de fase “Gestopt” is. Bijvoorbeeld: De data waren niet goed genoeg. "
            "Van wat niet lukte, leert een ander het meest."
        ),
    )
    stopped_because = models.TextField(
        _("wat er gebeurde"),
        max_length=1500,
        blank=True,
        help_text=_("Bijvoorbeeld: de metingen kwamen te laat binnen om er nog iets mee te doen."),
    )
    next_time = models.TextField(
        _("wat je een volgende keer anders doet"),
        max_length=1500,
        blank=True,
        help_text=_("Bijvoorbeeld: eerst met de meetdienst afspreken hoe snel de data er moeten zijn."),
    )
    started = models.PositiveSmallIntegerField(
        _("begonnen in"),
        null=True,
        blank=True,
        validators=[MinValueValidator(EARLIEST_YEAR), _validate_year],
        help_text=_("Een jaar. Bijvoorbeeld: 2018"),
    )
    place = models.CharField(
        _("plaats"), max_length=100, blank=True, help_text=_("Leeg betekent: landelijk. Bijvoorbeeld: Breda")
    )
    province = models.CharField(
        _("provincie"),
        max_length=20,
        choices=Province,
        blank=True,
        help_text=_("Waar de plaats ligt. Bijvoorbeeld: Noord-Brabant"),
    )
    latitude = models.FloatField(
        _("breedtegraad"),
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
        help_text=_("Bijvoorbeeld: 51,587"),
    )
    longitude = models.FloatField(
        _("lengtegraad"),
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
        help_text=_("Bijvoorbeeld: 4,776"),
    )
    language = models.CharField(
        _("taal van de tekst"),
        max_length=2,
        choices=Language,
        default=Language.NL,
        help_text=_("In welke taal is het geschreven? Bijvoorbeeld: Nederlands"),
    )
    as_of = models.DateField(
        _("stand van"),
        null=True,
        blank=True,
        validators=[_validate_known_day],
        help_text=_(
            "Van wanneer is wat hier staat? De lezer ziet de maand. Bijvoorbeeld: 1-2-2019. "
            "Leeg betekent: de dag van de laatste publicatie."
        ),
    )
    contact = models.ForeignKey(
        "members.Member",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="contact_for",
        verbose_name=_("contactpersoon"),
        help_text=_(
            "Wie kan er meer over vertellen? Bijvoorbeeld: de projectleider. Het e-mailadres tonen we nooit."
        ),
    )
    authors = ParentalManyToManyField(
        "members.Member",
        blank=True,
        related_name="authored",
        verbose_name=_("schrijvers"),
        help_text=_(
            "Wie schreef dit? Bijvoorbeeld: de projectleider. Je kiest uit leden die met hun naam in de "
            "ledenlijst staan. Op hun profiel staat dit voorbeeld er dan bij."
        ),
    )

    has_former_author = models.BooleanField(default=False, editable=False)
    contact_before: int | None = None  # of the public page, as `signal_handlers` reads it before a save

    objects = PracticeManager()

    edit_handler = panels.build_edit_handler(BasePage)

    class Meta:
        """Names."""

        verbose_name = _("praktijkvoorbeeld")
        verbose_name_plural = _("praktijkvoorbeelden")

    def faults(self) -> Iterator[tuple[str, Any]]:
        """Yield pairs of a field and what is wrong with it, or nothing."""
        yield from super().faults()
        for name, most in MOST_CHARACTERS.items():
            if len(getattr(self, name)) > most:
                yield name, _("Maak dit korter: hoogstens %(most)d tekens.") % {"most": most}
        if (self.latitude is None) != (self.longitude is None):
            missing = "latitude" if self.latitude is None else "longitude"
            yield missing, _("Vul beide coördinaten in, of geen van beide.")
        if not self.place and (self.province or self.latitude is not None):
            nationwide = _(
                "Vul ook de plaats in, of maak provincie en coördinaten leeg: dan is het voorbeeld landelijk."
            )
            yield "place", nationwide
        if self.phase != Phase.STOPPED and (self.stop_reason or self.stopped_because or self.next_time):
            yield "phase", _("Kies “Gestopt”, of maak leeg waarom het gestopt is.")

    def publishing_faults(self) -> Iterator[tuple[str, Any]]:
        """Yield what a draft may lack and a published case may not.

        An import does not ask for this: the exchange format allows sections without a heading.
        """
        yield from super().publishing_faults()
        if not self.summary and not self.body:
            yield "summary", _("Er staat nog niets in. Schrijf een samenvatting of een verhaal.")
        try:
            is_whole = len(self.body.stream_block.clean(self.body)) == len(self.body)
        except ValidationError:
            is_whole = False
        if not is_whole:
            yield "body", _("In het verhaal mist een kop of een tekst, of staat een kop twee keer.")

    def readiness(self) -> list[Point]:
        """Return what the case already has and what it still lacks."""
        return check_readiness(self)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; a new translation gets the language of its locale.

        An alias does not: it shows the text of its original.
        """
        if self._state.adding and not self.alias_of_id and self.get_translations().exists():
            self.language = self.locale.language_code
        super().save(*args, **kwargs)

    def with_content_json(self, content: dict[str, Any]) -> "PracticePage":
        """Return a version of the page; that a former member wrote it stays true of every version."""
        page: PracticePage = super().with_content_json(content)
        page.has_former_author = self.has_former_author
        return page

    def slug_fault(self) -> Any:
        """Return what is wrong with the slug, which is unique among all cases and not only below one page."""
        if self.slug in RESERVED_PRACTICE_SLUGS:
            return _("Dit woord gebruikt de site zelf. Kies een ander webadres.")
        if not PLAIN_SLUG.match(self.slug):
            return _("Gebruik alleen kleine letters, cijfers en streepjes.")
        others = (
            PracticePage.objects.filter(slug=self.slug)
            .exclude(pk=self.pk)
            .exclude(translation_key=self.translation_key)
        )
        return _("Een ander voorbeeld heeft dit webadres al.") if others.exists() else None

    @classmethod
    def findable(cls) -> PracticeQuerySet:
        """Return the cases that anyone may read, with all that the index needs."""
        return cls.objects.listed().select_related("locale").with_relations(INDEXED)

    @classmethod
    def cards(cls) -> "QuerySet[PracticePage, Card]":
        """Return the cards of the cases that anyone may read, in the language active when they are read."""
        return _cards().all()

    @classmethod
    def findable_by(cls, user: Any) -> "QuerySet[PracticePage, Card]":
        """Return the same cards for every user: a private case is read through a link, never found."""
        return cls.cards()

    @classmethod
    def touched_by(cls, instance: models.Model) -> QuerySet["PracticePage"] | None:
        """Return the cases that name this term or organisation."""
        match instance:
            case Theme():
                return cls.objects.filter(themes=instance)
            case Technique():
                return cls.objects.filter(techniques=instance)
            case Organisation():
                takes_part = Q(organisation_links__organisation=instance)
                took_over = Q(translation_key__in=instance.adoptions.values("case_key"))
                return cls.objects.filter(takes_part | took_over).distinct()
            case Adoption():
                return cls.objects.filter(translation_key=instance.case_key)
        return None

    def hit_url(self) -> str:
        """Return the address in the language of the reader, even when the case is written in another."""
        return f"{home_url()}{self._path_below_home()}"

    @property
    def reuse_url(self) -> str:
        """Return the address of the page on who does this too."""
        return f"{self.hit_url()}hergebruik/"

    def canonical_url(self) -> str:
        """Return the address in its own language.

        `url` gives the same, but asks the cache for each page of a list.
        """
        return f"{home_of(self.locale.language_code)}{self._path_below_home()}"

    def readable_urls(self) -> dict[str, str]:
        """Return the addresses of this case by the language of the reader."""
        return {code: f"{home_of(code)}{self._path_below_home()}" for code, _name in settings.LANGUAGES}

    def _path_below_home(self) -> str:
        """Return the part of the address that is the same in every language."""
        return self.url_path.split("/", 2)[2]

    def organisations(self) -> list[Organisation]:
        """Return the organisations in the order that the editor gave them."""
        return [link.organisation for link in self.organisation_links.all()]

    @cached_property
    def adopters(self) -> list[Adoption]:
        """Return the adoptions that count: confirmed, not made up, and of others than who made the case.

        A query of `with_relations` sets them.
        """
        rows = Adoption.objects.counted().of_case(self).select_related("organisation")
        return list(rows.exclude(organisation__in=[body.pk for body in self.organisations()]))

    @cached_property
    def all_adoptions(self) -> list[Adoption]:
        """Return every adoption, also what ended; exports and imports read those of many cases at once."""
        return list(Adoption.objects.of_case(self).with_bodies()) if self.pk else []

    @property
    def users(self) -> list[Organisation]:
        """Return the organisations that use it now, those that made it left out."""
        return [adoption.organisation for adoption in self.adopters if adoption.status == Status.IN_USE]

    def sections(self) -> list[SectionValue]:
        """Return the sections of the text, each with an anchor that is unique on the page."""
        sections = [block.value for block in self.body]
        seen = Counter(PAGE_ANCHORS)
        for section in sections:
            seen[section.stem] += 1
            section.anchor_suffix = f"-{seen[section.stem]}" if seen[section.stem] > 1 else ""
            section.language = self.language
        return sections

    def search_content(self) -> SearchContent:
        """Return the text per section, the keywords, and the values of the facets."""
        return SearchContent(
            title=self.title,
            summary=self.summary,
            passages=(*self.section_passages(), *self._passages_beside()),
            keywords=tuple(self._keywords()),
            proper_names=tuple(self._proper_names()),
            language=self.language,
            date=timezone.localdate(self.first_published_at) if self.first_published_at else None,
            facets={
                name: tuple(value for value in values if value) for name, values in self._facets().items()
            },
            reuse=len(self.users),
        )

    def section_passages(self) -> list[Passage]:
        """Return the text of each section."""
        return [Passage(part.title, section_text(part), part.anchor) for part in self.sections()]

    def _passages_beside(self) -> list[Passage]:
        """Return the results and lessons, which are not part of the body."""
        results = " ".join(f"{item.value} {item.unit} {item.label}." for item in self.results.all())
        lessons = " ".join(lesson.text for lesson in self.lessons.all())
        with override(self.language):
            parts = [
                (gettext("Gemeten resultaten"), results, "resultaten"),
                (gettext("Waarom het stopte"), f"{self.stopped_because} {self.next_time}".strip(), "gestopt"),
                (gettext("Geleerde lessen"), lessons, "lessen"),
            ]
        return [Passage(*part) for part in parts if part[1]]

    def terms_by_facet(self) -> dict[str, dict[str, str]]:
        """Return labels by facet and slug, to say what another case shares or differs in.

        The most telling facet comes first.
        """
        return {
            "technique": {technique.slug: technique.label for technique in self.techniques.all()},
            "theme": {theme.slug: theme.label for theme in self.themes.all()},
            "organisation": {body.slug: body.display_name for body in self.organisations()},
            "province": {self.province: self.get_province_display()} if self.place else {},
        }

    def _keywords(self) -> list[str]:
        """Return words that find this case although they are not in its text."""
        terms = [*self.themes.all(), *self.techniques.all()]
        words = [item.tag.name for item in self.tagged_items.all()]
        words += [name for term in terms for name in (term.name, term.name_en)]
        return [word for word in dict.fromkeys(words) if word]

    def _proper_names(self) -> list[str]:
        """Return the names of the bodies that take part, and of the place."""
        names = [name for body in self.organisations() for name in (body.name, *body.other_names())]
        return [name for name in dict.fromkeys([*names, self.place]) if name]

    def _facets(self) -> dict[str, list[str]]:
        """Return the values of each facet; a case without a place is nationwide."""
        bodies = self.organisations()
        return {
            "theme": [theme.slug for theme in self.themes.all()],
            "technique": [technique.slug for technique in self.techniques.all()],
            "organisation": [body.slug for body in bodies],
            "organisation_kind": sorted({body.kind for body in bodies}),
            "size": sorted({body.size for body in bodies}),
            "province": [self.province if self.place else NATIONWIDE],
            "phase": [self.phase],
            "outcome": [self.stop_reason],
            "reuse": [adoption.status for adoption in self.adopters],
            "year": [str(self.started or "")],
            "language": [self.language],
        }

    def breadcrumbs(self, request: HttpRequest) -> list[dict[str, str]]:
        """Return the breadcrumbs; a case always stands at the same depth, so this takes no query."""
        cases = {"title": gettext("Praktijkvoorbeelden"), "url": f"{home_url()}praktijkvoorbeelden/"}
        return [
            {"title": gettext("Start"), "url": home_url()},
            cases,
            {"title": self.title, "url": "", "language": self.language},
        ]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add what the page shows beside the text."""
        return super().get_context(request, *args, **kwargs) | build_case_context(self, request)


follow_fields(PracticePage, "themes", "techniques", "authors")


class PracticeOrganisation(Orderable):
    """An organisation that takes part in a case."""

    page = ParentalKey(PracticePage, on_delete=models.CASCADE, related_name="organisation_links")
    organisation = models.ForeignKey(
        "organisations.Organisation",
        models.CASCADE,
        related_name="practice_links",
        verbose_name=_("organisatie"),
    )
    role = models.CharField(
        _("rol"),
        max_length=10,
        choices=Role,
        blank=True,
        help_text=_("Laat leeg wat je niet weet. Bijvoorbeeld: Trekker"),
    )

    class Meta(Orderable.Meta):
        """A name, which `/cms/` shows in its lists of what uses what."""

        verbose_name = _("organisatie")


class PracticeResult(Orderable):
    """A measured effect."""

    page = ParentalKey(PracticePage, on_delete=models.CASCADE, related_name="results")
    label = models.CharField(_("wat"), max_length=200, help_text=_("Bijvoorbeeld: water per ton aardappelen"))
    value = models.CharField(_("waarde"), max_length=50, help_text=_("Bijvoorbeeld: 30"))
    unit = models.CharField(_("eenheid"), max_length=60, blank=True, help_text=_("Bijvoorbeeld: % minder"))
    how = models.CharField(
        _("hoe gemeten"),
        max_length=250,
        blank=True,
        help_text=_("Bijvoorbeeld: vergelijking van twee oogsten"),
    )


class PracticeLesson(Orderable):
    """Something that others need not find out again."""

    page = ParentalKey(PracticePage, on_delete=models.CASCADE, related_name="lessons")
    text = models.TextField(
        _("les"), help_text=_("Eén les in één of twee zinnen. Bijvoorbeeld: Begin met één wijk.")
    )


class PracticeSource(Orderable):
    """Where it can be read."""

    page = ParentalKey(PracticePage, on_delete=models.CASCADE, related_name="sources")
    title = models.CharField(
        _("titel"), max_length=250, help_text=_("Bijvoorbeeld: Evaluatie van de proef, 2024")
    )
    url = models.URLField(
        _("webadres"), max_length=500, blank=True, validators=[URLValidator(schemes=["http", "https"])]
    )


class RelatedPractice(Orderable):
    """Another case that an editor wants beside this one."""

    page = ParentalKey(PracticePage, on_delete=models.CASCADE, related_name="related_links")
    related = models.ForeignKey(
        PracticePage, models.CASCADE, related_name="+", verbose_name=_("praktijkvoorbeeld")
    )

    class Meta(Orderable.Meta):
        """A name, which `/cms/` shows in its lists of what uses what."""

        verbose_name = _("verwant praktijkvoorbeeld")


class PracticeDocument(Orderable):
    """A document that goes with the case."""

    page = ParentalKey(PracticePage, on_delete=models.CASCADE, related_name="documents")
    document = models.ForeignKey(
        "wagtaildocs.Document", models.CASCADE, related_name="+", verbose_name=_("document")
    )

    class Meta(Orderable.Meta):
        """A name, which `/cms/` shows in its lists of what uses what."""

        verbose_name = _("document")


@cache
def _cards() -> "QuerySet[PracticePage, Card]":
    """Return the query of all cards; building it takes longer than running it."""
    return PracticePage.objects.listed().as_cards().order_by()
