"""What time does to adoptions: proposals lapse, rows age, and once a year somebody is asked."""

import datetime
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from mail.models import Delivery, DeliveryState
from members.models import OrganisationContact
from practices.models import PracticePage
from reuse.choices import Change, Source, Standing, Via
from reuse.clock import AGES_AFTER, ANSWER_WITHIN, adoptions_ask, adoptions_expire
from reuse.models import Adoption
from reuse.services import adoption_confirm, adoption_expire, adoption_propose
from search.models import SearchEntry
from users.models import User

pytestmark = pytest.mark.usefixtures("no_time_passes")
DAY, MINUTE = datetime.timedelta(days=1), datetime.timedelta(minutes=1)


@contextmanager
def later(wait: datetime.timedelta) -> Iterator[None]:
    """Let it be so much later."""
    with time_machine.travel(timezone.now() + wait, tick=False):
        yield


@pytest.fixture
def proposal(case: PracticePage, ede: Any, editor: User) -> Adoption:
    """Return a proposal that Ede does this."""
    found = adoption_propose(
        page=case, organisation=ede, user=editor, source=Source.EDITOR, values={"status": "in-use"}
    )
    assert found
    return found


def standing() -> str:
    """Return the standing of the one row."""
    return Adoption.objects.get().standing


def facets(case: PracticePage) -> tuple[list[str], int]:
    """Return what the fallback index says of the case: values of the facet, and the number of users."""
    entry = SearchEntry.objects.get(kind="case", object_id=case.pk)
    return entry.facets["reuse"], entry.reuse


def test_a_proposal_that_nobody_answers_lapses_after_sixty_days(proposal: Adoption) -> None:
    with later(ANSWER_WITHIN - MINUTE):
        adoptions_expire()
        assert standing() == Standing.PROPOSED
    with later(ANSWER_WITHIN + MINUTE):
        adoptions_expire()
        adoptions_expire()
    assert standing() == Standing.ENDED
    event = proposal.events.first()
    assert (event.change, event.by, event.via) == (Change.LAPSED, None, Via.CLOCK)
    assert proposal.events.count() == 2


def test_a_proposal_that_lapsed_is_made_a_second_time_and_then_lapses_anew(
    proposal: Adoption, case: PracticePage, ede: Any
) -> None:
    def propose() -> Adoption | None:
        values = {"status": "pilot"}
        return adoption_propose(page=case, organisation=ede, user=None, source=Source.IMPORT, values=values)

    with later(61 * DAY):
        adoptions_expire()
        assert propose()
    with later(119 * DAY):
        adoptions_expire()
        assert standing() == Standing.PROPOSED
    with later(122 * DAY):
        adoptions_expire()
        assert standing() == Standing.ENDED
        assert propose() is None


def test_a_row_that_nobody_confirms_ages_after_eighteen_months(
    record: Any, case: PracticePage, noor: User, client: Client, run_tasks: Any
) -> None:
    row = record(scope="")
    run_tasks()
    assert facets(case) == (["in-use"], 1)
    with later(AGES_AFTER - MINUTE):
        adoptions_expire()
        assert standing() == Standing.CONFIRMED
    with later(AGES_AFTER + MINUTE):
        adoptions_expire()
        run_tasks()
        page = PracticePage.objects.with_everything().get(pk=case.pk)
        assert (standing(), page.users, page.adopters) == (Standing.AGED, [], [])
        assert facets(case) == ([], 0)
        assert not PracticePage.objects.having({"reuse": ["in-use"]}).exists()
        assert [card.reuse for card in PracticePage.cards().filter(pk=case.pk)] == [0]
        text = client.get(f"{case.url}hergebruik/").text
        assert ("Gemeente Ede" in text, "Niet opnieuw bevestigd sinds juni 2026" in text) == (True, True)
        assert adoption_confirm(adoption=row, user=noor, via=Via.SITE)
        run_tasks()
        assert (standing(), facets(case)) == (Standing.CONFIRMED, (["in-use"], 1))
        assert PracticePage.objects.having({"reuse": ["in-use"]}).exists()
        assert "Niet opnieuw bevestigd" not in client.get(f"{case.url}hergebruik/").text
    assert [event.change for event in row.events.all()] == [Change.RECONFIRMED, Change.AGED, Change.RECORDED]


