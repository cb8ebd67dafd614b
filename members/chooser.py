"""Choosing a member in the editor: by name, among those who show their name to all members."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.chooser import (
    ChooseResultsView,
    ChooseView,
    SnippetChosenMultipleView,
    SnippetChosenView,
)

from core.snippets import DescribedListView, SiteChooserViewSet
from core.widgets import NUMBER
from members.models import Member
from members.services import visible_fields


class _Listed(DescribedListView):
    """Lists the members who may be found, with the organisation where that may be seen."""

    def get_object_list(self) -> QuerySet[Member]:
        """Return the members that an editor may choose."""
        return Member.findable_by(self.request.user)

    @property
    def columns(self) -> list[Column]:
        """Add the organisation: two people can have one name."""
        shown = Column("organisation", label=_("Organisatie"), accessor=self._organisation)
        return [*super().columns, shown]

    def _organisation(self, member: Member) -> Any:
        """Return the organisation, or nothing when the editor may not see it."""
        return visible_fields(member, self.request.user).get("organisation", "")


class MemberChooseView(_Listed, ChooseView):
    """The list in its window."""


class MemberChooseResultsView(_Listed, ChooseResultsView):
    """The list, renewed after a search."""


class MemberChosenView(SnippetChosenView):
    """What was chosen."""

    def get_object(self, pk: str) -> Member:
        """Return the member; one who may not be found cannot be requested by key either."""
        return get_object_or_404(_numbered(self.request.user, [pk]))


class MemberChosenMultipleView(SnippetChosenMultipleView):
    """What was chosen, when it is more than one."""

    def get_objects(self, pks: list[str]) -> QuerySet[Member]:
        """Return the chosen members who may be found."""
        return _numbered(self.request.user, pks)


def _numbered(user: Any, pks: list[str]) -> QuerySet[Member]:
    """Return the members with these keys whom an editor may choose; what is not a number is ignored."""
    return Member.findable_by(user).filter(pk__in=[int(pk) for pk in pks if NUMBER.match(pk)])


class MemberChooserViewSet(SiteChooserViewSet):
    """The chooser of members."""

    icon = "user"
    page_title = _("Kies")  # Wagtail adds the name of the model
    choose_one_text = _("Kies een lid")
    choose_another_text = _("Kies een ander lid")
    choose_view_class = MemberChooseView
    choose_results_view_class = MemberChooseResultsView
    chosen_view_class = MemberChosenView
    chosen_multiple_view_class = MemberChosenMultipleView
