"""Approving a page: it goes live as the moderator saw it, with her own changes, and she reads what came of it."""

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
ACTING = (
    "action-workflow-action"  # what Wagtail's script adds to the form of a page for a button of the workflow
)
VERSIONS = (
    "loaded_revision_id",
    "overwrite_revision_id",
)  # which one is on the screen, and which one its autosave made
DONE = {TaskState.STATUS_APPROVED, TaskState.STATUS_SKIPPED}


class SiteEditView(EditView):
    """The editor of a page, in which a button of the workflow does what it says or says why not."""

    is_refused = False

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save; but the autosave that follows such a button has the button in it, and would act or make a draft after it."""
        if not all((request.POST.get(name) or "0").isdecimal() for name in VERSIONS):
            raise BadRequest("The number of a version is not a number.")
        if not isinstance(json.loads(request.POST.get("workflow-action-extra-data") or "{}"), dict):
            raise BadRequest("What is said with an action is no object.")
        if ACTING in request.POST and self.expects_json_response:
            return self.json_error_response("blocked_by_hook", _("Deze pagina wordt al verwerkt."))
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: BaseModelForm) -> HttpResponse:
        """Do what was asked, unless the workflow would go on over a version of somebody else that she did not see."""
        if (
            ACTING in self.request.POST
            and self.is_out_of_date
            and _is_of_another(self.latest_revision, self.request.user)
        ):
            return self._refuse()
        return super().form_valid(form)

    def perform_workflow_action(self) -> HttpResponse:
        """Do it, and keep what it was about for the message."""
        self.task_state = self.page.current_workflow_task_state
        return super().perform_workflow_action()

    def save_action(self) -> HttpResponse:
        """Save; a button of the workflow comes here when somebody else was first, and then makes no draft of nothing."""
        if ACTING not in self.request.POST:
            return super().save_action()
        messages.warning(
            self.request,
            _("“%(title)s” wacht niet meer op een moderator.")
            % {"title": self.page.get_admin_display_title()},
        )
        if not self.has_content_changes:
            return self.redirect_and_remain()
        return self._refuse() if self.is_out_of_date else super().save_action()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Keep a screen that is out of date what it is: it saves nothing by itself, and counts as old when it is sent again.

        A version of her own is most likely what this screen saved by itself, which the form does not tell.
        """
        if self.is_out_of_date and (
            self.is_refused or _is_of_another(self.latest_revision, self.request.user)
        ):
            self.autosave_enabled = False
            self.page.latest_revision_id = self._seen
            self.latest_revision_created_at = self.request.POST.get("loaded_revision_created_at", "")
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context

    @property
    def _seen(self) -> str:
        """Return the number of the version on a screen that is out of date."""
        return str(self.request.POST.get("overwrite_revision_id") or self.request.POST["loaded_revision_id"])

    def _refuse(self) -> HttpResponse:
        """Show the screen again with all that was typed, and the way to the newer version."""
        text = _(
            "Niet gelukt: er is een nieuwere versie dan die op je scherm. Open de nieuwere versie en kies daar opnieuw. "
            "Wat je hier typte, is niet bewaard: kopieer wat je wilt houden."
        )
        if comment := json.loads(self.request.POST.get("workflow-action-extra-data", "{}")).get("comment"):
            text += " " + _("Je opmerking was: “%(comment)s”") % {"comment": comment}
        # In windows of their own: what she typed stays to be copied.
        edit = messages.button(self.get_edit_url(), _("Open de nieuwere versie"), new_window=True)
        difference = _difference_url(self.page, self._seen, self.latest_revision)
        compare = messages.button(difference, _("Bekijk het verschil"), new_window=True)
        is_kept = self._seen != str(
            self.latest_revision.pk
        )  # an autosave of somebody else writes over the version itself
        messages.warning(self.request, text, buttons=[compare, edit] if is_kept else [edit])
        self.has_unsaved_changes = self.is_refused = True
        return self.render_to_response(self.get_context_data())

    def add_save_confirmation_message(self) -> None:
        """Say what came of it."""
        if self.action_name == "perform_workflow_action":
            self.task_state.refresh_from_db()
            _tell_outcome(self.request, self.page, self.task_state)
        else:
            super().add_save_confirmation_message()


