"""Organisations: their official identity, and the names that people know them by."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from operator import attrgetter
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page, PageViewRestriction

from core.folding import fold_name
from core.models import BasePage, listed
from core.names import refuse_taken_name
from core.provinces import Province, province_by_name
from core.searchable import Searchable, SearchContent
from core.slugs import free_slug
from organisations.counts import build_counts
from organisations.sizes import count_inhabitants, size_of
from users.domains import validate_domain


class OrganisationKind(models.TextChoices):
    """What sort of body it is."""

    GEMEENTE = "gemeente", _("Gemeente")
    PROVINCIE = "provincie", _("Provincie")
    WATERSCHAP = "waterschap", _("Waterschap")
    MINISTERIE = "ministerie", _("Ministerie")
    ZBO = "zbo", _("Zelfstandig bestuursorgaan")
    UITVOERING = "uitvoeringsorganisatie", _("Uitvoeringsorganisatie")
    KOEPEL = "koepel", _("Koepelorganisatie")
    KENNIS = "kennisinstelling", _("Kennisinstelling")
    BEDRIJF = "bedrijf", _("Bedrijf")
    OVERIG = "overig", _("Overig")


def short_name_of(kind: str, name: str, short_name: str, abbreviation: str) -> str:
    """Return the name of a body that fits on a card: short where a short one is in use."""
    if kind in {OrganisationKind.GEMEENTE, OrganisationKind.PROVINCIE}:
        return name
    return abbreviation or short_name or name


def _exists_still() -> Q:
    """Return the condition that a body has not ended."""
    return Q(ended_date__isnull=True) | Q(ended_date__gt=timezone.localdate())


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Finds organisations by what people call them."""

    def current(self) -> "OrganisationQuerySet":
        """Return the bodies that still exist."""
        return self.filter(_exists_still())

    def names(self) -> "dict[str, Organisation | None]":
        """Return every organisation by every name, folded.

        Identifiers and full names come first, then the other names of bodies that exist, then those of
        bodies that ended. An unofficial name that two bodies share, such as Utrecht, has None.
        """
        bodies = sorted(self, key=attrgetter("is_ended"))
        found: dict[str, Organisation | None] = {}
        for body in bodies:
            for name in body.official_names():
                found.setdefault(fold_name(name), body)
        for is_ended in (False, True):
            generation = [body for body in bodies if body.is_ended == is_ended]
            found = _by_other_names(generation) | found
        return found

    def resolve(self, text: str) -> "Organisation | None":
        """Return the organisation with this name or identifier; for many at once, use `names()`."""
        return self.names().get(fold_name(text))


def _by_other_names(bodies: "Iterable[Organisation]") -> "dict[str, Organisation | None]":
    """Return the bodies by their short names, abbreviations and aliases; None where two claim the same."""
    claims: dict[str, dict[int, Organisation]] = defaultdict(dict)
    for body in bodies:
        for name in body.other_names():
            claims[fold_name(name)][body.pk] = body
    return {name: _only(owners.values()) for name, owners in claims.items()}


def _only(bodies: "Collection[Organisation]") -> "Organisation | None":
    """Return the body if there is exactly one."""
    return next(iter(bodies)) if len(bodies) == 1 else None


