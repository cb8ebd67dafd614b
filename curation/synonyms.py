"""How the list of synonyms changes: editors work on a draft, try it out, and make what they tried live."""

import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from curation.models import Synonym, SynonymList

WAITING = "waiting"  # for the worker, or for the engine
TRIED, WENT_LIVE, CAME_BACK = "curation.try", "curation.go_live", "curation.bring_back"


class TrialOutdatedError(Exception):
    """A list cannot go live: the one it was compared with is no longer live, or another trial replaced it."""


def draft_lines() -> list[str]:
    """Return the groups as they are now, one per line."""
    return sorted(Synonym.objects.values_list("words", flat=True))


def live_list() -> SynonymList:
    """Return the live list, or an unsaved empty one if none ever went live."""
    return SynonymList.objects.by_live_date().first() or SynonymList(pk=0)


@transaction.atomic
def synonym_list_create(*, user: Any) -> SynonymList:
    """Store the draft as it is now, to be tried out; an earlier one that never went live is deleted."""
    SynonymList.objects.filter(live_at=None).delete()
    created = SynonymList.objects.create(lines="\n".join(draft_lines()), author=user, step=WAITING)
    log(created, TRIED, user=user)
    return created


def is_outdated(tried: SynonymList, live: SynonymList) -> bool:
    """Tell whether a list was tried out against one that is no longer live, so that its report is outdated.

    A list that was live before comes without a report, so it is never outdated.
    """
    has_trial = tried.report is not None and tried.live_at is None
    return has_trial and live.live_at is not None and tried.created_at < live.live_at


@transaction.atomic
def synonym_list_go_live(tried: SynonymList, *, user: Any) -> None:
    """Make this the list that the next index is built with; it may be one that was live before.

    Its report is no longer needed, and is deleted as it quotes visitors. Raises TrialOutdatedError. The lists
    are locked before they are compared, as two people may do this at once.
    """
    there = {entry.pk: entry for entry in SynonymList.objects.select_for_update().order_by("pk")}
    if tried.pk not in there or is_outdated(there[tried.pk], live_list()):
        raise TrialOutdatedError
    tried = there[tried.pk]
    log(tried, CAME_BACK if tried.live_at else WENT_LIVE, user=user)
    if tried != live_list():  # else only its index is made again, and trials against it still hold
        tried.live_at = timezone.now()
    tried.step, tried.done, tried.total, tried.problem, tried.report = WAITING, 0, 0, "", None
    tried.save()


def synonym_list_report(pk: int, step: str, done: int = 0, total: int = 0, *, problem: str = "") -> None:
    """Store how far the worker is with a list; an empty step means that it is done."""
    SynonymList.objects.filter(pk=pk).update(step=step[:40], done=done, total=total, problem=problem)


def trials_forget(until: datetime.date) -> None:
    """Delete lists of `until` or before that never went live, and all reports of those that did.

    Reports quote visitors. It looks before it writes: on SQLite even a change of nothing waits for a writer.
    """
    never_live = SynonymList.objects.filter(live_at=None, created_at__date__lte=until)
    if never_live.exists():
        never_live.delete()
    found = SynonymList.objects.filter(live_at__isnull=False, report__isnull=False)
    if found.exists():
        found.update(report=None)
