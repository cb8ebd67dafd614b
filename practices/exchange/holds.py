"""Whether somebody works on a case in `/cms/`: an import leaves such a case alone."""

from django.utils.translation import gettext as _

from practices.models import PracticePage


def find_hold(page: PracticePage) -> str:
    """Return why a case is left to the people who work on it; empty when nobody does."""
    if page.pk is None:
        return ""
    reasons = {
        _("%(slug)s is vergrendeld"): page.locked,
        _("%(slug)s staat klaar om op een gekozen moment te verschijnen"): page.approved_schedule,
        _("%(slug)s ligt bij een moderator"): page.current_workflow_state is not None,
        _("van %(slug)s is er een concept van een redacteur"): _has_draft_of_somebody(page),
    }
    return next((reason % {"slug": page.slug} for reason, is_so in reasons.items() if is_so), "")


def _has_draft_of_somebody(page: PracticePage) -> bool:
    """Tell whether a person wrote the unpublished changes; the drafts of an import have no author."""
    if not page.has_unpublished_changes:
        return False
    return page.live or (page.latest_revision is not None and page.latest_revision.user_id is not None)