class SiteWorkflowActionView(WorkflowActionView):
    """The buttons of the workflow on the first page of `/cms/`, which lists the version that was handed in."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form for a comment."""
        return self._hold_back() or super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do it, and say what came of it."""
        if answer := self._hold_back():
            return answer
        answer = super().post(request, *args, **kwargs)
        self.task_state.refresh_from_db()
        if (
            self.task_state.status != TaskState.STATUS_IN_PROGRESS
        ):  # else the form was wrong, and nothing was done
            _tell_outcome(request, self.object, self.task_state)
        return answer

    def _hold_back(self) -> HttpResponse | None:
        """Return why it is not approved: a later version of somebody else, of which she sees the difference, or a fault."""
        if self.action_name != APPROVE:
            return None
        latest = self.object.get_latest_revision()
        if latest.pk != self.task_state.revision_id and _is_of_another(latest, self.request.user):
            text = _(
                "Nog niet goedgekeurd: na het inleveren is dit veranderd. Bekijk het verschil, en keur goed bij “Bewerken”."
            )
            return self._lead_to(_difference_url(self.object, self.task_state.revision_id, latest), text)
        if faults := page_faults(self.object):
            text = _("Nog niet goedgekeurd: zo kan “%(title)s” niet op de site. %(faults)s")
            words = {"title": self.object.get_admin_display_title(), "faults": " ".join(faults)}
            return self._lead_to(reverse("wagtailadmin_home"), text % words)
        return None

    def _lead_to(self, url: str, text: str) -> HttpResponse:
        """Say what is the matter, and open another page, also out of a window on this one."""
        edit = messages.button(reverse("wagtailadmin_pages:edit", args=[self.object.pk]), _("Bewerken"))
        messages.warning(self.request, text, buttons=[edit])
        if self.request.headers.get("X-Requested-With") == "XMLHttpRequest":
            return self.render_modal_json(self.request, {"step": "success", "redirect": url})
        return redirect(url)


class ModerationPanel(WorkflowObjectsToModeratePanel):
    """What waits for a moderator; the button says that the last approval publishes, as that of the editor does."""

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
    """Return what is wrong with the latest version of a page, or what it lacks to go live."""
    version = page.get_latest_revision_as_object()
    try:
        version.full_clean()
    except ValidationError as error:
        return list(error.messages)
    return [str(fault) for _name, fault in version.publishing_faults()]


def leave_one_way_to_publish(
    menu_items: list[ActionMenuItem], request: HttpRequest, context: dict[str, Any]
) -> None:
    """Take the button that publishes past the moderation from who can approve, which publishes too."""
    if any(item.name == "approve" for item in menu_items):
        menu_items[:] = [item for item in menu_items if item.name != "action-publish"]


def name_what_approval_does(request: HttpRequest, panels: list[Component]) -> None:
    """Show what waits with the buttons of the editor."""
    panels[:] = [
        ModerationPanel() if type(panel) is WorkflowObjectsToModeratePanel else panel for panel in panels
    ]


def name_what_cannot_go_live(
    request: HttpRequest, action_type: str, objects: list[Any], action: Any
) -> HttpResponse | None:
    """Say which of the pages cannot be published as they are, and publish none."""
    faults = (
        {page: page_faults(page) for page in _pages_to_publish(objects, action)}
        if action_type == "publish"
        else {}
    )
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
    """Return the chosen pages, and when these were asked for too the drafts below them, each once."""
    if not action.cleaned_form.cleaned_data["include_descendants"]:
        return chosen
    below = (page for one in chosen for page in one.get_descendants().not_live())
    may = (page for page in below if page.permissions_for_user(action.request.user).can_publish())
    return list(dict.fromkeys([*chosen, *may]))


def _label(action: str, text: str) -> str:
    """Return the words on a button."""
    return _("%(label)s en publiceren") % {"label": text} if action == APPROVE else text


def _is_of_another(revision: Revision, user: AbstractBaseUser) -> bool:
    """Tell whether somebody else made this version."""
    return bool(revision.user_id != user.pk)


def _difference_url(page: Page, seen: str | int, latest: Revision) -> str:
    """Return the address of Wagtail's comparison of two versions."""
    return reverse("wagtailadmin_pages:revisions_compare", args=[page.pk, seen, latest.pk])


def _tell_outcome(request: HttpRequest, page: Page, task_state: TaskState) -> None:
    """Say what is on the site after a button of the workflow, and what is not."""
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
