"""A delivery: once for each person and thing, at least once, and only if it is still right."""

import datetime
from collections.abc import Callable
from email import message_from_bytes, policy
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from mail.models import AddressRefusal, Delivery, DeliveryState, SignedLink
from mail.services import (
    address_mended,
    deliveries_forget,
    deliveries_resume,
    delivery_plan,
    link_make,
    summary_plan,
)
from mail.tasks import WAITS, delivery_send
from users.models import User


@pytest.fixture
def person(make_person: Any) -> User:
    return make_person()


@pytest.fixture
def plan(letters: Any, person: User) -> Callable[[], Delivery]:
    """Return what plans the letter."""
    return lambda: delivery_plan(person=person, kind="proef", about=1)


def test_a_letter_comes_once_for_a_person_and_a_thing(
    plan: Any, run_tasks: Any, mailoutbox: list[Any]
) -> None:
    assert plan() == plan()
    run_tasks()
    plan()
    run_tasks()
    assert [mail.to for mail in mailoutbox] == [["noor@gemeente.example"]]
    assert Delivery.objects.get().state == DeliveryState.SENT


def test_a_letter_of_a_change_that_is_undone_does_not_go(plan: Any, run_tasks: Any, mailoutbox: Any) -> None:
    with transaction.atomic():
        plan()
        transaction.set_rollback(True)
    assert (run_tasks(), mailoutbox) == (0, [])


def test_a_kind_that_nobody_writes_cannot_be_planned(person: User) -> None:
    with pytest.raises(KeyError):
        delivery_plan(person=person, kind="onbekend", about=1)


def test_a_letter_that_is_no_longer_right_is_dropped(
    plan: Any, letters: Any, run_tasks: Any, mailoutbox: Any
) -> None:
    plan()
    letters["letter"] = None
    run_tasks()
    assert (Delivery.objects.get().state, mailoutbox) == (DeliveryState.DROPPED, [])


def test_nothing_goes_to_an_address_that_nobody_confirmed(plan: Any, run_tasks: Any, mailoutbox: Any) -> None:
    plan()
    EmailAddress.objects.update(verified=False)
    run_tasks()
    assert (Delivery.objects.get().state, mailoutbox) == (DeliveryState.DROPPED, [])


def test_nothing_goes_to_a_closed_account(plan: Any, person: User, run_tasks: Any, mailoutbox: Any) -> None:
    plan()
    User.objects.update(is_active=False)
    run_tasks()
    assert (Delivery.objects.get().state, mailoutbox) == (DeliveryState.DROPPED, [])


def test_a_letter_that_waits_goes_with_its_person(
    plan: Any, person: User, run_tasks: Any, mailoutbox: Any
) -> None:
    plan()
    person.delete()
    run_tasks()
    assert (Delivery.objects.count(), mailoutbox) == (0, [])


def test_a_letter_is_written_in_the_language_of_its_reader(
    plan: Any, letters: Any, run_tasks: Any, mailoutbox: list[Any]
) -> None:
    User.objects.update(language="en")
    plan()
    run_tasks()
    assert mailoutbox[0].body.startswith("Hello Noor,")


def identifier(content: bytes) -> str:
    """Return the Message-ID of a mail as the server got it."""
    return message_from_bytes(content, policy=policy.default)["Message-ID"]


def send_again(moment: Any) -> None:
    """Do the task that waits for its time, at that time."""
    task = DBTaskResult.objects.filter(status="READY").latest("enqueued_at")
    moment.shift(task.run_after - datetime.datetime.now(datetime.UTC))
    task.claim("test")
    delivery_send.call(*task.args_kwargs["args"])
    task.set_successful(None)


@pytest.fixture
def moment(no_time_passes: None, request: pytest.FixtureRequest) -> Any:
    """Return a clock that stands still until it is shifted."""
    import time_machine

    with time_machine.travel(datetime.datetime.now(datetime.UTC), tick=False) as traveller:
        yield traveller


@pytest.mark.parametrize("answer", ["451 later", "421 busy"])
def test_a_server_that_cannot_take_it_now_is_asked_again_later(
    plan: Any, sink: Any, run_tasks: Any, moment: Any, answer: str
) -> None:
    delivery = plan()
    sink.to_recipients.append(answer)
    run_tasks()
    assert (Delivery.objects.get().state, sink.taken) == (DeliveryState.WAITING, [])
    send_again(moment)
    assert Delivery.objects.get().state == DeliveryState.SENT
    assert identifier(sink.taken[0][1]) == f"<{delivery.message_id}@knooppunt.example>"


