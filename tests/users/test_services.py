"""Who owns an address, and whom it lets in: the services themselves, also in cases that no page reaches."""

import datetime
from collections import Counter
from functools import partial
from typing import Any

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone
from wagtail.models import ModelLogEntry

from mail.models import AddressRefusal, Delivery
from users import admission
from users.models import MembershipSettings, User
from users.services import (
    account_admit,
    account_approve,
    account_decline,
    account_lapse,
    account_still_right,
    account_withdraw,
    address_forget,
    address_release,
    farewell_bid,
    is_trusted_domain,
    second_step_reset,
)

TRUSTED, ELSEWHERE = "noor@proefstad.example", "noor@elders.example"
PASSWORD = "een lang wachtwoord 2026"


def log_in(client: Client, user: User) -> None:
    """Log somebody in at the door, as only that lists where she is logged in."""
    user.set_password(PASSWORD)
    user.save()
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    assert UserSession.objects.filter(user=user).exists()


@pytest.fixture
def trust(db: None) -> None:
    """Let an administrator trust one domain, written as people write it."""
    settings = MembershipSettings.load()
    settings.domains = " Proefstad.Example \n\n"
    settings.save()


class TestALostSecondStep:
    """What is done to an account, whoever asks for it."""

    def test_the_log_names_the_administrator_though_no_page_was_asked(self, make_user: Any) -> None:
        user, boss = make_user(ELSEWHERE), make_user(TRUSTED, is_superuser=True)
        second_step_reset(user=user, administrator=boss)
        entry = ModelLogEntry.objects.get(action="users.reset_second_step")
        assert (entry.user, entry.object_id) == (boss, str(user.pk))

    def test_an_administrator_who_lost_hers_is_told_once(
        self, make_user: Any, run_tasks: Any, mailoutbox: list[Any]
    ) -> None:
        user, boss = (make_user(address, is_superuser=True) for address in (ELSEWHERE, TRUSTED))
        second_step_reset(user=user, administrator=boss)
        run_tasks()
        assert sorted(mail.to[0] for mail in mailoutbox) == [ELSEWHERE, TRUSTED]


class TestAnAccountThatEnds:
    """Closed by a moderator, waiting again after a year of silence, or gone."""

    def test_a_closed_account_is_logged_out_and_the_log_says_who_did_it_and_not_why(
        self, make_user: Any, client: Client
    ) -> None:
        user, moderator = make_user(ELSEWHERE), make_user(TRUSTED)
        log_in(client, user)
        account_withdraw(user=user, moderator=moderator, reason="Reclame")
        user.refresh_from_db()
        assert (user.is_active, user.decline_reason) == (False, "Reclame")
        assert user.declined_at is not None
        assert not UserSession.objects.filter(user=user).exists()
        entry = ModelLogEntry.objects.get(action="users.withdraw")
        assert (entry.user, entry.object_id) == (moderator, str(user.pk))
        assert "Reclame" not in str(entry.data)

    def test_an_account_that_lapses_waits_again_and_the_log_says_so(
        self, make_user: Any, client: Client
    ) -> None:
        user = make_user(ELSEWHERE)
        log_in(client, user)
        account_lapse(user=user)
        user.refresh_from_db()
        assert (user.approved_at, user.approved_by, user.is_active) == (None, None, True)
        assert not UserSession.objects.filter(user=user).exists()
        assert ModelLogEntry.objects.get(action="users.lapse").object_id == str(user.pk)

    def test_who_says_that_all_is_right_is_asked_a_year_later(self, make_user: Any) -> None:
        user = make_user(ELSEWHERE)
        User.objects.update(confirmed_at=timezone.now() - datetime.timedelta(days=400))
        account_still_right(user=user)
        user.refresh_from_db()
        assert user.confirmed_at > timezone.now() - datetime.timedelta(minutes=1)

    @pytest.mark.parametrize(("is_verified", "told"), [(True, [ELSEWHERE]), (False, [])])
    def test_only_an_address_that_was_confirmed_gets_the_last_letter(
        self,
        make_user: Any,
        mailoutbox: list[Any],
        django_capture_on_commit_callbacks: Any,
        is_verified: bool,
        told: list[str],
    ) -> None:
        user = make_user(ELSEWHERE)
        user.emailaddress_set.update(verified=is_verified)
        User.objects.filter(pk=user.pk).update(language="en")
        user.refresh_from_db()
        with django_capture_on_commit_callbacks(execute=True):
            farewell_bid(user)
        assert [mail.to[0] for mail in mailoutbox] == told
        assert all("Your account" in mail.subject for mail in mailoutbox)

    def test_mail_that_came_back_is_forgotten_with_the_account(self, make_user: Any) -> None:
        user = make_user(ELSEWHERE)
        AddressRefusal.objects.create(address=ELSEWHERE)
        address_forget(user)
        assert not AddressRefusal.objects.exists()


