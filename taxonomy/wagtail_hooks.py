"""The terms in the menu of `/cms/`."""

from django.utils.translation import gettext_lazy as _
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSetGroup

from core.snippets import SiteSnippetViewSet
from taxonomy.models import Technique, Theme


class ThemeViewSet(SiteSnippetViewSet):
    """Themes, in the order in which visitors see them."""

    model = Theme
    icon = "tag"
    list_display = ("name", "name_en", "slug", "colour", "order")
    search_fields = ("name", "name_en")
    ordering = ("order", "name")


class TechniqueViewSet(SiteSnippetViewSet):
    """Techniques."""

    model = Technique
    icon = "cogs"
    list_display = ("name", "name_en", "slug")
    search_fields = ("name", "name_en")
    ordering = ("name",)


class TermsGroup(SnippetViewSetGroup):
    """One entry in the menu for all terms."""

    items = (ThemeViewSet, TechniqueViewSet)
    menu_label = _("Termen")
    menu_icon = "tag"
    menu_order = 250


register_snippet(TermsGroup)
