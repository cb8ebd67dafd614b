"""What other rooms may ask of the query log, and tell it."""

import datetime

from django.db import transaction
from django.db.models import F, Sum
from django.http import HttpRequest
from django.utils import timezone

from curation.synonyms import trials_forget
from querylog.counting import Moment, remember
from querylog.models import LEAST_ASKED, CaseWish, QuestionCount, WishState, normalise
from querylog.people import read_neighbourhood
from querylog.privacy import is_private
from querylog.visits import is_counted, is_same_question

KEPT_DAYS = 90
RARE_DAYS = 7  # that a question is kept which few ask
LATELY_DAYS = 30  # of which questions are tried with other synonyms
MOST_NOTES = 2000  # characters


def record(  # noqa: PLR0913  what is known of a question
    question: str, *, hits: int, facets: tuple[str, ...], language: str, listing: str, request: HttpRequest
) -> None:
    """Count a question that was answered with so many hits; `facets` are the names of the filters that were used.

    Costs a page next to nothing and never fails it: the question waits in memory, and is looked at and written later. The same
    question with other filters counts only its filters. Robots, and people who do not want to be counted, are not.
    """
    if question and request.method == "GET" and is_counted(request):
        is_asked = not is_same_question(question, request)
        if is_asked or facets:
            remember(Moment(question, language, listing, hits=hits, facets=facets, is_asked=is_asked))


def most_asked(days: int = LATELY_DAYS, count: int = 50) -> list[str]:
    """Return what was asked most in the last days; only what was asked three times or more."""
    rows = QuestionCount.objects.since(days).per_question().order_by("-times", "question")
    return [str(row["question"]) for row in rows[:count]]


def asked_lately(days: int = LATELY_DAYS) -> list[str]:
    """Return all that was asked three times or more in the last days, first what found nothing most often."""
    rows = QuestionCount.objects.since(days).per_question().order_by("-nothing", "-times", "question")
    return [str(row["question"]) for row in rows]


@transaction.atomic
def wish_add(*, question: str, note: str = "") -> CaseWish:
    """Note that somebody misses a case about this; a wish that is there counts one more. Both texts were found fit to keep.

    One that was found is open again: who asks did not find it. One that was declined stays so.
    """
    wish, is_new = CaseWish.objects.select_for_update().get_or_create(question=normalise(question))
    if not is_new:
        wish.times = F("times") + 1
    if wish.state == WishState.FOUND:
        wish.state = WishState.OPEN
    line = " ".join(note.split())
    if line and line not in wish.note.splitlines() and len(wish.note) + len(line) < MOST_NOTES:
        wish.note = f"{wish.note}\n{line}".strip()
    wish.save()
    wish.refresh_from_db()
    return wish


def questions_forget() -> None:
    """Delete what was kept long enough: counts, sooner where few asked, wishes that are dealt with, and trials of synonyms.

    A trial quotes questions that were asked up to a month before it, so it goes that much sooner. Of what is kept, another
    day is read again each minute, all of them in an hour and a half. Looks before it deletes: on SQLite even a deletion of
    nothing waits for the one who writes.
    """
    today = timezone.localdate()
    long_ago, lately = (today - datetime.timedelta(days=days) for days in (KEPT_DAYS, RARE_DAYS))
    rare = QuestionCount.objects.values("question").annotate(times=Sum("asked")).filter(times__lt=LEAST_ASKED)
    for rows in (
        QuestionCount.objects.filter(day__lte=long_ago),
        QuestionCount.objects.filter(day__lte=lately, question__in=rare.values("question")),
        CaseWish.objects.exclude(state=WishState.OPEN).filter(changed_date__lte=long_ago),
    ):
        if rows.exists():
            rows.delete()
    trials_forget(until=today - datetime.timedelta(days=KEPT_DAYS - LATELY_DAYS))
    now = timezone.localtime()
    for late in (
        0,
        1,
    ):  # who runs this each minute is a little late each time, and passes over one now and then
        _forget_private(today - datetime.timedelta(days=(60 * now.hour + now.minute - late) % KEPT_DAYS))


def _forget_private(day: datetime.date) -> None:
    """Delete what was counted on a day and would not be kept today: a word is no ordinary one any more, or somebody joined."""
    asked = QuestionCount.objects.filter(day=day).order_by()
    if rows := list(asked.values_list("pk", "question", "listing")):
        known = read_neighbourhood()
        if gone := [pk for pk, question, listing in rows if is_private(question, known, listing=listing)]:
            asked.filter(pk__in=gone).delete()
