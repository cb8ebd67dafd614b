"""Snippets in `/cms/`: one is chosen among those that are there, found by its names, and made on a page of its own."""

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
    """Finds snippets by words in their names: Wagtail's own form does so for models in its index only, and ours are in none."""

    q = forms.CharField(label=_("Naam"), required=False)

    def filter(self, objects: QuerySet) -> QuerySet:
        """Return the snippets with all words in the fields that the list in `/cms/` is searched by; accents do not matter."""
        self.search_query = self.cleaned_data["q"]
        self.is_searching = bool(self.search_query)
        if not self.is_searching:
            return objects
        words = fold_name(self.search_query).split()
        rows = objects.values_list("pk", *objects.model.snippet_viewset.search_fields)  # type: ignore[attr-defined]
        names = {key: fold_name(" ".join(values)) for key, *values in rows}
        return objects.filter(
            pk__in=[key for key, text in names.items() if all(word in text for word in words)]
        )


class DescribedListView(BaseSnippetChooseView):
    """Lists things by name with what tells them apart, for a chooser; `cms.css` makes room for both on a phone."""

    @property
    def title_column(self) -> Column:
        """Return the first column; Wagtail would call it title."""
        column: Column = super().title_column
        column.label, column.classname = _("Naam"), "chosen-name"
        return column


class SiteChooserViewSet(SnippetChooserViewSet):
    """A chooser that can be searched, without the address to make one, on which Wagtail breaks when there is no form for it."""

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """Return Wagtail's options for the views, and the form that the list is searched with."""
        return {**super().get_common_view_kwargs(**kwargs), "filter_form_class": SnippetFilterForm}

    def get_urlpatterns(self) -> list[Any]:
        """Return Wagtail's addresses but that one."""
        return [pattern for pattern in super().get_urlpatterns() if pattern.name != "create"]


class SiteSnippetViewSet(SnippetViewSet):
    """The editors' views of a snippet."""

    chooser_viewset_class = SiteChooserViewSet
    chooser_per_page = 25
