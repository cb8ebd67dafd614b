"""Moderators confirm where members work, or take that back, for one or several in the list at once."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.snippets.bulk_actions.snippet_bulk_action import SnippetBulkAction

from members import workplaces
from members.models import Member


class WorkplaceBulkAction(SnippetBulkAction):
    """Asks the moderator, and keeps the answer for the organisation that the question named."""

    models: ClassVar[list[type[Member]]] = [Member]
    template_name = "members/admin/confirm_workplaces.html"

    def check_perm(self, obj: Member) -> bool:
        """Tell whether the moderator may say so."""
        return bool(self.permission_policy.user_has_permission_for_instance(self.request.user, "change", obj))

    def object_context(self, obj: Member) -> dict[str, Any]:
        """Return the member; no address of a page is needed."""
        return {"item": obj}

    @classmethod
    def execute_action(cls, objects: list[Member], **kwargs: Any) -> tuple[int, int]:
        """Keep the answer for members who still name the organisation asked about; return how many."""
        request = kwargs["self"].request
        asked = dict(pair.split(":", 1) for pair in request.POST.getlist("asked") if ":" in pair)
        same = [member for member in objects if asked.get(str(member.pk)) == str(member.organisation_id)]
        answers = [
            cls.answer(key=member.pk, organisation_key=member.organisation_id, moderator=request.user)  # type: ignore[attr-defined]
            for member in same
        ]
        return sum(answers), 0


class ConfirmBulkAction(WorkplaceBulkAction):
    """Confirms that they work there."""

    display_name = _("Bevestig organisatie")
    aria_label = _("Bevestig van de gekozen leden de organisatie")
    action_type = "confirm_workplace"
    action_priority = 10
    question = _(
        "Weet je zeker dat deze leden hier werken? "
        "Ze zien dan wat anderen alleen aan collega’s laten zien, en andersom."
    )
    answer = staticmethod(workplaces.workplace_confirm)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what to decide on, and the domains that could be tied, so that colleagues need not wait."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        members = [item["item"] for item in context["items"]]
        domains = workplaces.confirmed_domains(members)
        rows = [item | {"domain": domains.get(item["item"].pk, "")} for item in context["items"]]
        return context | {"items": rows, "domains": workplaces.domains_to_tie(members)}

    @classmethod
    def execute_action(cls, objects: list[Member], **kwargs: Any) -> tuple[int, int]:
        """Confirm, and tie the domains that the moderator chose among those that she was shown."""
        request = kwargs["self"].request
        chosen = set(request.POST.getlist("tie"))
        offered = workplaces.domains_to_tie(objects)
        result = super().execute_action(objects, **kwargs)
        for domain, organisation in offered:
            if f"{domain}:{organisation.pk}" in chosen:
                workplaces.domain_tie(domain=domain, organisation=organisation, user=request.user)
        return result

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str:
        """Tell how many were confirmed.

        That may be fewer than were asked: another moderator may just have confirmed some, or a member may
        have chosen another organisation.
        """
        text = ngettext(
            "De organisatie van %(n)d lid is bevestigd.",
            "Van %(n)d leden is de organisatie bevestigd.",
            num_parent_objects,
        )
        return text % {"n": num_parent_objects}


class RevokeBulkAction(WorkplaceBulkAction):
    """Takes back what a moderator confirmed."""

    display_name = _("Trek bevestiging in")
    aria_label = _("Trek van de gekozen leden de bevestiging van de organisatie in")
    action_type = "revoke_workplace"
    action_priority = 20
    question = _(
        "Wil je de bevestiging van deze leden intrekken? Alleen wat een moderator bevestigde, verandert."
    )
    answer = staticmethod(workplaces.workplace_revoke)

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str:
        """Tell how many were taken back."""
        text = ngettext(
            "De bevestiging van %(n)d lid is ingetrokken.",
            "De bevestiging van %(n)d leden is ingetrokken.",
            num_parent_objects,
        )
        return text % {"n": num_parent_objects}
