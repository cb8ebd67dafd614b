"""The account itself."""

from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import IntegrityError
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
