"""The terms that cases and members share."""

from typing import Any, ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from core.folding import fold_name
from core.names import refuse_taken_name
from core.slugs import free_slug
from taxonomy.colours import Colour, least_used


class TermQuerySet(models.QuerySet[Any]):
    """Finds terms by the names that people use."""

    def by_words(self) -> dict[str, Any]:
        """Return every term by its slug and by each of its names, folded."""
        terms = list(self)
        return {
            fold_name(word): term for term in terms for word in (term.name_en, term.name, term.slug) if word
        }


class Term(models.Model):
    """A word that editors manage, with its name in both languages.

    The slug stands for it in addresses and in the index.
    """

    name = models.CharField(_("naam"), max_length=100, unique=True)
    name_en = models.CharField(_("naam in het Engels"), max_length=100, blank=True)
    slug = models.SlugField(
        _("webadres"),
        max_length=100,
        unique=True,
        blank=True,
        validators=[
            RegexValidator(r"^[a-z0-9-]+$", _("Gebruik alleen kleine letters, cijfers en streepjes."))
        ],
        help_text=_("Leeg laten mag: dan maken we het van de naam. Verander het later liever niet."),
    )
    description = models.TextField(_("uitleg"), blank=True, help_text=_("Eén zin: wat valt eronder?"))
    description_en = models.TextField(_("uitleg in het Engels"), blank=True)

    objects = TermQuerySet.as_manager()

    panels: ClassVar[list] = [
        FieldPanel("name"),
        FieldPanel("name_en"),
        FieldPanel("slug"),
        FieldPanel("description"),
        FieldPanel("description_en"),
    ]

    class Meta:
        """No table of its own."""

        abstract = True
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        """Return the name."""
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, with a slug made from the name when there is none."""
        self.slug = self.slug or free_slug(self.name, type(self).objects.all(), fallback="term")
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """Refuse a name that another term already has."""
        super().clean()
        refuse_taken_name(self)

    @property
    def label(self) -> str:
        """Return the name in the active language."""
        return self.name_en if get_language() == "en" and self.name_en else self.name

    @property
    def explanation(self) -> str:
        """Return the description in the active language."""
        return self.description_en if get_language() == "en" and self.description_en else self.description


class Theme(Term):
    """A problem of society that data can help with."""

    colour = models.CharField(
        _("kleur"),
        max_length=20,
        choices=Colour.choices,
        blank=True,
        help_text=_(
            "Van de lijnen en stippen bij dit thema. Leeg laten mag: dan kiezen we de kleur "
            "die het minst in gebruik is."
        ),
    )
    order = models.PositiveSmallIntegerField(_("volgorde"), default=0)

    panels: ClassVar[list] = [*Term.panels, FieldPanel("colour"), FieldPanel("order")]

    class Meta(Term.Meta):
        """Names and order."""

        verbose_name = _("thema")
        verbose_name_plural = _("thema’s")
        ordering: ClassVar[list[str]] = ["order", "name"]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, with the least used colour when none was chosen."""
        self.colour = self.colour or least_used(type(self).objects.values_list("colour", flat=True))
        super().save(*args, **kwargs)


class Technique(Term):
    """A way of working with data."""

    class Meta(Term.Meta):
        """Names."""

        verbose_name = _("techniek")
        verbose_name_plural = _("technieken")
