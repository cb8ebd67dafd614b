"""The made-up people: the same every time, labelled, and unable to do harm."""

import json
import stat
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from demo.accounts import load_accounts
from demo.members import build_specialists, load_data, load_specialists
from members.choices import FIELDS, Visibility
from members.models import Member
from organisations.models import Organisation, OrganisationKind
from taxonomy.models import Technique, Theme
from users.models import User

NUMBER = 250


@pytest.fixture
def world(db: None) -> None:
    """Fill the lists that the specialists draw from."""
    for kind in OrganisationKind.values:
        for number in range(3):
            Organisation.objects.create(name=f"{kind} {number}", kind=kind)
    Organisation.objects.create(name="Gemeente Amersfoort", kind="gemeente")
    helps = load_data()["can_help"]
    Technique.objects.bulk_create(
        Technique(name=name, slug=f"t{number}") for number, name in enumerate(names(helps, "techniques"))
    )
    Theme.objects.bulk_create(Theme(name=slug, slug=slug) for slug in names(helps, "themes") | {"overig"})


def names(helps: list[dict[str, Any]], key: str) -> set[str]:
    """Return the terms that the data names."""
    return {name for item in helps for name in item[key]}


def test_the_specialists_are_the_same_every_time(world: None) -> None:
    first, second = build_specialists(NUMBER), build_specialists(NUMBER)
    assert first == second
    assert len({person.email for person in first}) == NUMBER
    assert len({(person.first_name, person.last_name) for person in first}) == NUMBER
    assert all(person.email.endswith("@example.org") for person in first)


def test_the_specialists_are_of_all_kinds_and_show_various_things(world: None) -> None:
    assert load_specialists(NUMBER) == NUMBER
    members = Member.objects.with_content()
    assert set(members.values_list("organisation__kind", flat=True)) == set(OrganisationKind.values)
    assert all(1 <= len(member.expertise.all()) <= 5 for member in members)
    assert all(
        member.is_demo and member.user.is_approved and not member.user.has_usable_password()
        for member in members
    )
    levels = Counter(member.visibility_of(field) for member in members for field in FIELDS)
    assert set(levels) == set(Visibility.values)
    assert levels.most_common(1)[0][0] == "members"
    assert Member.findable().count() == NUMBER


def test_a_second_load_changes_nothing(world: None) -> None:
    load_specialists(20)
    before = list(Member.objects.order_by("pk").values())
    assert load_specialists(20) == 0
    assert list(Member.objects.order_by("pk").values()) == before


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    """Keep what is drawn in a folder of the test."""
    settings.VAR_DIR = tmp_path
    return tmp_path


def test_the_accounts_are_drawn_once_and_kept_from_others(world: None, folder: Path) -> None:
    accounts = load_accounts()
    path = folder / "accounts.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    rows = json.loads(path.read_text())
    assert [set(row) for row in rows] == [{"role", "email", "password", "totp_secret"}] * 4
    assert [row["role"] for row in rows] == ["administrator", "moderator", "editor", "member"]
    before = (
        list(User.objects.order_by("pk").values()),
        list(Authenticator.objects.order_by("pk").values()),
        path.read_text(),
    )
    assert load_accounts() == accounts
    after = (
        list(User.objects.order_by("pk").values()),
        list(Authenticator.objects.order_by("pk").values()),
        path.read_text(),
    )
    assert before == after


def test_the_accounts_have_their_roles_and_can_log_in(world: None, folder: Path) -> None:
    accounts = {account.role: account for account in load_accounts()}
    users = {role: User.objects.get(email=account.email) for role, account in accounts.items()}
    assert [role for role, user in users.items() if user.is_superuser] == ["administrator"]
    assert {role: [group.name for group in user.groups.all()] for role, user in users.items()} == {
        "administrator": [],
        "moderator": ["Moderatoren"],
        "editor": ["Redacteuren"],
        "member": [],
    }
    assert all(
        user.is_approved and user.check_password(accounts[role].password) for role, user in users.items()
    )
    assert EmailAddress.objects.filter(verified=True, primary=True).count() == 4
    assert users["member"].member.organisation.name == "Gemeente Amersfoort"
    assert users["member"].member.expertise.exists()


def test_an_account_in_another_database_gets_the_password_of_the_file(world: None, folder: Path) -> None:
    account = load_accounts()[0]
    User.objects.all().delete()
    assert load_accounts()[0] == account
    assert User.objects.get(email=account.email).check_password(account.password)
