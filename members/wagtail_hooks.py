"""Members in the moderators' menu: they can take a profile out of the list, and of what is narrower read the name alone."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from members.chooser import MemberChooserViewSet
from members.models import Member


class ProfilePolicy(ModelPermissionPolicy):
    """Who may do what with the profiles of others."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Let nobody make a profile for somebody else: it starts when the member wants it."""
        return action != "add" and super().user_has_permission(user, action)


class MemberViewSet(SnippetViewSet):
    """Profiles by name."""

    model = Member
    icon = "user"
    add_to_admin_menu = True
    menu_order = 260
    list_display = ("name", "is_listed", "is_demo", "updated_at")
    list_filter = ("is_listed", "is_demo")
    search_fields = ("name",)
    panels = (FieldPanel("name", read_only=True), FieldPanel("is_listed"))
    copy_view_enabled = False
    inspect_view_enabled = False
    chooser_viewset_class = MemberChooserViewSet

    def get_queryset(self, request: HttpRequest) -> QuerySet[Member]:
        """Return all profiles with their accounts: who may come here sees every name, and members are told so."""
        return Member.objects.select_related("user")


register_permission_policy(Member, ProfilePolicy(Member))
register_snippet(MemberViewSet)
