"""How the list of synonyms changes: editors work on the draft, try it out, and put what they tried live."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from curation.models import Synonym, SynonymList

WAITING = "waiting"  # for the worker, or for the engine
TRIED, WENT_LIVE, CAME_BACK = "curation.try", "curation.go_live", "curation.bring_back"


def draft_lines() -> list[str]:
    """Return the groups as they are now, one per line."""
    return sorted(Synonym.objects.values_list("words", flat=True))


def live_list() -> SynonymList:
    """Return the list that is live; an empty one, of which the database knows nothing, when there never was any."""
    return SynonymList.objects.by_live_date().first() or SynonymList(pk=0)


@transaction.atomic
def synonym_list_create(*, user: Any) -> SynonymList:
    """Keep the draft as it is now, to be tried out; an earlier one that never went live is forgotten."""
    SynonymList.objects.filter(live_at=None).delete()
    created = SynonymList.objects.create(lines="\n".join(draft_lines()), author=user, step=WAITING)
    log(created, TRIED, user=user)
    return created


@transaction.atomic
def synonym_list_go_live(tried: SynonymList, *, user: Any) -> None:
    """Make this the list that the next index is built with; it may be one that was live before."""
    log(tried, CAME_BACK if tried.live_at else WENT_LIVE, user=user)
    tried.live_at, tried.step, tried.done, tried.total, tried.problem = timezone.now(), WAITING, 0, 0, ""
    tried.save()


def synonym_list_report(pk: int, step: str, done: int = 0, total: int = 0, *, problem: str = "") -> None:
    """Tell how far the worker is with a list; without a step it is ready."""
    SynonymList.objects.filter(pk=pk).update(step=step[:40], done=done, total=total, problem=problem)