def test_the_command_of_each_day_does_it(record: Any, run_tasks: Any) -> None:
    record()
    run_tasks()
    with later(AGES_AFTER + MINUTE):
        call_command("publish_scheduled")
    assert standing() == Standing.AGED


@pytest.mark.parametrize("what", ["confirmed", "deleted"])
def test_what_somebody_does_while_the_clock_works_stays(record: Any, noor: User, what: str) -> None:
    row = record()
    Adoption.objects.update(confirmed_at=timezone.now() - AGES_AFTER - DAY)
    read = Adoption.objects.get()
    if what == "confirmed":
        adoption_confirm(adoption=row, user=noor, via=Via.SITE)
    else:
        row.organisation.delete()
    adoption_expire(adoption=read, change=Change.AGED)
    assert not Adoption.objects.exclude(standing=Standing.CONFIRMED).exists()


def test_an_answer_while_the_clock_works_is_no_lapse(proposal: Adoption, noor: User) -> None:
    read = Adoption.objects.get()
    adoption_confirm(adoption=proposal, user=noor, via=Via.LINK)
    adoption_expire(adoption=read, change=Change.LAPSED)
    assert standing() == Standing.CONFIRMED


# --- once a year ------------------------------------------------------------------------------------------


@pytest.fixture
def live_through(run_tasks: Any, mailoutbox: list[Any]) -> Callable[[int, int], list[str]]:
    """Return what does the work of each tenth day, and gives the mails about the year that were sent."""

    def live_through(first: int, last: int) -> list[str]:
        mailoutbox.clear()
        for day in range(first, last, 10):
            with later(day * DAY):
                adoptions_expire()
                adoptions_ask()
                run_tasks()
        return [mail.to[0] for mail in mailoutbox if "ook doet" in mail.subject]

    return live_through


def test_an_organisation_is_asked_once_a_year(
    record: Any, make_contact: Any, ede: Any, live_through: Any
) -> None:
    antje = make_contact("antje", ede)
    record()
    assert live_through(0, 365) == []
    assert live_through(366, 730) == [antje.email]
    assert live_through(740, 1100) == [antje.email]


def test_a_letter_that_was_dropped_was_no_question(
    record: Any, make_contact: Any, ede: Any, live_through: Any
) -> None:
    antje = make_contact("antje", ede)
    record()
    live_through(366, 370)
    Delivery.objects.filter(kind="adoptions_yearly").update(state=DeliveryState.DROPPED)
    assert live_through(380, 730) == [antje.email]


def test_an_organisation_that_confirmed_lately_is_left_alone(
    record: Any, make_contact: Any, ede: Any, noor: User, live_through: Any
) -> None:
    make_contact("antje", ede)
    row = record()
    with later(300 * DAY):
        adoption_confirm(adoption=row, user=noor, via=Via.SITE)
    assert live_through(310, 660) == []
    assert len(live_through(670, 700)) == 1


def test_who_answers_for_it_since_then_is_not_asked_again_in_that_year(
    record: Any, make_contact: Any, ede: Any, noor: User, live_through: Any
) -> None:
    make_contact("antje", ede)
    record()
    assert len(live_through(370, 380)) == 1
    OrganisationContact.objects.update(member=noor.member)
    assert live_through(390, 700) == []


def test_a_new_name_is_no_reason_to_ask_again(
    record: Any, make_contact: Any, ede: Any, live_through: Any
) -> None:
    make_contact("antje", ede)
    record()
    assert len(live_through(370, 380)) == 1
    ede.name, ede.slug = "Gemeente Ede-Wageningen", "ede-wageningen"
    ede.save()
    assert live_through(390, 700) == []


@pytest.mark.parametrize("what", ["none", "ended", "proposed", "no contact"])
def test_nobody_is_asked_about_nothing(
    record: Any, make_contact: Any, ede: Any, live_through: Any, run_tasks: Any, what: str
) -> None:
    make_contact("antje", ede)
    record()
    run_tasks()
    match what:
        case "none":
            Adoption.objects.all().delete()
        case "no contact":
            OrganisationContact.objects.all().delete()
        case _:
            Adoption.objects.update(standing=what, asked_at=timezone.now() + 400 * DAY)
    assert live_through(370, 400) == []
    assert not Delivery.objects.filter(kind="adoptions_yearly").exists()
