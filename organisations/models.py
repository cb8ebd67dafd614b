"""Organisations: who they are officially, and the names that people know them by."""

import datetime
from collections.abc import Iterable
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from core.models import BasePage
from core.provinces import Province
from core.searchable import Searchable, SearchContent


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


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Finds organisations by what people call them."""

    def current(self) -> "OrganisationQuerySet":
        """Return the bodies that still exist."""
        return self.filter(Q(ended_date__isnull=True) | Q(ended_date__gt=timezone.localdate()))

    def names(self) -> dict[str, "Organisation"]:
        """Return every organisation by every name, lower case; a body that exists wins over one that ended."""
        found: dict[str, Organisation] = {}
        for organisation in sorted(self, key=lambda body: body.ended_date is not None):
            for name in organisation.all_names():
                found.setdefault(name.casefold(), organisation)
        return found


class Organisation(Searchable):
    """A body of government, or one that works with it. The key is the official identifier, else the name."""

    search_kind = "organisation"

    name = models.CharField(_("naam"), max_length=255, unique=True)
    short_name = models.CharField(_("korte naam"), max_length=120, blank=True, help_text=_("Bijvoorbeeld: Breda"))
    slug = models.SlugField(_("webadres"), max_length=255, unique=True, blank=True)
    uri = models.URLField(
        _("identificatie"), unique=True, null=True, blank=True, help_text=_("Uit het register van overheidsorganisaties (TOOI).")
    )
    kind = models.CharField(_("soort"), max_length=30, choices=OrganisationKind, default=OrganisationKind.OVERIG)
    province = models.CharField(_("provincie"), max_length=20, choices=Province, blank=True)
    abbreviation = models.CharField(_("afkorting"), max_length=30, blank=True)
    aliases = models.TextField(_("andere en vroegere namen"), blank=True, help_text=_("Eén per regel."))
    inhabitants = models.PositiveIntegerField(_("inwoners in 2016"), null=True, blank=True)
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
            "website",
            "uri",
            "inhabitants",
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
        """Leave out what says nothing, and make the slug."""
        super().clean()
        self.uri = self.uri or None
        self.slug = self.slug or slugify(self.name)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with a slug."""
        self.clean()
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """Return the address of its page in the active language."""
        return reverse("organisation", args=(self.slug,))

    def hit_url(self) -> str:
        """Return where a hit leads to."""
        return self.get_absolute_url()

    @property
    def display_name(self) -> str:
        """Return the name that fits on a card: short where a short one is in use."""
        if self.kind in {OrganisationKind.GEMEENTE, OrganisationKind.PROVINCIE}:
            return self.name
        return self.abbreviation or self.short_name or self.name

    @property
    def alias_list(self) -> list[str]:
        """Return the other names."""
        return [line.strip() for line in self.aliases.splitlines() if line.strip()]

    def all_names(self) -> Iterable[str]:
        """Return everything that somebody may call it, the official ways first."""
        names = [self.uri, self.name, self.short_name, self.abbreviation, *self.alias_list]
        return (name for name in names if name)

    @classmethod
    def findable(cls) -> QuerySet["Organisation"]:
        """Return the bodies that exist."""
        return cls.objects.current()

    @classmethod
    def findable_by(cls, user: Any) -> QuerySet["Organisation"]:
        """Return the same for every user."""
        return cls.findable()

    def search_content(self) -> SearchContent:
        """Return its names and what sort of body it is."""
        facets = {"organisation_kind": (self.kind,), "organisation": (self.slug,)}
        if self.province:
            facets["province"] = (self.province,)
        names = [name for name in self.all_names() if not name.startswith("https://") and name != self.name]
        return SearchContent(
            title=self.name,
            summary="",
            keywords=tuple(names),
            facets=facets,
            extra={"kind": self.kind, "province": self.province},
        )


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


def parse_date(text: str) -> datetime.date | None:
    """Return the date of an ISO text, or None when it is empty."""
    return datetime.date.fromisoformat(text[:10]) if text else None
