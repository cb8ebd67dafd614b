"""The home page, and pages of text such as "about" and "privacy"."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Case, Count, Q, QuerySet, When
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, PageChooserPanel
from wagtail.fields import RichTextField, StreamField

from core.layout import home_url
from core.models import BasePage, listed
from core.searchable import Searchable, SearchContent
from pages.blocks import HomeFigureBlock, InvitationBlock
from pages.passages import build_passages, name_headings
from practices.cover import build_drawing, build_motif
from practices.models import PracticePage
from practices.services import latest_adopted
from taxonomy.models import Theme

LATEST = 6  # the newest cases that the home page shows
LATEST_ADOPTED = 4
REST = "overig"  # the theme of what fits no other one


class HomePage(BasePage):
    """The home page: what the site has, where to begin, and what it achieved."""

    search_kind = None
    max_count_per_parent = 1
    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]

    intro = models.TextField(_("inleiding"), blank=True, help_text=_("Twee of drie zinnen onder de titel."))
    example_queries = models.TextField(
        _("voorbeelden van zoekvragen"), blank=True, help_text=_("Eén per regel. Bijvoorbeeld: rioolgemalen")
    )
    featured = models.ForeignKey(
        "practices.PracticePage",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("uitgelicht"),
    )
    figures = StreamField([("figure", HomeFigureBlock())], blank=True, verbose_name=_("cijfers"))
    invitations = StreamField(
        [("invitation", InvitationBlock())], blank=True, verbose_name=_("uitnodigingen")
    )

    content_panels: ClassVar[list] = [
        *BasePage.content_panels,
        FieldPanel("intro"),
        FieldPanel("example_queries"),
        PageChooserPanel("featured", "practices.PracticePage"),
        FieldPanel("figures"),
        FieldPanel("invitations"),
    ]

    class Meta:
        """Names."""

        verbose_name = _("startpagina")
        verbose_name_plural = _("startpagina’s")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the newest cases, the themes with their number of cases, and the figures."""
        context = super().get_context(request, *args, **kwargs)
        cases = PracticePage.cards()
        featured = cases.filter(pk=self.featured_id).first()
        return context | {
            "motif": build_motif("knooppunt"),
            "latest": list(cases.order_by("-first_published_at")[:LATEST]),
            "adopted": latest_adopted(LATEST_ADOPTED),
            "featured": featured,
            "featured_cover": build_drawing(featured.cover) if featured else "",
            "themes": _theme_lines(),
            "figures": self._figures(request),
            "invitations": [block.value.for_template(request) for block in self.invitations],
            "examples": [{"text": line, "url": _search_url(q=line)} for line in self.example_lines()],
            "case_count": PracticePage.objects.listed().count(),
            "cases_url": f"{home_url()}praktijkvoorbeelden/",
        }

    def _figures(self, request: HttpRequest) -> list[dict[str, Any]]:
        """Return the figures, with a link to their case if it is public."""
        named = [block.value["case"].pk for block in self.figures if block.value["case"]]
        public = set(PracticePage.objects.listed().filter(pk__in=named).values_list("pk", flat=True))
        return [block.value.for_template(request, public) for block in self.figures]

    def example_lines(self) -> list[str]:
        """Return the examples of queries, one per line that is not empty."""
        return [line.strip() for line in self.example_queries.splitlines() if line.strip()]


def _search_url(**parameters: str) -> str:
    """Return the address of the search page with these parameters."""
    return f"{reverse('search')}?{urlencode(parameters)}"


def _theme_lines() -> list[dict[str, Any]]:
    """Return themes with cases as `{colour, name, url, count}`, those with most cases first, `REST` last."""
    public = PracticePage.objects.listed().order_by().values("pk")
    counted = Theme.objects.annotate(count=Count("practices", filter=Q(practices__in=public)))
    is_rest = Case(When(slug=REST, then=1), default=0)
    themes = counted.filter(count__gt=0).order_by(is_rest, "-count", "order")
    listing = f"{home_url()}praktijkvoorbeelden/"
    return [
        {
            "colour": theme.colour,
            "name": theme.label,
            "url": f"{listing}?{urlencode({'thema': theme.slug})}",
            "count": theme.count,
        }
        for theme in themes
    ]


class ContentPage(BasePage, Searchable):
    """A page of plain text."""

    search_kind = "page"
    search_kind_label = _("Pagina")
    parent_page_types: ClassVar[list[str]] = ["pages.HomePage", "pages.ContentPage"]

    intro = models.TextField(_("inleiding"), blank=True, help_text=_("Eén of twee zinnen: wat lees je hier?"))
    body = RichTextField(
        _("tekst"), blank=True, features=["h2", "h3", "bold", "italic", "ol", "ul", "link", "document-link"]
    )

    content_panels: ClassVar[list] = [*BasePage.content_panels, FieldPanel("intro"), FieldPanel("body")]

    class Meta:
        """Names."""

        verbose_name = _("tekstpagina")
        verbose_name_plural = _("tekstpagina’s")

    @classmethod
    def findable(cls) -> QuerySet["ContentPage"]:
        """Return the public pages."""
        return listed(cls.objects.all()).select_related("locale")

    @classmethod
    def findable_by(cls, user: Any) -> QuerySet["ContentPage"]:
        """Return the same for every user: a private page is reached through a link, not found."""
        return cls.findable()

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the text with an anchor for each heading, and the list of these."""
        html, headings = name_headings(self.body)
        return super().get_context(request, *args, **kwargs) | {"body": html, "toc": headings}

    def hit_url(self) -> str:
        """Return where a hit leads to."""
        return self.url or ""

    def hit_card(self, viewer: Any) -> dict[str, Any]:
        """Return title and introduction."""
        language = self.locale.language_code
        return {"title": self.title, "summary": self.search_description or self.intro, "language": language}

    def search_content(self) -> SearchContent:
        """Return title, introduction and the text per heading."""
        return SearchContent(
            title=self.title,
            summary=self.search_description or self.intro,
            passages=build_passages(self.body),
            language=self.locale.language_code,
            date=timezone.localdate(self.last_published_at) if self.last_published_at else None,
            facets={"language": (self.locale.language_code,)},
        )
