"""The four named accounts of a demonstration; their passwords and second factors are drawn at first start."""

import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from core.roles import EDITORS, MODERATORS
from demo.members import load_data, member_make, read_terms
from users.models import User

GROUPS = {"administrator": [], "moderator": [MODERATORS], "editor": [EDITORS], "member": []}


@dataclass(frozen=True)
class DemoAccount:
    """The credentials of somebody who tries the site."""

    role: str
    email: str
    password: str
    totp_secret: str


def accounts_path() -> Path:
    """Return the file with the accounts; only its owner may read it."""
    return settings.VAR_DIR / "accounts.json"


@transaction.atomic
def load_accounts() -> list[DemoAccount]:
    """Create the missing accounts and return all four; what was drawn before stays the same."""
    people = {person["role"]: person for person in load_data()["accounts"]}
    accounts = _known(people) or [_draw(person) for person in people.values()]
    for account in accounts:
        user = _user(account, people[account.role])
        _second_factor(user, account.totp_secret)
        if people[account.role]["organisation"] and not hasattr(user, "member"):
            member_make(user, people[account.role], read_terms())
    _write(accounts)
    return accounts


def _known(people: dict[str, Any]) -> list[DemoAccount]:
    """Return the accounts in the file, or none when it is missing or about other people."""
    path = accounts_path()
    if not path.exists():
        return []
    accounts = [DemoAccount(**row) for row in json.loads(path.read_text())]
    wanted = {(role, person["email"]) for role, person in people.items()}
    return accounts if {(account.role, account.email) for account in accounts} == wanted else []


def _draw(person: dict[str, str]) -> DemoAccount:
    """Return an account with a password and a secret that nobody can guess."""
    return DemoAccount(person["role"], person["email"], secrets.token_urlsafe(12), generate_totp_secret())


def _user(account: DemoAccount, person: dict[str, str]) -> User:
    """Return the approved account with this password, in the groups of its role."""
    user = User.objects.filter(email=account.email).first() or User(email=account.email)
    if not user.pk or not user.check_password(account.password):
        user.first_name, user.last_name = person["first_name"], person["last_name"]
        user.is_superuser = user.is_staff = account.role == "administrator"
        user.approved_at = user.approved_at or timezone.now()
        user.set_password(account.password)
        user.save()
    user.groups.set(Group.objects.filter(name__in=GROUPS[account.role]))
    EmailAddress.objects.get_or_create(
        user=user, email=account.email, defaults={"verified": True, "primary": True}
    )
    return user


def _second_factor(user: User, secret: str) -> None:
    """Set this secret as the second factor of the account."""
    found = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    if found and decrypt(found.data["secret"]) == secret:
        return
    if found:
        found.delete()
    TOTP.activate(user, secret)


def _write(accounts: list[DemoAccount]) -> None:
    """Write the file; from its first byte only its owner can read it."""
    path = accounts_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text(json.dumps([asdict(account) for account in accounts], indent=2))
