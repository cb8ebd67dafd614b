"""Wagtail hooks for `/cms/`, by subject; each subject has a module of its own."""

from django.forms import Media
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.ui.components import Component
from wagtail.admin.userbar import ContentCheckerItem
from wagtail.models import Page

from core import deletion, files, labels, moderation, page_views, tied_deletion
from core.content_checks import SiteContentCheckerItem

INSTEAD = 1  # the last one wins, and Wagtail's own have order 0

labels.connect()

# Pictures and documents.
files.register_policies()
hooks.register("register_admin_urls", files.register_picture_urls)
hooks.register("register_bulk_action", files.DeleteImagesBulkAction, order=INSTEAD)
hooks.register("register_bulk_action", files.DeleteDocumentsBulkAction, order=INSTEAD)

# Editing, approving, copying and moving pages.
# Needs no order: Wagtail's own for all pages has order -1, so ours comes later and wins.
hooks.register("register_admin_viewset", page_views.SitePageViewSet)
hooks.register("register_bulk_action", page_views.MovePagesBulkAction, order=INSTEAD)
hooks.register("before_move_page", page_views.keep_language)
hooks.register("construct_page_action_menu", moderation.leave_one_way_to_publish)
hooks.register("construct_homepage_panels", moderation.name_what_approval_does)
hooks.register("before_bulk_action", moderation.name_what_cannot_go_live)

# Deleting pages.
hooks.register("before_delete_page", deletion.keep_named_page)
hooks.register("before_bulk_action", deletion.keep_named_pages)

# Deleting what rows of other rooms name.
hooks.register("register_actions", tied_deletion.register_actions)
hooks.register("register_bulk_action", tied_deletion.EndSnippetsBulkAction, order=INSTEAD)
hooks.register("register_bulk_action", tied_deletion.EndAccountsBulkAction, order=INSTEAD)


@hooks.register("insert_editor_js")
def add_editor_scripts() -> str:
    """Clean text that is pasted from Word, and let autosave go on after a form came back with errors."""
    return Media(js=["js/paste.js", "js/autosave.js"]).render()


@hooks.register("insert_global_admin_js")
def add_date_script() -> str:
    """Leave dates as they are typed."""
    return Media(js=["js/dates.js"]).render()


@hooks.register("insert_global_admin_css")
def add_style() -> str:
    """Style our own parts of `/cms/`."""
    return Media(css={"all": ["css/cms.css"]}).render()


@hooks.register("insert_global_admin_js")
def add_choices_script() -> str:
    """Make long lists of checkboxes searchable, and let editors choose several snippets at once."""
    return format_html(
        '<script src="{}" data-search="{}"></script>', static("js/choices.js"), _("Zoek in deze lijst")
    )


@hooks.register("construct_wagtail_userbar")
def check_more(request: HttpRequest, items: list[Component], page: Page | None) -> None:
    """Run our content checks where Wagtail runs its own: beside the form, and on a preview."""
    for place, item in enumerate(items):
        if isinstance(item, ContentCheckerItem):
            items[place] = SiteContentCheckerItem(in_editor=item.in_editor)
