"""Members in the moderators' menu: they can take a profile out of the list and confirm where somebody works.

They read every name and organisation, even hidden ones, and members are told so.
"""

from collections.abc import Iterable
from typing import Any

import django_filters
from django.contrib.auth.decorators import permission_required
from django.db.models import Exists, Model, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from wagtail import hooks
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, HelpPanel
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import ModelLogEntry
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from core.snippets import SiteSnippetViewSet
from members.bulk_actions import ConfirmBulkAction, RevokeBulkAction
from members.chooser import MemberChooserViewSet
from members.limits import find_notice, notice_close
from members.models import Member, OrganisationContact
from members.workplaces import MAY_WATCH, workplaces_check
from organisations.models import OrganisationDomain
from users.requests import AccountRequest


class ProfilePolicy(ModelPermissionPolicy):
    """Who may do what with the profiles of others."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Let nobody make a profile for somebody else: it starts when the member wants it."""
        return action != "add" and super().user_has_permission(user, action)


class ProfileFilterSet(WagtailFilterSet):
    """Narrows the list of profiles."""

    waits = django_filters.BooleanFilter(label=_("Wacht op bevestiging"), method="filter_waiting")

    class Meta:
        """Which fields are filtered as they are."""

        model = Member
        fields = ("is_listed", "is_demo")

    def filter_waiting(self, queryset: QuerySet[Member], name: str, value: bool) -> QuerySet[Member]:
        """Return the members whose organisation is not confirmed, or the others."""
        waiting = Member.objects.waiting().values("pk")
        return queryset.filter(pk__in=waiting) if value else queryset.exclude(pk__in=waiting)


def describe_proof(member: Member) -> str:
    """Return in words whether the organisation of a member is confirmed."""
    if member.organisation and not member.workplace_proof:
        return gettext("wacht op bevestiging")
    return member.get_workplace_proof_display()


class MemberViewSet(SiteSnippetViewSet):
    """Profiles by name."""

    model = Member
    icon = "user"
    add_to_admin_menu = True
    menu_order = 260
    list_display = (
        "name",
        "organisation",
        Column("workplace_proof", label=_("Bevestiging"), accessor=describe_proof),
        BooleanColumn("is_listed", label=_("Staat in de ledenlijst"), sort_key="is_listed"),
        BooleanColumn("is_demo", label=_("Verzonnen voorbeeld"), sort_key="is_demo"),
        "updated_at",
    )
    filterset_class = ProfileFilterSet
    search_fields = ("name",)
    panels = (
        FieldPanel("name", read_only=True),
        HelpPanel(heading=_("Organisatie"), template="members/admin/workplace.html"),
        FieldPanel("is_listed"),
    )
    copy_view_enabled = False
    inspect_view_enabled = False
    chooser_viewset_class = MemberChooserViewSet

    def get_queryset(self, request: HttpRequest) -> QuerySet[Member]:
        """Return all profiles with their accounts: moderators see every name, and members are told so."""
        return Member.objects.select_related("user", "organisation")


class ContactPolicy(ModelPermissionPolicy):
    """Who may say who answers for an organisation."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Let nobody change one, so that it is always known who confirmed whom: remove it and add another."""
        return action != "change" and super().user_has_permission(user, action)


class OrganisationContactViewSet(SiteSnippetViewSet):
    """Who answers for which organisation."""

    model = OrganisationContact
    icon = "group"
    add_to_settings_menu = True
    list_display = (
        "organisation",
        "member",
        BooleanColumn("gets_questions", label=_("Krijgt vragen")),
        "confirmed_by",
        "since_date",
    )
    search_fields = ("organisation__name", "member__name")
    copy_view_enabled = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[OrganisationContact]:
        """Return all of them, with what the list names, and whether questions reach them."""
        contacts = OrganisationContact.objects.select_related("organisation", "member__user", "confirmed_by")
        valid = OrganisationContact.objects.valid().filter(pk=OuterRef("pk"))
        return contacts.annotate(gets_questions=Exists(valid))


