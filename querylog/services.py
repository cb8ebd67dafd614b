"""What other rooms may read from the query log, and write to it."""

import datetime
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import F, Q, Sum
from django.http import HttpRequest
from django.utils import timezone

from curation.synonyms import trials_forget
from querylog.counting import Moment, remember
from querylog.models import LEAST_ASKED, CaseWish, QuestionCount, WishState, normalise
from querylog.people import names_known_person, read_neighbourhood
from querylog.privacy import is_private
from querylog.visits import is_counted, is_same_question

KEPT_DAYS = 90  # how long a question is kept, as the page on privacy says
RARE_DAYS = 7  # how long a question that few people ask is kept, as the page on privacy says
LATELY_DAYS = 30  # a trial of synonyms asks the questions of this period
MOST_NOTES = 2000  # characters; bounds what visitors can add to one wish


def record(  # noqa: PLR0913  what is known of a question
    question: str,
    *,
    hits: int,
    maybe: int,
    facets: tuple[str, ...],
    language: str,
    listing: str,
    request: HttpRequest,
) -> None:
    """Count a question and its number of hits, sure and other; `facets` are the names of the filters used.

    It costs a page next to nothing and never makes it fail: the question waits in memory, and is checked and
    written later. The same question with other filters counts only its filters. Robots are not counted, nor
    are people who object to it.
    """
    if question and request.method == "GET" and is_counted(request):
        is_asked = not is_same_question(question, request)
        if is_asked or facets:
            counts = {"hits": hits, "maybe": maybe}
            remember(Moment(question, language, listing, **counts, facets=facets, is_asked=is_asked))


def most_asked(days: int = LATELY_DAYS, count: int = 50) -> list[str]:
    """Return the questions asked most in the last days, if three times or more."""
    rows = QuestionCount.objects.since(days).per_question().order_by("-times", "question")
    return [str(row["question"]) for row in rows[:count]]


def asked_lately(days: int = LATELY_DAYS) -> list[str]:
    """Return all questions asked three times or more in the last days; most often without result first."""
    rows = QuestionCount.objects.since(days).per_question().order_by("-nothing", "-times", "question")
    return [str(row["question"]) for row in rows]


@transaction.atomic
def wish_add(*, question: str, note: str = "") -> CaseWish:
    """Note that somebody misses a case about this, or count it if the wish exists.

    The caller checked that both texts may be kept. A wish marked as found opens again, as this visitor did
    not find it; a declined one stays declined.
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
    """Delete what was kept long enough: counts, rare questions sooner, closed wishes, and trials of synonyms.

    A trial quotes questions that were asked up to a month before it, so it goes that much sooner. What is
    kept is checked again, one day of counts each minute, so all of them in an hour and a half. It looks
    before it deletes: on SQLite even a deletion of nothing waits for the writer.
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
    # What runs this each minute starts a little later each time, and now and then skips a minute: do the one
    # before it too.
    for late in (0, 1):
        _forget_private(today - datetime.timedelta(days=(60 * now.hour + now.minute - late) % KEPT_DAYS))


def _forget_private(day: datetime.date) -> None:
    """Delete what was counted on a day and would not be kept today.

    A word may no longer be an ordinary one, or a member with that name may have joined.
    """
    asked = QuestionCount.objects.filter(day=day).order_by()
    if rows := list(asked.values_list("pk", "question", "listing")):
        known = read_neighbourhood()
        if gone := [pk for pk, question, listing in rows if is_private(question, known, listing=listing)]:
            asked.filter(pk__in=gone).delete()


@transaction.atomic
def name_forget(name: str) -> None:
    """Delete the questions and the wishes that name somebody, and what was added to wishes with her name."""
    known = read_neighbourhood([name])
    parts = [Q(question__contains=word) for word in known.people if len(word) > 1]
    if not parts:
        return
    for model in (QuestionCount, CaseWish):
        rows = model.objects.filter(reduce(or_, parts)).order_by()
        asked = set(rows.values_list("question", flat=True))
        if gone := [question for question in asked if names_known_person(question, known)]:
            rows.filter(question__in=gone).delete()
    for wish in CaseWish.objects.exclude(note=""):
        lines = wish.note.splitlines()
        kept = [line for line in lines if not names_known_person(line, known)]
        if kept != lines:
            CaseWish.objects.filter(pk=wish.pk).update(note="\n".join(kept))
