"""The account itself."""

import datetime
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError
from django.utils import timezone
from wagtail.models import ReferenceIndex

from members.models import Member
from users.models import User

ROOT = Path(__file__).parents[2]


def test_an_address_exists_once_whatever_its_case(db: None) -> None:
    User.objects.create_user("Noor@Gemeente.example")
    with pytest.raises(IntegrityError):
        User.objects.create_user("noor@gemeente.EXAMPLE")


def test_an_account_never_shows_its_address_as_its_name(db: None) -> None:
    assert "@" not in str(User.objects.create_user("noor@gemeente.example"))


def test_an_account_is_found_by_its_address_whatever_the_case(db: None) -> None:
    user = User.objects.create_user("Noor@Gemeente.example")
    User.objects.create_user("daan@gemeente.example")
    assert User.objects.get_by_natural_key("NOOR@gemeente.example") == user


def test_a_superuser_needs_nobody_to_let_her_in(db: None) -> None:
    boss = User.objects.create_superuser("baas@gemeente.example", "een lang wachtwoord 2026")
    assert boss.is_approved
    assert (boss.is_staff, boss.is_superuser) == (True, True)
    assert boss.check_password("een lang wachtwoord 2026")


def test_who_lets_others_in_and_who_may_do_everything(db: None) -> None:
    people = {
        name: User.objects.create_user(f"{name}@gemeente.example")
        for name in ("lid", "beheer", "weg", "moderator", "bewerker", "vreemde")
    }
    for name in ("beheer", "weg"):
        people[name].is_superuser = True
    people["weg"].is_active = False
    decides = Permission.objects.get(content_type__app_label="users", codename="approve_user")
    changes = Permission.objects.get(content_type__app_label="users", codename="change_user")
    elsewhere = ContentType.objects.get_for_model(Member)
    same_name = Permission.objects.create(content_type=elsewhere, codename="approve_user", name="iets anders")
    people["moderator"].user_permissions.add(decides)
    people["bewerker"].user_permissions.add(changes)
    people["vreemde"].user_permissions.add(same_name)
    for user in people.values():
        user.save()
    assert set(User.objects.deciders()) == {people["beheer"], people["moderator"]}
    assert set(User.objects.administrators()) == {people["beheer"]}


def test_who_was_turned_down_is_closed_too(db: None) -> None:
    first, last, back, closed = (User.objects.create_user(f"{n}@gemeente.example") for n in range(4))
    now = timezone.now()
    for user, is_active, declined_at in (
        (first, False, now - datetime.timedelta(days=1)),
        (last, False, now),
        (back, True, now),
        (closed, False, None),
    ):
        user.is_active, user.declined_at = is_active, declined_at
        user.save()
    assert list(User.objects.declined()) == [last, first]


def test_without_a_password_nobody_logs_in_with_one(db: None) -> None:
    assert not User.objects.create_user("noor@gemeente.example").has_usable_password()


def test_passwords_are_hashed_with_argon2_outside_the_tests() -> None:
    base = (ROOT / "site" / "config" / "settings" / "base.py").read_text()
    assert "Argon2PasswordHasher" in base
    assert settings.ACCOUNT_EMAIL_VERIFICATION == "mandatory"


def test_how_somebody_logs_in_is_no_use_of_her_account() -> None:
    assert ReferenceIndex.model_is_indexable(Member)
    assert not any(
        ReferenceIndex.model_is_indexable(model) for model in (Authenticator, EmailAddress, UserSession)
    )
