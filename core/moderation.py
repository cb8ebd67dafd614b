"""Moderation: a page goes live as the moderator saw and changed it, and a message tells her the result."""

import json
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import BadRequest, ValidationError
from django.forms import BaseModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.action_menu import ActionMenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.views.home import WorkflowObjectsToModeratePanel
from wagtail.admin.views.pages.edit import EditView
from wagtail.admin.views.pages.workflow import WorkflowActionView
from wagtail.models import Page, Revision, TaskState
from wagtail.utils.timestamps import render_timestamp

APPROVE = "approve"
ACTING = "action-workflow-action"  # Wagtail's script adds it to the page form for a button of the workflow
# The revision on the screen, and the one that its autosave made.
VERSIONS = ("loaded_revision_id", "overwrite_revision_id")
DONE = {TaskState.STATUS_APPROVED, TaskState.STATUS_SKIPPED}


class SiteEditView(EditView):
    """The page editor, in which a button of the workflow does what it says or says why not."""

    is_refused = False

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save, unless this is the autosave that follows a button of the workflow.

        It has the button in it, so it would act again, or make a draft after it. Raises BadRequest for a
        revision that is no number, and for extra data of an action that are no object.
        """
        if not all((request.POST.get(name) or "0").isdecimal() for name in VERSIONS):
            raise BadRequest("The number of a version is not a number.")
        if not isinstance(json.loads(request.POST.get("workflow-action-extra-data") or "{}"), dict):
            raise BadRequest("What is said with an action is no object.")
        if ACTING in request.POST and self.expects_json_response:
            return self.json_error_response("blocked_by_hook", _("Deze pagina wordt al verwerkt."))
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: BaseModelForm) -> HttpResponse:
        """Save or act; refuse to act on a revision of somebody else that the moderator did not see."""
        is_acting = ACTING in self.request.POST
        if is_acting and self.is_out_of_date and _is_of_another(self.latest_revision, self.request.user):
            return self._refuse()
        return super().form_valid(form)

    def perform_workflow_action(self) -> HttpResponse:
        """Act, and remember the state of the task for the message."""
        self.task_state = self.page.current_workflow_task_state
        return super().perform_workflow_action()

    def save_action(self) -> HttpResponse:
        """Save a draft.

        A button of the workflow comes here when somebody else acted first; without changes it then saves
        nothing.
        """
        if ACTING not in self.request.POST:
            return super().save_action()
        text = _("“%(title)s” wacht niet meer op een moderator.")
        messages.warning(self.request, text % {"title": self.page.get_admin_display_title()})
        if not self.has_content_changes:
            return self.redirect_and_remain()
        return self._refuse() if self.is_out_of_date else super().save_action()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Keep an outdated screen outdated: without autosave, and still old when it is sent again.

        A newer revision of the moderator herself is most likely an autosave of this screen; the form does not
        tell.
        """
        user = self.request.user
        if self.is_out_of_date and (self.is_refused or _is_of_another(self.latest_revision, user)):
            self.autosave_enabled = False
            self.page.latest_revision_id = self._seen
            self.latest_revision_created_at = self.request.POST.get("loaded_revision_created_at", "")
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context

    @property
    def _seen(self) -> str:
        """Return the number of the revision on an outdated screen."""
        return str(self.request.POST.get("overwrite_revision_id") or self.request.POST["loaded_revision_id"])

    def _refuse(self) -> HttpResponse:
        """Show the screen again with all that was typed, and links to the newer revision."""
        text = _(
            "Niet gelukt: er is een nieuwere versie dan die op je scherm. "
            "Open de nieuwere versie en kies daar opnieuw. "
            "Wat je hier typte, is niet bewaard: kopieer wat je wilt houden."
        )
        if comment := json.loads(self.request.POST.get("workflow-action-extra-data", "{}")).get("comment"):
            text += " " + _("Je opmerking was: “%(comment)s”") % {"comment": comment}
        # In new windows: what she typed stays on this screen, to be copied.
        edit = messages.button(self.get_edit_url(), _("Open de nieuwere versie"), new_window=True)
        difference = _difference_url(self.page, self._seen, self.latest_revision)
        compare = messages.button(difference, _("Bekijk het verschil"), new_window=True)
        # An autosave of somebody else overwrites the revision itself; then there is nothing to compare.
        is_kept = self._seen != str(self.latest_revision.pk)
        messages.warning(self.request, text, buttons=[compare, edit] if is_kept else [edit])
        self.has_unsaved_changes = self.is_refused = True
        return self.render_to_response(self.get_context_data())

    def add_save_confirmation_message(self) -> None:
        """Show a message with the result."""
        if self.action_name == "perform_workflow_action":
            self.task_state.refresh_from_db()
            _tell_outcome(self.request, self.page, self.task_state)
        else:
            super().add_save_confirmation_message()


