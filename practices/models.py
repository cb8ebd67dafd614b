"""A case of good practice, and the page that lists them."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from taggit.models import TaggedItemBase
from wagtail.fields import StreamField
from wagtail.models import Orderable

from core.models import BasePage
from core.provinces import NATIONWIDE, Province
from core.searchable import Passage, Searchable, SearchContent
from practices import panels
from practices.blocks import BodyStreamBlock, section_text
from practices.cards import build_extra
from practices.choices import Language, Phase, Role
from practices.presentation import build_case_context

RESERVED_SLUGS = frozenset({"delen"})
EARLIEST_YEAR = 1950


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


class PracticeTag(TaggedItemBase):
    """A free word on a case."""

    content_object = ParentalKey("practices.PracticePage", models.CASCADE, related_name="tagged_items")


def _validate_year(year: int) -> None:
    """Refuse a year that has still to come."""
    if year > timezone.localdate().year + 1:
        raise ValidationError(_("Dit jaar ligt te ver in de toekomst."))


class PracticePage(BasePage, Searchable):
    """A case of good practice: what was the matter, what was done, what did it bring, who knows more."""

    search_kind = "case"
    parent_page_types: ClassVar[list[str]] = ["practices.PracticeIndexPage"]
    subpage_types: ClassVar[list[str]] = []

    summary = models.TextField(
        _("samenvatting"), max_length=500, blank=True, help_text=_("Eén of twee zinnen die ook los te lezen zijn.")
    )
    body = StreamField(BodyStreamBlock(), blank=True, verbose_name=_("verhaal"))
    themes = ParentalManyToManyField("taxonomy.Theme", blank=True, related_name="practices", verbose_name=_("thema’s"))
    techniques = ParentalManyToManyField(
        "taxonomy.Technique", blank=True, related_name="practices", verbose_name=_("technieken")
    )
    tags = ClusterTaggableManager(through=PracticeTag, blank=True, verbose_name=_("trefwoorden"))
    phase = models.CharField(
        _("fase"), max_length=10, choices=Phase, blank=True, help_text=_("Laat leeg wat je niet zeker weet.")
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
    province = models.CharField(_("provincie"), max_length=20, choices=Province, blank=True)
    latitude = models.FloatField(
        _("breedtegraad"), null=True, blank=True, validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    longitude = models.FloatField(
        _("lengtegraad"), null=True, blank=True, validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )
    language = models.CharField(_("taal van de tekst"), max_length=2, choices=Language, default=Language.NL)
    contact = models.ForeignKey(
        "members.Member",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="contact_for",
        verbose_name=_("contactpersoon"),
        help_text=_("Wie kan er meer over vertellen? Het e-mailadres tonen we nooit."),
    )
    authors = ParentalManyToManyField(
        "members.Member", blank=True, related_name="authored", verbose_name=_("schrijvers")
    )

    edit_handler = panels.build_edit_handler(BasePage)

    class Meta:
        """Names."""

        verbose_name = _("praktijkvoorbeeld")
        verbose_name_plural = _("praktijkvoorbeelden")

    def clean(self) -> None:
        """Check what fields say together, each message at its own field."""
        super().clean()
        errors: dict[str, Any] = {}
        if self.slug in RESERVED_SLUGS:
            errors["slug"] = _("Dit woord gebruikt de site zelf. Kies een ander webadres.")
        if (self.latitude is None) != (self.longitude is None):
            missing = "latitude" if self.latitude is None else "longitude"
            errors[missing] = _("Vul beide coördinaten in, of geen van beide.")
        if self.province and not self.place:
            errors["place"] = _("Vul ook de plaats in, of maak de provincie leeg: dan is het voorbeeld landelijk.")
        if errors:
            raise ValidationError(errors)

    @classmethod
    def findable(cls) -> QuerySet["PracticePage"]:
        """Return the cases that anyone may read, with all that a card or the index needs."""
        related = ["themes", "techniques", "tagged_items__tag", "organisation_links__organisation", "reuses__organisation"]
        return cls.objects.live().public().prefetch_related(*related)

    @classmethod
    def findable_by(cls, user: Any) -> QuerySet["PracticePage"]:
        """Return the same for every user: a private case is read through a link, not found."""
        return cls.objects.live().public()

    def hit_url(self) -> str:
        """Return where a hit leads to."""
        return self.url or ""

    def organisations(self) -> list[Any]:
        """Return the organisations in the order that the editor gave them."""
        return [link.organisation for link in self.organisation_links.all()]

    def sections(self) -> list[Any]:
        """Return the sections of the text."""
        return [block.value for block in self.body]

    def search_content(self) -> SearchContent:
        """Return text per section, the words that go with it, and the values of its facets."""
        organisations = self.organisations()
        themes, techniques = list(self.themes.all()), list(self.techniques.all())
        words = [item.tag.name for item in self.tagged_items.all()]
        words += [name for term in [*themes, *techniques] for name in (term.name, term.name_en) if name]
        words += [name for body in organisations for name in body.all_names() if not name.startswith("https://")]
        return SearchContent(
            title=self.title,
            summary=self.summary,
            passages=tuple(Passage(part.title, section_text(part), part.anchor) for part in self.sections()),
            keywords=tuple([*words, self.place] if self.place else words),
            language=self.language,
            date=self.first_published_at.date() if self.first_published_at else None,
            facets={
                "theme": tuple(theme.slug for theme in themes),
                "technique": tuple(technique.slug for technique in techniques),
                "organisation": tuple(body.slug for body in organisations),
                "organisation_kind": tuple(sorted({body.kind for body in organisations})),
                "province": (self.province or (NATIONWIDE if not self.place else ""),),
                "phase": (self.phase,),
                "year": (str(self.started or ""),),
                "language": (self.language,),
            },
            extra=build_extra(self),
            reuse=len(self.reuses.all()),
        )

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add what the page shows beside the text."""
        context = super().get_context(request, *args, **kwargs)
        return context | build_case_context(self, request)


