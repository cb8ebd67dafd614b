"""Organisations in the editors' menu, and their e-mail domains in that of moderators."""

from typing import Any

from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from core.snippets import SiteSnippetViewSet
from organisations.chooser import OrganisationChooserViewSet
from organisations.models import Organisation, OrganisationDomain


class OrganisationViewSet(SiteSnippetViewSet):
    """Organisations, found by any of their names."""

    model = Organisation
    icon = "group"
    add_to_admin_menu = True
    menu_order = 240
    list_display = ("name", "kind", "province", "abbreviation", "ended_date")
    list_filter = ("kind", "province")
    search_fields = ("name", "short_name", "abbreviation", "aliases")
    ordering = ("name",)
    chooser_viewset_class = OrganisationChooserViewSet


class DomainPolicy(ModelPermissionPolicy):
    """Who may tie a domain to an organisation."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Let nobody change one, which would leave what it confirmed in place: delete it and add another."""
        return action != "change" and super().user_has_permission(user, action)


class OrganisationDomainViewSet(SiteSnippetViewSet):
    """The domains by which members show where they work."""

    model = OrganisationDomain
    icon = "mail"
    add_to_settings_menu = True
    list_display = ("domain", "organisation")
    search_fields = ("domain", "organisation__name")
    copy_view_enabled = False


register_permission_policy(OrganisationDomain, DomainPolicy(OrganisationDomain))
register_snippet(OrganisationViewSet)
register_snippet(OrganisationDomainViewSet)