class SiteWorkflowActionView(WorkflowActionView):
    """The buttons of the workflow on the first page of `/cms/`, which lists submitted revisions."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form for a comment."""
        return self._hold_back() or super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Act, and show a message with the result."""
        if answer := self._hold_back():
            return answer
        answer = super().post(request, *args, **kwargs)
        self.task_state.refresh_from_db()
        if self.task_state.status != TaskState.STATUS_IN_PROGRESS:  # else the form was wrong
            _tell_outcome(request, self.object, self.task_state)
        return answer

    def _hold_back(self) -> HttpResponse | None:
        """Return an answer that says why a page is not approved, or None.

        The reason is a later revision of somebody else, of which she sees the difference, or a fault.
        """
        if self.action_name != APPROVE:
            return None
        latest = self.object.get_latest_revision()
        if latest.pk != self.task_state.revision_id and _is_of_another(latest, self.request.user):
            text = _(
                "Nog niet goedgekeurd: na het inleveren is dit veranderd. "
                "Bekijk het verschil, en keur goed bij “Bewerken”."
            )
            return self._lead_to(_difference_url(self.object, self.task_state.revision_id, latest), text)
        if faults := page_faults(self.object):
            text = _("Nog niet goedgekeurd: zo kan “%(title)s” niet op de site. %(faults)s")
            words = {"title": self.object.get_admin_display_title(), "faults": " ".join(faults)}
            return self._lead_to(reverse("wagtailadmin_home"), text % words)
        return None

    def _lead_to(self, url: str, text: str) -> HttpResponse:
        """Show a warning and redirect, also out of a modal window."""
        edit = messages.button(reverse("wagtailadmin_pages:edit", args=[self.object.pk]), _("Bewerken"))
        messages.warning(self.request, text, buttons=[edit])
        if self.request.headers.get("X-Requested-With") == "XMLHttpRequest":
            return self.render_modal_json(self.request, {"step": "success", "redirect": url})
        return redirect(url)


class ModerationPanel(WorkflowObjectsToModeratePanel):
    """What waits for a moderator; its button says that the last approval publishes, as in the page editor."""

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        """Name the buttons."""
        context: dict[str, Any] = super().get_context_data(parent_context)
        for state in context["states"]:
            waiting = [task for task in state["workflow_tasks"] if task.active and task.status not in DONE]
            if len(waiting) == 1:
                state["actions"] = [
                    (name, _label(name, text), modal) for name, text, modal in state["actions"]
                ]
        return context


def page_faults(page: Page) -> list[str]:
    """Return what is wrong with the latest revision of a page, or what it lacks to go live."""
    version = page.get_latest_revision_as_object()
    try:
        version.full_clean()
    except ValidationError as error:
        return list(error.messages)
    return [str(fault) for _name, fault in version.publishing_faults()]


def leave_one_way_to_publish(
    menu_items: list[ActionMenuItem], request: HttpRequest, context: dict[str, Any]
) -> None:
    """Remove the button that publishes past moderation where there is one to approve, which publishes too."""
    if any(item.name == "approve" for item in menu_items):
        menu_items[:] = [item for item in menu_items if item.name != "action-publish"]


def name_what_approval_does(request: HttpRequest, panels: list[Component]) -> None:
    """Replace Wagtail's moderation panel by ours, whose buttons say what they do."""
    for place, panel in enumerate(panels):
        if type(panel) is WorkflowObjectsToModeratePanel:
            panels[place] = ModerationPanel()


def name_what_cannot_go_live(
    request: HttpRequest, action_type: str, objects: list[Any], action: Any
) -> HttpResponse | None:
    """Refuse a bulk publication with a message per page that cannot go live; then none is published."""
    pages = _pages_to_publish(objects, action) if action_type == "publish" else []
    faults = {page: page_faults(page) for page in pages}
    for page, messages_of_page in faults.items():
        for message in messages_of_page:
            edit = messages.button(reverse("wagtailadmin_pages:edit", args=[page.pk]), _("Bewerken"))
            messages.error(request, f"{page.get_admin_display_title()}: {message}", buttons=[edit])
    if not any(faults.values()):
        return None
    if len(faults) > 1:
        messages.error(request, _("Er is niets gepubliceerd, ook niet wat je verder koos."))
    return redirect(action.next_url)


def _pages_to_publish(chosen: list[Page], action: Any) -> list[Page]:
    """Return the chosen pages, and the drafts below them when these were asked for, each once."""
    if not action.cleaned_form.cleaned_data["include_descendants"]:
        return chosen
    below = (page for one in chosen for page in one.get_descendants().not_live())
    may = (page for page in below if page.permissions_for_user(action.request.user).can_publish())
    return list(dict.fromkeys([*chosen, *may]))


def _label(action: str, text: str) -> str:
    """Return the words on a button."""
    return _("%(label)s en publiceren") % {"label": text} if action == APPROVE else text


def _is_of_another(revision: Revision, user: AbstractBaseUser) -> bool:
    """Tell whether somebody else made this revision."""
    return bool(revision.user_id != user.pk)


def _difference_url(page: Page, seen: str | int, latest: Revision) -> str:
    """Return the address of Wagtail's comparison of two revisions."""
    return reverse("wagtailadmin_pages:revisions_compare", args=[page.pk, seen, latest.pk])


def _tell_outcome(request: HttpRequest, page: Page, task_state: TaskState) -> None:
    """Show a message that says what is on the site after a button of the workflow, and what is not."""
    page = Page.objects.get(pk=page.pk)
    words = {"title": page.get_admin_display_title()}
    if task_state.status == TaskState.STATUS_REJECTED:
        text = _("“%(title)s” is terug bij de schrijver. Deze versie staat niet op de site.")
    elif next_task := page.current_workflow_task:
        text = _("“%(title)s” is goedgekeurd en staat nog niet op de site: eerst volgt “%(task)s”.")
        words["task"] = next_task.name
    elif planned := page.scheduled_revision:
        text = _("“%(title)s” is goedgekeurd en komt op de site op %(date)s.")
        words["date"] = render_timestamp(planned.approved_go_live_at)
    else:
        text = _("“%(title)s” is goedgekeurd en staat op de site.")
    buttons = [messages.button(page.url, _("Bekijken"))] if page.live and page.url else []
    messages.success(request, text % words, buttons=buttons)
