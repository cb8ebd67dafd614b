"""Choosing an organisation in the editor: kind, province and end tell bodies with the same name apart."""

from django.utils.dateformat import format as format_date
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.chooser import ChooseResultsView, ChooseView

from core.snippets import DescribedListView, SiteChooserViewSet
from organisations.models import Organisation


def describe_end(organisation: Organisation) -> str:
    """Return since when a body no longer exists, or nothing if it does."""
    if not organisation.ended_date or not organisation.is_ended:
        return ""
    return gettext("opgeheven op %(date)s") % {"date": format_date(organisation.ended_date, "j-n-Y")}


class _Described(DescribedListView):
    """Says of each body what it is."""

    @property
    def columns(self) -> list[Column]:
        """Add kind, province and end."""
        return [
            *super().columns,
            Column("kind", label=_("Soort"), accessor="get_kind_display"),
            Column("province", label=_("Provincie"), accessor="get_province_display"),
            Column("ended_date", label=_("Stand"), accessor=describe_end),
        ]


class OrganisationChooseView(_Described, ChooseView):
    """The list in its window."""


class OrganisationChooseResultsView(_Described, ChooseResultsView):
    """The list, renewed after a search."""


class OrganisationChooserViewSet(SiteChooserViewSet):
    """The chooser of organisations."""

    choose_view_class = OrganisationChooseView
    choose_results_view_class = OrganisationChooseResultsView
