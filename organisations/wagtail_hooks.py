"""Organisations in the editors' menu."""

from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from organisations.models import Organisation


class OrganisationViewSet(SnippetViewSet):
    """Organisations, found by any of their names."""

    model = Organisation
    icon = "group"
    add_to_admin_menu = True
    menu_order = 240
    list_display = ("name", "kind", "province", "abbreviation", "ended_date")
    list_filter = ("kind", "province")
    search_fields = ("name", "short_name", "abbreviation", "aliases")
    ordering = ("name",)


register_snippet(OrganisationViewSet)