def test_a_server_that_breaks_off_after_it_took_the_mail_gets_it_under_the_same_name(
    plan: Any, sink: Any, run_tasks: Any, moment: Any
) -> None:
    plan()
    sink.to_messages.append("drop")
    run_tasks()
    send_again(moment)
    assert len({identifier(content) for _to, content in sink.taken}) == 1
    assert len(sink.taken) == 2


def test_an_address_that_is_refused_for_good_gets_nothing_more_until_it_is_mended(
    plan: Any, sink: Any, run_tasks: Any, person: User
) -> None:
    plan()
    sink.to_recipients.append("550 unknown")
    run_tasks()
    assert Delivery.objects.get().state == DeliveryState.REFUSED
    assert AddressRefusal.objects.get().address == person.email
    delivery_plan(person=person, kind="proef", about=2)
    run_tasks()
    assert sink.taken == []
    address_mended(address=person.email)
    delivery_plan(person=person, kind="proef", about=3)
    run_tasks()
    assert len(sink.taken) == 1


def test_a_message_that_is_refused_says_nothing_of_the_address(plan: Any, sink: Any, run_tasks: Any) -> None:
    plan()
    sink.to_messages.append("554 spam")
    run_tasks()
    assert (Delivery.objects.get().problem, AddressRefusal.objects.count()) == ("554", 0)


def test_a_server_that_stays_away_is_given_up_after_days(
    plan: Any, settings: Any, run_tasks: Any, moment: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    delivery = plan()
    run_tasks()
    for _wait in WAITS:
        send_again(moment)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.problem) == (DeliveryState.REFUSED, "ConnectionRefusedError")
    assert delivery.ended_at - delivery.planned_at > datetime.timedelta(days=3)


def test_the_letter_of_a_worker_that_was_killed_goes_when_its_claim_ends(
    plan: Any, run_tasks: Any, mailoutbox: list[Any], moment: Any
) -> None:
    delivery = plan()
    assert Delivery.objects.claim(delivery.pk)
    run_tasks()
    assert mailoutbox == []
    send_again(moment)
    assert len(mailoutbox) == 1


def test_no_log_line_has_the_address(plan: Any, sink: Any, run_tasks: Any, person: User, caplog: Any) -> None:
    plan()
    sink.to_recipients.append(f"550 no {person.email}")
    run_tasks()
    assert "550" in caplog.text
    assert person.email not in caplog.text + AddressRefusal.objects.get().problem


def test_a_letter_whose_task_was_lost_goes_all_the_same(
    plan: Any, run_tasks: Any, mailoutbox: list[Any]
) -> None:
    plan()
    DBTaskResult.objects.all().delete()
    deliveries_resume()
    assert (run_tasks(), mailoutbox) == (0, [])  # it may only be late
    Delivery.objects.update(next_at=timezone.now() - datetime.timedelta(hours=2))
    deliveries_resume()
    deliveries_resume()
    assert DBTaskResult.objects.count() == 1
    run_tasks()
    assert len(mailoutbox) == 1


def test_letters_that_ended_and_links_that_do_not_work_are_kept_for_ninety_days(
    plan: Any, person: User, run_tasks: Any
) -> None:
    plan()
    run_tasks()
    waiting = delivery_plan(person=person, kind="proef", about=2)
    link_make(person=person, purpose="proef", subject=1)
    for days, left in ((89, 2), (91, 1)):
        ago = timezone.now() - datetime.timedelta(days=days)
        Delivery.objects.filter(pk__lt=waiting.pk).update(ended_at=ago)
        SignedLink.objects.update(made_at=ago - SignedLink.LIFETIME)
        deliveries_forget()
        assert Delivery.objects.count() == left
        assert SignedLink.objects.count() == left - 1


def test_one_summary_waits_at_a_time(
    letters: Any, person: User, run_tasks: Any, mailoutbox: list[Any]
) -> None:
    for _time in range(3):
        summary_plan(person=person, kind="proef", wait=datetime.timedelta())
    run_tasks()
    assert len(mailoutbox) == 1
    summary_plan(person=person, kind="proef", wait=datetime.timedelta())
    run_tasks()
    assert len(mailoutbox) == 2