class TestWhatIsDoneAgain:
    """The same decision later is another one, and has letters of its own."""

    def test_each_decision_and_each_lost_step_has_its_letter(self, make_user: Any) -> None:
        user, moderator = make_user(ELSEWHERE), make_user(TRUSTED, is_superuser=True)
        start = timezone.now()
        for days in range(2):
            with time_machine.travel(start + datetime.timedelta(days=days)):
                account_approve(user=user, moderator=moderator)
                account_decline(user=user, moderator=moderator, reason="Reclame")
                second_step_reset(user=user, administrator=moderator)
        kinds = Counter(Delivery.objects.values_list("kind", flat=True))
        assert kinds == dict.fromkeys(
            ("approved", "declined", "second_step_reset", "second_step_reset_told"), 2
        )

    def test_rooms_hear_who_was_let_in(
        self, trust: None, make_user: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        heard: list[User] = []
        monkeypatch.setattr(admission, "_ANSWERS", [heard.append])
        user = make_user(ELSEWHERE, approved=False)
        account_approve(user=user, moderator=make_user("ans@elders.example"))
        other = make_user(TRUSTED, approved=False)
        account_admit(user=other, address=TRUSTED)
        assert heard == [user, other]


class TestWhoIsLetInAtOnce:
    """The address decides, and nothing else that the account says; a decision of a moderator stands."""

    def test_an_address_of_a_trusted_domain_makes_a_member_and_the_log_says_so(
        self, trust: None, make_user: Any
    ) -> None:
        user = make_user(ELSEWHERE, approved=False)
        assert account_admit(user=user, address=TRUSTED)
        user.refresh_from_db()
        assert user.is_approved
        entry = ModelLogEntry.objects.get()
        assert (entry.action, entry.object_id, entry.user) == ("users.admit", str(user.pk), user)

    def test_another_address_does_not(self, trust: None, make_user: Any) -> None:
        user = make_user(TRUSTED, approved=False)
        assert not account_admit(user=user, address=ELSEWHERE)
        user.refresh_from_db()
        assert not user.is_approved
        assert not ModelLogEntry.objects.exists()

    def test_an_account_that_was_closed_stays_out(self, trust: None, make_user: Any) -> None:
        user = make_user(TRUSTED, approved=False, is_active=False)
        assert not account_admit(user=user, address=TRUSTED)
        user.refresh_from_db()
        assert user.approved_at is None

    def test_who_is_a_member_already_stays_one_since_then(self, trust: None, make_user: Any) -> None:
        user = make_user(TRUSTED)
        since = user.approved_at
        assert not account_admit(user=user, address=TRUSTED)
        user.refresh_from_db()
        assert user.approved_at == since

    @pytest.mark.parametrize(
        ("address", "is_trusted"),
        [
            ("Noor@ICT.PROEFSTAD.EXAMPLE", True),
            ('"noor@thuis"@proefstad.example', True),
            ('"noor@proefstad.example"@elders.example', False),
            ("noor@example", False),
            ("proefstad.example@elders.example", False),
        ],
    )
    def test_what_stands_behind_the_last_at_sign_counts(
        self, trust: None, address: str, is_trusted: bool
    ) -> None:
        assert is_trusted_domain(address) is is_trusted


class TestWhoGetsAnAddress:
    """An account that was never used makes way for the one that confirms its address; any other stays."""

    def test_an_account_that_was_never_used_goes(self, make_user: Any) -> None:
        unused, user = make_user(TRUSTED, approved=False, verified=False), make_user(ELSEWHERE)
        assert address_release(user=user, address=TRUSTED)
        assert not User.objects.filter(pk=unused.pk).exists()

    def test_an_address_of_nobody_and_ones_own_are_free(self, make_user: Any) -> None:
        user, bystander = (
            make_user(ELSEWHERE, approved=False, verified=False),
            make_user("c@elders.example", verified=False),
        )
        assert address_release(user=user, address=TRUSTED)
        assert address_release(user=user, address=ELSEWHERE)
        assert set(User.objects.all()) == {user, bystander}

    @pytest.mark.parametrize(
        "used",
        [
            {"approved": True},
            {"verified": True},
            {"last_login": timezone.now()},
            {"is_superuser": True},
            {"group": True},
        ],
        ids=lambda used: next(iter(used)),
    )
    def test_an_account_that_means_something_stays(self, make_user: Any, used: dict[str, Any]) -> None:
        fields = {name: value for name, value in used.items() if name != "group"}
        other = make_user(TRUSTED, **{"approved": False, "verified": False} | fields)
        if "group" in used:
            other.groups.add(Group.objects.create(name="Redactie van hier"))
        user = make_user(ELSEWHERE)
        assert not address_release(user=user, address=TRUSTED)
        assert User.objects.filter(pk=other.pk).exists()


@pytest.mark.parametrize("decide", [account_approve, partial(account_decline, reason="Geen overheid.")])
def test_a_decision_does_not_undo_what_the_person_changed_meanwhile(make_user: Any, decide: Any) -> None:
    moderator, user = make_user("moderator@elders.example"), make_user(ELSEWHERE, approved=False)
    User.objects.filter(pk=user.pk).update(first_name="Nora")
    decide(user=user, moderator=moderator)
    assert User.objects.get(pk=user.pk).first_name == "Nora"


def test_letting_in_does_not_undo_what_the_person_changed_meanwhile(trust: None, make_user: Any) -> None:
    user = make_user(TRUSTED, approved=False)
    User.objects.filter(pk=user.pk).update(first_name="Nora")
    assert account_admit(user=user, address=TRUSTED)
    assert User.objects.get(pk=user.pk).first_name == "Nora"
