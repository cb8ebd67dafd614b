"""The hooks of cases in `/cms/`.

A new case begins on the first page, where cases whose contact left stand too, and nothing that a case names
is deleted.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from django.forms import Media
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.ui.side_panels import PageStatusSidePanel
from wagtail.log_actions import LogActionRegistry

from core.references import NOTHING_DELETED
from practices.contacts import LEFT
from practices.first_page import add_left_contacts_panel, add_new_case_panel
from practices.naming import titles_by_named
from users.models import User

MOST_NAMED = 5  # titles in one message, so that it stays readable

hooks.register("construct_homepage_panels", add_new_case_panel)
hooks.register("construct_homepage_panels", add_left_contacts_panel)
# Wagtail also sends this panel back after an autosave.
PageStatusSidePanel.template_name = "practices/cms/page_status.html"


@hooks.register("insert_editor_js")
def add_readiness_script() -> str:
    """Add the script that opens the list of what a case still needs."""
    return Media(js=["js/readiness.js"]).render()


@hooks.register("register_log_actions")
def register_left_contact(actions: LogActionRegistry) -> None:
    """Name in the log of a case that its contact works elsewhere."""
    actions.register_action(LEFT, _("Contactpersoon vertrekt"), _("De contactpersoon werkt nu ergens anders"))


@hooks.register("before_delete_snippet")
def keep_named_snippets(request: HttpRequest, instances: Iterable[Model]) -> HttpResponse | None:
    """Refuse to delete terms, organisations and profiles that cases name."""
    things = list(instances)
    return refuse(request, things, things[0].snippet_viewset.get_url_name("list")) if things else None  # type: ignore[attr-defined]


@hooks.register("before_delete_user")
def keep_named_account(request: HttpRequest, user: User) -> HttpResponse | None:
    """Refuse to delete an account of which the profile is contact or author of a case."""
    return refuse(request, [user], "wagtailusers_users:index")


@hooks.register("before_bulk_action")
def keep_named_accounts(
    request: HttpRequest, action_type: str, objects: list[Any], action: Any
) -> HttpResponse | None:
    """Do the same for several accounts at once."""
    is_meant = action_type == "delete" and action.model is User
    return refuse(request, objects, "wagtailusers_users:index") if is_meant else None


def refuse(request: HttpRequest, things: list[Any], back: str) -> HttpResponse | None:
    """Say which cases name these things, and go back to the list; return None when no case does.

    The things are all of one model.
    """
    named = titles_by_named(things)
    for thing, titles in named.items():
        text = _("“%(name)s” staat nog bij %(titles)s. Haal het daar eerst weg.")
        messages.error(request, text % {"name": thing, "titles": _listing(titles)})
    if named and len(things) > 1:
        messages.error(request, NOTHING_DELETED)
    return redirect(back) if named else None


def _listing(titles: list[str]) -> str:
    """Return the first titles between quotes, and how many more there are."""
    shown = ", ".join(f"“{title}”" for title in titles[:MOST_NAMED])
    more = len(titles) - MOST_NAMED
    return _("%(shown)s en nog %(more)d") % {"shown": shown, "more": more} if more > 0 else shown
