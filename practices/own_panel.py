"""Cases on somebody's own page: what waits in the workflow, and those that she wrote or answers for."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.models import Page, TaskState, WorkflowState

from core.panels import Line, Panel, shows, waits
from members.models import Member
from members.services import public_cases
from practices.contacts import find_inherited
from users.requests import AccountRequest

MAY_ENTER = "wagtailadmin.access_admin"


@waits(22)
def find_workflow_lines(request: AccountRequest) -> Iterator[Line]:
    """Yield the pages that came back to who submitted them, and how many wait for her judgement."""
    if not request.user.has_perm(MAY_ENTER):
        return
    returned = WorkflowState.objects.filter(
        status=WorkflowState.STATUS_NEEDS_CHANGES, requested_by=request.user
    )
    for page in Page.objects.filter(_workflow_states__in=returned).order_by("pk"):
        text = _("Er zijn wijzigingen gevraagd: %(title)s") % {"title": page.get_admin_display_title()}
        yield Line(text, reverse("wagtailadmin_pages:edit", args=(page.pk,)), _("Pas het aan"))
    if count := TaskState.objects.reviewable_by(request.user).count():
        text = ngettext("%(n)s pagina wacht op je oordeel", "%(n)s pagina’s wachten op je oordeel", count)
        yield Line(text % {"n": count}, reverse("wagtailadmin_home"), _("Bekijk"))


@shows(20)
def build_cases_panel(request: AccountRequest) -> Panel | None:
    """Return her public cases, and those that she inherited for as long as she did, or None without any."""
    member = Member.objects.select_related("organisation").filter(user=request.user).first()
    if member is None:
        return None
    shown = {"cases": public_cases(member), "inherited": find_inherited(member)}
    return Panel(_("Jouw voorbeelden"), "practices/_own_panel.html", shown) if any(shown.values()) else None
