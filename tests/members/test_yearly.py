"""Once a year: is this still right? Who says nothing for a month waits for approval again."""

import datetime
import re
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from mail.models import AddressRefusal
from members.models import Member
from members.yearly import yearly_ask, yearly_lapse
from users.models import User

pytestmark = pytest.mark.usefixtures("no_time_passes")


@pytest.fixture
def noor(make_member: Any, organisations: Any) -> User:
    """Return a member who said a year ago that all was right."""
    member = make_member("noor", organisation=organisations[0], role="Adviseur")
    user = member.user
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    User.objects.filter(pk=user.pk).update(confirmed_at=timezone.now() - datetime.timedelta(days=366))
    user.refresh_from_db()
    return user


@pytest.fixture
def later(run_tasks: Any) -> Any:
    """Return what does the work of each day until so many days from now."""

    def later(days: int) -> None:
        start = timezone.now()
        for day in range(days + 1):
            with time_machine.travel(start + datetime.timedelta(days=day, minutes=1), tick=False):
                yearly_ask()
                run_tasks()
                yearly_lapse()

    return later


def subjects(mailoutbox: list[Any]) -> list[str]:
    return [mail.subject for mail in mailoutbox]


def test_a_member_is_asked_once_and_reminded_once(noor: User, later: Any, mailoutbox: list[Any]) -> None:
    later(25)
    assert subjects(mailoutbox) == ["Klopt dit nog?", "Klopt dit nog? We hoorden nog niets van je"]
    assert "Je organisatie: Gemeente Proefstad" in mailoutbox[0].body
    assert "Je functie: Adviseur" in mailoutbox[0].body


def test_one_button_says_that_it_is_right_without_logging_in(
    noor: User, later: Any, mailoutbox: list[Any], client: Client
) -> None:
    later(0)
    link = re.search(r"/link/\S+", mailoutbox[0].body)[0]
    page = client.get(link)
    assert "Ja, dit klopt nog" in page.text
    noor.refresh_from_db()
    assert noor.confirmed_at < timezone.now() - datetime.timedelta(days=365)
    client.post(link)
    noor.refresh_from_db()
    assert noor.confirmed_at == timezone.now()
    later(60)
    assert len(mailoutbox) == 1
    assert User.objects.get(pk=noor.pk).is_approved


def test_who_says_nothing_for_a_month_waits_for_approval_again_and_is_logged_out(
    noor: User, later: Any, client: Client
) -> None:
    noor.set_password("een lang wachtwoord 2026")
    noor.save()
    client.post("/accounts/login/", {"login": noor.email, "password": "een lang wachtwoord 2026"})
    assert client.get("/accounts/profiel/").status_code == 200
    later(29)
    assert User.objects.get(pk=noor.pk).is_approved
    later(31)
    assert not User.objects.get(pk=noor.pk).is_approved
    assert client.get("/accounts/profiel/").status_code == 302
    assert not Member.objects.listed().exists()
    assert User.objects.waiting().get() == noor


def test_saving_the_profile_is_a_word_too(noor: User, later: Any, mailoutbox: list[Any]) -> None:
    from members.services import profile_save

    profile_save(member=noor.member, expertise=[], sought=[])
    later(0)
    assert mailoutbox == []


def test_an_address_that_refuses_mail_for_a_month_is_as_silent(noor: User, later: Any) -> None:
    User.objects.update(confirmed_at=timezone.now())
    AddressRefusal.objects.create(address=noor.email, problem="550", refused_at=timezone.now())
    later(29)
    assert User.objects.get(pk=noor.pk).is_approved
    later(31)
    assert not User.objects.get(pk=noor.pk).is_approved


def test_who_was_never_asked_as_her_address_is_not_confirmed_stays(
    noor: User, later: Any, mailoutbox: list[Any]
) -> None:
    EmailAddress.objects.update(verified=False)
    later(40)
    assert mailoutbox == []
    assert User.objects.get(pk=noor.pk).is_approved


def test_an_administrator_stays(noor: User, later: Any, mailoutbox: list[Any]) -> None:
    User.objects.update(is_superuser=True)
    later(40)
    assert mailoutbox == []


@pytest.mark.parametrize("many", [1, 5])
def test_who_was_asked_costs_no_queries_any_more(
    noor: User, make_member: Any, many: int, django_assert_num_queries: Any
) -> None:
    for number in range(many):
        make_member(f"lid{number}")
    User.objects.update(confirmed_at=timezone.now() - datetime.timedelta(days=366))
    yearly_ask()
    with django_assert_num_queries(4):
        yearly_ask()
        yearly_lapse()
