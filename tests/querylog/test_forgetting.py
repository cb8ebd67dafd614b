"""Nothing is kept longer than was said."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from curation.models import SynonymList
from curation.synonyms import live_list, synonym_list_create
from members.services import profile_withdraw
from querylog import people
from querylog.models import CaseWish, QuestionCount, WishState
from querylog.services import KEPT_DAYS, questions_forget

pytestmark = pytest.mark.django_db


def keep(question: str, *asked_ago: tuple[int, int]) -> None:
    """Have a question asked so often, so many days ago."""
    for asked, ago in asked_ago:
        day = timezone.localdate() - datetime.timedelta(days=ago)
        QuestionCount.objects.create(day=day, question=question, language="nl", asked=asked)


def left() -> dict[str, list[int]]:
    """Return per question that is left how many days ago it was asked."""
    call_command("publish_scheduled", verbosity=0)
    today = timezone.localdate()
    rows = QuestionCount.objects.order_by("day").values_list("question", "day")
    return {
        question: [(today - day).days for other, day in rows if other == question] for question, _ in rows
    }


def test_counts_go_after_ninety_days() -> None:
    keep("vaak", (9, 90), (9, 89), (9, 0))
    assert left() == {"vaak": [89, 0]}


def test_what_few_asked_goes_after_seven_days() -> None:
    keep("zelden", (1, 7), (1, 6))
    keep("een keer", (1, 7))
    keep("drie keer", (1, 8), (1, 7), (1, 0))
    keep("alleen geklikt", (0, 7))
    assert left() == {"zelden": [6], "drie keer": [8, 7, 0]}


def test_wishes_go_ninety_days_after_they_were_dealt_with() -> None:
    for state in WishState:
        for ago in (89, 90):
            wish = CaseWish.objects.create(question=f"{state} {ago}", state=state)
            CaseWish.objects.filter(pk=wish.pk).update(
                changed_date=timezone.localdate() - datetime.timedelta(days=ago)
            )
    left()
    kept = set(CaseWish.objects.values_list("question", flat=True))
    assert kept == {"open 89", "open 90", "found 89", "declined 89"}


def test_what_would_not_be_kept_today_goes_within_an_hour_and_a_half(
    monkeypatch: pytest.MonkeyPatch, make_member: Callable[[str], Any]
) -> None:
    """Its words came from a page that is gone, or a member has the name."""
    make_member("Noor Kwartelborg")
    ordinary = {"vaak", "kwartelplan", "zevenster"}
    monkeypatch.setattr(people, "_ordinary", [ordinary.__contains__])
    for question in ("vaak", "kwartelplan zevenster", "noor kwartelborg"):
        keep(question, (9, 80))
    ordinary -= {"kwartelplan", "zevenster"}
    begun = timezone.now()
    with time_machine.travel(begun, tick=False) as clock:
        for minute in range(KEPT_DAYS):
            clock.move_to(begun + datetime.timedelta(minutes=minute))
            questions_forget()
    assert set(QuestionCount.objects.values_list("question", flat=True)) == {"vaak"}


def try_out(found: str, *, ago: int) -> SynonymList:
    """Have a list of synonyms tried out so many days ago, with a report that quotes a question."""
    tried = synonym_list_create(user=None)
    report = {"changed": [{"text": found, "type": "", "came": [], "went": []}]}
    # The same hour of that day, also before summer time ended.
    made_at = timezone.localtime() - datetime.timedelta(days=ago)
    SynonymList.objects.filter(pk=tried.pk).update(report=report, created_at=made_at, step="")
    return tried


def quoted() -> list[str]:
    """Delete what was kept long enough, and return the questions that trials still quote."""
    call_command("publish_scheduled", verbosity=0)
    reports = SynonymList.objects.filter(report__isnull=False).values_list("report", flat=True)
    return [row["text"] for report in reports for row in report["changed"]]


# A trial quotes what was asked up to thirty days before it, and a question goes after ninety.
@pytest.mark.parametrize(("ago", "is_kept"), [(0, True), (59, True), (60, False), (90, False)])
def test_a_trial_goes_before_the_questions_that_it_quotes_are_ninety_days_old(
    ago: int, is_kept: bool
) -> None:
    tried = try_out("mijn geheime vraag", ago=ago)
    assert quoted() == (["mijn geheime vraag"] if is_kept else [])
    assert SynonymList.objects.filter(pk=tried.pk).exists() == is_kept
    assert live_list().lines


def test_what_was_found_for_a_list_that_was_live_goes_and_the_list_stays() -> None:
    lately = try_out("mijn geheime vraag", ago=0)
    SynonymList.objects.filter(pk=lately.pk).update(live_at=timezone.now())
    was_live = try_out("mijn andere vraag", ago=400)
    SynonymList.objects.filter(pk=was_live.pk).update(live_at=was_live.created_at)
    before = list(SynonymList.objects.order_by("pk").values_list("pk", "lines", "live_at"))
    assert quoted() == []
    assert list(SynonymList.objects.order_by("pk").values_list("pk", "lines", "live_at")) == before


def test_nothing_is_locked_when_there_is_nothing_to_forget() -> None:
    keep("vaak", (9, 20))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        call_command("publish_scheduled", verbosity=0)
    assert not [
        query["sql"] for query in queries if query["sql"].startswith("DELETE") and "querylog" in query["sql"]
    ]
    written = [query["sql"] for query in queries if query["sql"].startswith(("DELETE", "UPDATE"))]
    assert not [sql for sql in written if "curation" in sql]


def test_a_trial_run_forgets_nothing(capsys: Any) -> None:
    keep("vaak", (9, 200))
    call_command("publish_scheduled", "--dryrun")
    assert QuestionCount.objects.exists()


def test_who_leaves_takes_along_what_was_asked_about_her(
    monkeypatch: pytest.MonkeyPatch, make_member: Callable[[str], Any]
) -> None:
    """Afterwards nobody would know that it is a name."""
    monkeypatch.setattr(people, "_ordinary", [])
    member = make_member("Noor Kwartelborg")
    for question in ("noor kwartelborg", "kwartelborg", "rijk aan noor", "noorwegen"):
        keep(question, (9, 1))
    CaseWish.objects.create(question="noor kwartelborg")
    CaseWish.objects.create(question="rioolgemalen", note="in breda\nvraag noor kwartelborg")
    profile_withdraw(member=member)
    assert set(QuestionCount.objects.values_list("question", flat=True)) == {"rijk aan noor", "noorwegen"}
    assert list(CaseWish.objects.values_list("question", "note")) == [("rioolgemalen", "in breda")]
