"""Snippets in `/cms/`: choosers that search by name, and in which no snippet can be created."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.chooser import BaseSnippetChooseView, SnippetChooserViewSet
from wagtail.snippets.views.snippets import SnippetViewSet

from core.folding import fold_name


class SnippetFilterForm(BaseFilterForm):
    """Finds snippets by words in their names: Wagtail's own form needs a search index, and ours have none."""

    q = forms.CharField(label=_("Naam"), required=False)

    def filter(self, objects: QuerySet) -> QuerySet:
        """Return the snippets with all words in the fields that their list in `/cms/` searches.

        Accents do not matter.
        """
        self.search_query = self.cleaned_data["q"]
        self.is_searching = bool(self.search_query)
        if not self.is_searching:
            return objects
        words = fold_name(self.search_query).split()
        fields = objects.model.snippet_viewset.search_fields  # type: ignore[attr-defined]
        rows = objects.values_list("pk", *fields)
        names = {key: fold_name(" ".join(values)) for key, *values in rows}
        found = [key for key, text in names.items() if all(word in text for word in words)]
        return objects.filter(pk__in=found)


class DescribedListView(BaseSnippetChooseView):
    """The list of a chooser: names, and what tells them apart; `cms.css` makes room for both on a phone."""

    @property
    def title_column(self) -> Column:
        """Return the first column, headed "Naam" instead of Wagtail's title."""
        column: Column = super().title_column
        column.label, column.classname = _("Naam"), "chosen-name"
        return column


class SiteChooserViewSet(SnippetChooserViewSet):
    """A chooser with a search form and no address to create: Wagtail breaks there without a form."""

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """Return Wagtail's options for the views, with our search form."""
        return {**super().get_common_view_kwargs(**kwargs), "filter_form_class": SnippetFilterForm}

    def get_urlpatterns(self) -> list[Any]:
        """Return Wagtail's addresses without the one to create."""
        return [pattern for pattern in super().get_urlpatterns() if pattern.name != "create"]


class SiteSnippetViewSet(SnippetViewSet):
    """The editors' views of a snippet."""

    chooser_viewset_class = SiteChooserViewSet
    chooser_per_page = 25