class PracticeOrganisation(Orderable):
    """An organisation that takes part in a case."""

    page = ParentalKey(PracticePage, models.CASCADE, related_name="organisation_links")
    organisation = models.ForeignKey(
        "organisations.Organisation", models.CASCADE, related_name="practice_links", verbose_name=_("organisatie")
    )
    role = models.CharField(_("rol"), max_length=10, choices=Role, default=Role.PARTNER)

    panels = panels.ORGANISATION


class PracticeReuse(Orderable):
    """An organisation that took the practice over."""

    page = ParentalKey(PracticePage, models.CASCADE, related_name="reuses")
    organisation = models.ForeignKey(
        "organisations.Organisation", models.CASCADE, related_name="reuse_links", verbose_name=_("organisatie")
    )


class PracticeResult(Orderable):
    """A measured effect."""

    page = ParentalKey(PracticePage, models.CASCADE, related_name="results")
    label = models.CharField(_("wat"), max_length=200, help_text=_("Bijvoorbeeld: water per ton aardappelen"))
    value = models.CharField(_("waarde"), max_length=50, help_text=_("Bijvoorbeeld: 30"))
    unit = models.CharField(_("eenheid"), max_length=60, blank=True, help_text=_("Bijvoorbeeld: % minder"))
    how = models.CharField(_("hoe gemeten"), max_length=250, blank=True)


class PracticeLesson(Orderable):
    """Something that others need not find out again."""

    page = ParentalKey(PracticePage, models.CASCADE, related_name="lessons")
    text = models.TextField(_("les"), help_text=_("Eén les in één of twee zinnen."))


class PracticeSource(Orderable):
    """Where it can be read."""

    page = ParentalKey(PracticePage, models.CASCADE, related_name="sources")
    title = models.CharField(_("titel"), max_length=250)
    url = models.URLField(_("webadres"), max_length=500, blank=True)


class RelatedPractice(Orderable):
    """Another case that an editor wants beside this one."""

    page = ParentalKey(PracticePage, models.CASCADE, related_name="related_links")
    related = models.ForeignKey(PracticePage, models.CASCADE, related_name="+", verbose_name=_("praktijkvoorbeeld"))


class PracticeDocument(Orderable):
    """A document that goes with the case."""

    page = ParentalKey(PracticePage, models.CASCADE, related_name="documents")
    document = models.ForeignKey("wagtaildocs.Document", models.CASCADE, related_name="+", verbose_name=_("document"))
