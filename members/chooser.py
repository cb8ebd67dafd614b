"""Choosing a member in the editor: by name, among who shows her name to all members."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.chooser import (
    BaseSnippetChooseView,
    ChooseResultsView,
    ChooseView,
    SnippetChooserViewSet,
    SnippetChosenView,
)
from wagtail.snippets.widgets import AdminSnippetChooser

from members.models import Member
from members.services import visible_fields


class MemberFilterForm(BaseFilterForm):
    """Finds members by a part of the name."""

    q = forms.CharField(label=_("Naam"), required=False)

    def filter(self, objects: QuerySet) -> QuerySet:
        """Return the members with the words in their name."""
        objects = super().filter(objects)
        self.search_query = self.cleaned_data.get("q") or ""
        self.is_searching = bool(self.search_query)
        return objects.filter(name__icontains=self.search_query)


class _Listed(BaseSnippetChooseView):
    """Lists who may be found, with the organisation where that may be seen."""

    filter_form_class = MemberFilterForm

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

    def get_object(self, pk: Any) -> Member:
        """Return the member; somebody who may not be found cannot be asked for by number either."""
        member = Member.findable_by(self.request.user).filter(pk=pk).first()
        if member is None:
            raise Http404
        return member


class MemberChooser(AdminSnippetChooser):
    """Shows who was chosen; not the name of somebody who hides it since then."""

    def get_display_title(self, instance: Member) -> str:
        """Return the name, as far as every member of the network may know it."""
        is_found = Member.findable().filter(pk=instance.pk).exists()
        return instance.name if is_found else gettext("Iemand die niet gevonden wil worden")


class MemberChooserViewSet(SnippetChooserViewSet):
    """The chooser of members."""

    base_widget_class = MemberChooser

    icon = "user"
    choose_one_text = _("Kies een lid")
    choose_another_text = _("Kies een ander lid")
    choose_view_class = MemberChooseView
    choose_results_view_class = MemberChooseResultsView
    chosen_view_class = MemberChosenView