class WorkplacesPanel(Component):
    """How many members wait for confirmation of their organisation, on the dashboard of `/cms/`."""

    name = "waiting_workplaces"
    template_name = "members/admin/workplaces_panel.html"
    order = 91

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        """Return the number."""
        return {"count": Member.objects.waiting().count()}


register_permission_policy(Member, ProfilePolicy(Member))
register_permission_policy(OrganisationContact, ContactPolicy(OrganisationContact))
register_snippet(MemberViewSet)
register_snippet(OrganisationContactViewSet)
hooks.register("register_bulk_action", ConfirmBulkAction)
hooks.register("register_bulk_action", RevokeBulkAction)


@hooks.register("construct_homepage_panels")
def add_workplaces_panel(request: HttpRequest, panels: list[Component]) -> None:
    """Tell the people who may confirm an organisation that members wait."""
    if request.user.has_perm(MAY_WATCH) and Member.objects.waiting().exists():
        panels.append(WorkplacesPanel())


class DirectoryPanel(Component):
    """That much of the directory was opened in an hour, on the dashboard of `/cms/`."""

    name = "directory_notice"
    template_name = "members/admin/directory_panel.html"
    order = 85

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        """Return the notice, and what the form needs."""
        return {"notice": find_notice(), "csrf_token": parent_context["csrf_token"]}


@hooks.register("construct_homepage_panels")
def add_directory_panel(request: HttpRequest, panels: list[Component]) -> None:
    """Tell the people who take care of profiles, until one of them closes the notice."""
    if request.user.has_perm(MAY_WATCH) and find_notice():
        panels.append(DirectoryPanel())


@require_POST
@permission_required(MAY_WATCH, raise_exception=True)
def close_directory_notice(request: HttpRequest) -> HttpResponse:
    """Take the notice away."""
    notice_close()
    return redirect("wagtailadmin_home")


@hooks.register("register_admin_urls")
def register_notice_url() -> list[Any]:
    """Add the address of the button."""
    return [path("leden/melding/", close_directory_notice, name="close_directory_notice")]


@hooks.register("after_create_snippet")
def check_members_of_domain(request: AccountRequest, instance: Model) -> None:
    """Check which members work for the organisation by their address, after a domain was added."""
    if isinstance(instance, OrganisationDomain):
        workplaces_check(organisation=instance.organisation, user=request.user)


@hooks.register("after_create_snippet")
def keep_who_confirmed(request: AccountRequest, instance: Model) -> None:
    """Keep which moderator said who answers for an organisation."""
    if isinstance(instance, OrganisationContact):
        OrganisationContact.objects.filter(pk=instance.pk).update(confirmed_by=request.user)


@hooks.register("after_delete_snippet")
def check_members_of_gone_domains(request: AccountRequest, instances: Iterable[Model]) -> None:
    """Check which members still work for the organisations by their address, after domains were removed."""
    domains = [instance for instance in instances if isinstance(instance, OrganisationDomain)]
    for organisation in {domain.organisation for domain in domains}:
        workplaces_check(organisation=organisation, user=request.user)


@hooks.register("register_log_actions")
def register_workplace_actions(actions: LogActionRegistry) -> None:
    """Name the log entries about the confirmation of an organisation."""
    actions.register_action("members.confirm", _("Organisatie bevestigen"), _("Organisatie bevestigd"))
    actions.register_action(
        "members.unconfirm", _("Bevestiging intrekken"), _("Organisatie niet meer bevestigd")
    )


@hooks.register("register_log_actions")
def register_claim_action(actions: LogActionRegistry) -> None:
    """Name the log entry about the organisation that a member chose."""

    @actions.register_action("members.claim")
    class ClaimFormatter(LogFormatter):
        """Says which organisation it was."""

        label = _("Organisatie opgeven")

        def format_message(self, entry: ModelLogEntry) -> str:
            """Return the line."""
            return gettext("Organisatie gekozen: %(organisation)s") % {
                "organisation": entry.data.get("organisation") or "–"
            }