class Organisation(Searchable):
    """A body of government, or one that works with it. The key is the official identifier, else the name."""

    search_kind = "organisation"
    search_kind_label = _("Organisatie")
    search_links = ("practices.practiceorganisation",)

    name = models.CharField(_("naam"), max_length=255, unique=True)
    short_name = models.CharField(
        _("korte naam"), max_length=120, blank=True, help_text=_("Bijvoorbeeld: Breda")
    )
    slug = models.SlugField(_("webadres"), max_length=255, unique=True, blank=True)
    uri = models.URLField(
        _("identificatie"),
        unique=True,
        null=True,
        blank=True,
        help_text=_("Uit het register van overheidsorganisaties (TOOI)."),
    )
    kind = models.CharField(
        _("soort"), max_length=30, choices=OrganisationKind, default=OrganisationKind.OVERIG
    )
    province = models.CharField(_("provincie"), max_length=20, choices=Province, blank=True)
    other_provinces = models.CharField(
        _("ook in"),
        max_length=150,
        blank=True,
        help_text=_(
            "Andere provincies waarin zij werkt, met een komma ertussen. Bijvoorbeeld: Drenthe, Fryslân"
        ),
    )
    abbreviation = models.CharField(_("afkorting"), max_length=30, blank=True)
    aliases = models.TextField(_("andere en vroegere namen"), blank=True, help_text=_("Eén per regel."))
    inhabitants = models.PositiveIntegerField(
        _("inwoners"), null=True, blank=True, help_text=_("Van een gemeente of provincie.")
    )
    inhabitants_year = models.PositiveSmallIntegerField(
        _("jaar van het aantal inwoners"),
        null=True,
        blank=True,
        help_text=_("Het jaar staat overal bij het aantal."),
    )
    website = models.URLField(_("website"), blank=True)
    ended_date = models.DateField(_("opgeheven op"), null=True, blank=True)

    objects = OrganisationQuerySet.as_manager()

    panels: ClassVar[list] = [
        FieldPanel(name)
        for name in (
            "name",
            "short_name",
            "abbreviation",
            "aliases",
            "kind",
            "province",
            "other_provinces",
            "website",
            "uri",
            "inhabitants",
            "inhabitants_year",
            "ended_date",
            "slug",
        )
    ]

    class Meta:
        """Names and order."""

        verbose_name = _("organisatie")
        verbose_name_plural = _("organisaties")
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        """Return the name."""
        return self.name

    def clean(self) -> None:
        """Refuse a name that another body has; store no empty identifier, as only one row could have it."""
        super().clean()
        self.uri = self.uri or None
        refuse_taken_name(self)
        names = [name.strip() for name in self.other_provinces.split(",") if name.strip()]
        if unknown := [name for name in names if not province_by_name(name)]:
            raise ValidationError(
                {"other_provinces": _("Dit is geen provincie: %(name)s.") % {"name": unknown[0]}}
            )
        self.other_provinces = ", ".join(names)
        if self.inhabitants is not None and self.inhabitants_year is None:
            raise ValidationError({"inhabitants_year": _("Vul in van welk jaar het aantal inwoners is.")})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with a slug of its own, made once: it stays when the name changes."""
        self.uri = self.uri or None
        self.slug = self.slug or free_slug(self.name, Organisation.objects.all(), fallback="organisatie")
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """Return the address of its page in the active language."""
        return reverse("organisation", args=(self.slug,))

    def hit_url(self) -> str:
        """Return where a hit leads to."""
        return self.get_absolute_url()

    def hit_card(self, viewer: Any) -> dict[str, Any]:
        """Return the kind of body, its size, and the numbers that come with `findable_by`."""
        return {
            "title": self.name,
            "kind_label": self.get_kind_display(),
            "place": self.get_province_display(),
            "size": self.size_label,
            "cases": getattr(self, "cases", 0),
            "adopted": getattr(self, "adopted", 0),
        }

    @property
    def is_ended(self) -> bool:
        """Tell whether the body no longer exists."""
        return self.ended_date is not None and self.ended_date <= timezone.localdate()

    @property
    def display_name(self) -> str:
        """Return the name that fits on a card: short where a short one is in use."""
        return short_name_of(self.kind, self.name, self.short_name, self.abbreviation)

    @property
    def size(self) -> str:
        """Return the class of its number of inhabitants, if that is known."""
        return size_of(self.inhabitants)

    @property
    def size_label(self) -> str:
        """Return its number of inhabitants in words, with the year."""
        return count_inhabitants(self.inhabitants, self.inhabitants_year)

    @property
    def provinces(self) -> list[str]:
        """Return the provinces in which it works, the main one first."""
        others = (province_by_name(name.strip()) for name in self.other_provinces.split(","))
        return [province for province in dict.fromkeys([self.province, *others]) if province]

    @property
    def alias_list(self) -> list[str]:
        """Return the other names."""
        return [line.strip() for line in self.aliases.splitlines() if line.strip()]

    def official_names(self) -> list[str]:
        """Return the identifier and the full name."""
        return [name for name in (self.uri, self.name) if name]

    def other_names(self) -> list[str]:
        """Return what people call it: short name, abbreviation, and other or former names."""
        names = (self.short_name, self.abbreviation, *self.alias_list)
        return [name for name in dict.fromkeys(names) if name and name != self.name]

    def kind_words(self) -> tuple[str, ...]:
        """Return what sort of body it is, in both languages: a hoogheemraadschap is a waterschap too."""
        if self.kind == OrganisationKind.OVERIG:
            return ()
        words = []
        for language, _name in settings.LANGUAGES:
            with override(language):
                words.append(self.get_kind_display())
        return tuple(dict.fromkeys(words))

    def all_names(self) -> list[str]:
        """Return every name for it, the official ones first."""
        return [*self.official_names(), *self.other_names()]

    @classmethod
    def findable(cls) -> QuerySet["Organisation"]:
        """Return the bodies that exist, and those that ended but have a public case."""
        public = listed(Page.objects.all()).values("pk")
        with_cases = cls.objects.filter(practice_links__page__in=public).values("pk")
        return cls.objects.filter(_exists_still() | Q(pk__in=with_cases))

    @classmethod
    def touched_by(cls, instance: models.Model) -> QuerySet["Organisation"] | None:
        """Return the ended bodies of cases at or below this page, or the one that this link names.

        Only ended bodies depend on their cases: they are findable while they have a public one.
        """
        ended = cls.objects.filter(ended_date__isnull=False)
        if instance._meta.label_lower in cls.search_links:
            return ended.filter(practice_links__in=[instance.pk])
        page = instance.page if isinstance(instance, PageViewRestriction) else instance
        if not isinstance(page, Page):
            return None
        # Most pages have no children, and to compare the beginning of paths SQLite reads every link there is.
        at_or_below = Q(practice_links__page=page.pk)
        if page.numchild:
            at_or_below = Q(practice_links__page__path__startswith=page.path)
        return ended.filter(at_or_below).distinct()

    @classmethod
    def findable_by(cls, user: Any) -> QuerySet["Organisation"]:
        """Return the same for every user, each with its number of public cases, and what others count."""
        return cls.findable().annotate(cases=case_count(), **build_counts())

    def search_content(self) -> SearchContent:
        """Return its names and the kind of body."""
        facets: dict[str, tuple[str, ...]] = {"organisation_kind": (self.kind,), "organisation": (self.slug,)}
        if self.provinces:
            facets["province"] = tuple(self.provinces)
        if self.size:
            facets["size"] = (self.size,)
        return SearchContent(
            title=self.name,
            summary="",
            keywords=self.kind_words(),
            other_names=tuple(self.other_names()),
            is_named=True,
            facets=facets,
        )


def case_count() -> Count:
    """Return the expression for the number of public cases in which an organisation takes part."""
    public = Q(practice_links__page__in=listed(Page.objects.all()).values("pk"))
    return Count("practice_links__page", filter=public, distinct=True)


class OrganisationDomain(models.Model):
    """An e-mail domain that only people of the organisation have; several bodies may share one."""

    domain = models.CharField(
        _("e-maildomein"),
        max_length=253,
        validators=[validate_domain],
        help_text=_("Zonder @. Bijvoorbeeld: breda.nl"),
    )
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="domains", verbose_name=_("organisatie")
    )

    panels: ClassVar[list] = [FieldPanel("domain"), FieldPanel("organisation")]

    class Meta:
        """Names, order, and each pair once."""

        verbose_name = _("e-maildomein")
        verbose_name_plural = _("e-maildomeinen")
        ordering: ClassVar[list[str]] = ["domain", "organisation"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["domain", "organisation"], name="organisationdomain_once")
        ]

    def __str__(self) -> str:
        """Return the domain."""
        return self.domain

    def clean_fields(self, exclude: Any = None) -> None:
        """Accept a domain in capitals."""
        self.domain = self.domain.strip().lower()
        super().clean_fields(exclude)


class OrganisationIndexPage(BasePage):
    """The page with all organisations; search fills it."""

    search_kind = None
    listing = "organisation"
    is_section = True
    max_count_per_parent = 1
    parent_page_types: ClassVar[list[str]] = ["pages.HomePage"]
    subpage_types: ClassVar[list[str]] = []

    class Meta:
        """Names."""

        verbose_name = _("overzicht van organisaties")
        verbose_name_plural = _("overzichten van organisaties")
