"""The account itself, and the words that the pages are in."""

import gettext
from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError

from users.models import User

ROOT = Path(__file__).parents[2]


def test_an_address_exists_once_whatever_its_case(db: None) -> None:
    User.objects.create_user("Noor@Gemeente.example")
    with pytest.raises(IntegrityError):
        User.objects.create_user("noor@gemeente.EXAMPLE")


def test_an_account_never_shows_its_address_as_its_name(db: None) -> None:
    assert "@" not in str(User.objects.create_user("noor@gemeente.example"))


def test_a_superuser_needs_nobody_to_let_her_in(db: None) -> None:
    assert User.objects.create_superuser("baas@gemeente.example", "x").is_approved


def test_the_compiled_words_are_those_of_the_readable_file() -> None:
    folder = ROOT / "users" / "wording" / "nl" / "LC_MESSAGES"
    compiled = gettext.GNUTranslations((folder / "django.mo").open("rb"))._catalog  # type: ignore[attr-defined]
    readable = (folder / "django.po").read_text().replace('"\n"', "")
    for text in filter(None, compiled.values()):
        escaped = text.replace('"', '\\"').replace("\n", "\\n")
        assert escaped in readable or "Content-Type" in text


def test_passwords_are_hashed_with_argon2_outside_the_tests() -> None:
    base = (ROOT / "site" / "config" / "settings" / "base.py").read_text()
    assert "Argon2PasswordHasher" in base
    assert settings.ACCOUNT_EMAIL_VERIFICATION == "mandatory"
