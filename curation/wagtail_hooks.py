"""What editors decide about search, in their menu; the room `search` adds the trial of synonyms to it."""

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.contrib.search_promotions.views.settings import IndexView as PinnedView
from wagtail.contrib.search_promotions.wagtail_hooks import SearchPicksMenuItem
from wagtail.log_actions import LogActionRegistry
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import CreateView, DeleteView, EditView, SnippetViewSetGroup

from core.snippets import SiteSnippetViewSet
from curation.models import HiddenResult, StopPhrase, Synonym
from curation.synonyms import CAME_BACK, TRIED, WENT_LIVE

MENU = "register_search_menu_item"

# This site does not count views.
PinnedView.columns = [column for column in PinnedView.columns if column.name != "views"]


class PrefilledCreateView(CreateView):
    """A form with initial values from the address, so that a report can link to it: `?words=avg, gdpr`."""

    def get_initial(self) -> dict[str, Any]:
        """Return what the address says."""
        return super().get_initial() | self.request.GET.dict()


class NotYetLive:
    """Says after a change that visitors do not notice it yet, and links to the page where it goes live."""

    def get_success_message(self, instance: Synonym | None = None) -> str:
        """Return what happened."""
        words = instance or self.object  # type: ignore[attr-defined]
        return gettext("“%(words)s” is opgeslagen, maar nog niet live.") % {"words": words}

    def get_success_buttons(self) -> list[Any]:
        """Return the way to go live."""
        return [messages.button(reverse("synonym_trial"), _("Synoniemen live zetten"))]


class SynonymCreateView(NotYetLive, PrefilledCreateView):
    """Adds a group to the draft."""


class SynonymEditView(NotYetLive, EditView):
    """Changes a group of the draft."""


class SynonymDeleteView(DeleteView):
    """Takes a group out of the draft."""

    success_message = _("“%(object)s” is uit de lijst, maar werkt nog tot je de synoniemen live zet.")


class SynonymViewSet(SiteSnippetViewSet):
    """The draft of the list of synonyms."""

    model = Synonym
    icon = "repeat"
    add_view_class = SynonymCreateView
    edit_view_class = SynonymEditView
    delete_view_class = SynonymDeleteView
    list_display = ("words", "remark")
    search_fields = ("words", "remark")
    ordering = ("words",)
    menu_order = 20
    copy_view_enabled = False


class HiddenResultViewSet(SiteSnippetViewSet):
    """What is not found, and why."""

    model = HiddenResult
    icon = "view"
    add_view_class = PrefilledCreateView
    list_display = ("__str__", "reason", "until_date")
    search_fields = ("text", "reason")
    menu_order = 40
    copy_view_enabled = False


class StopPhraseViewSet(SiteSnippetViewSet):
    """Phrases that are removed from questions."""

    model = StopPhrase
    icon = "cut"
    add_view_class = PrefilledCreateView
    list_display = ("phrase",)
    search_fields = ("phrase",)
    ordering = ("phrase",)
    menu_order = 50
    copy_view_enabled = False


class SearchGroup(SnippetViewSetGroup):
    """One menu entry for all that editors decide about search; other rooms add to it with the hook `MENU`."""

    items = (SynonymViewSet, HiddenResultViewSet, StopPhraseViewSet)
    menu_label = _("Zoeken")
    menu_name = "search"
    menu_icon = "search"
    menu_order = 255
    submenu_hook = MENU


@hooks.register(MENU)
def register_pinned_menu_item() -> MenuItem:
    """Add Wagtail's promoted results."""
    address = reverse("wagtailsearchpromotions:index")
    return SearchPicksMenuItem(
        _("Vastgezette resultaten"), address, name="pinned-results", icon_name="pick", order=30
    )


@hooks.register("construct_settings_menu")
def hide_promoted_results(request: HttpRequest, items: list[MenuItem]) -> None:
    """Show promoted results in one place only."""
    items[:] = [item for item in items if item.name != "promoted-search-results"]


@hooks.register("construct_reports_menu")
def hide_search_terms(request: HttpRequest, items: list[MenuItem]) -> None:
    """Leave out Wagtail's report of search terms: this site counts questions in another way."""
    items[:] = [item for item in items if item.name != "search-terms"]


@hooks.register("register_permissions")
def register_list_permission() -> QuerySet[Permission]:
    """Let administrators give a group the permission to try out lists of synonyms and make them live."""
    return Permission.objects.filter(content_type__app_label="curation", codename="change_synonymlist")


@hooks.register("register_log_actions")
def register_list_actions(actions: LogActionRegistry) -> None:
    """Name what happens to a list in the log."""
    actions.register_action(TRIED, _("Synoniemen uitproberen"), _("Synoniemen uitgeprobeerd"))
    actions.register_action(WENT_LIVE, _("Synoniemen live zetten"), _("Synoniemen live gezet"))
    actions.register_action(CAME_BACK, _("Synoniemen terugzetten"), _("Eerdere synoniemen teruggezet"))


register_snippet(SearchGroup)
