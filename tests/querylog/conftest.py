"""A site with words, bodies and a member, for what is asked there."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from members.models import Member
from querylog import counting
from search.text import vocabulary
from users.models import User

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture(autouse=True)
def nothing_waits() -> None:
    """Forget what earlier tests asked."""
    counting._waiting.clear()
    vocabulary._KEPT.clear()


@pytest.fixture
def words(db: None) -> None:
    """Let the site have a few words; dictionaries tell the rest."""
    vocabulary.add(
        "everyone", dict.fromkeys("data weg gemeente warmtenet laadpaal dashboard lorawan".split(), 3)
    )


@pytest.fixture
def make_member(db: None) -> Callable[[str], Member]:
    """Return a function that makes a member of the network."""

    def make(name: str) -> Member:
        user = User.objects.create_user(
            f"{len(name)}-{name[0]}@leden.example".lower(), approved_at=timezone.now()
        )
        return Member.objects.create(user=user, name=name)

    return make


@pytest.fixture
def register(db: None) -> None:
    """Let the site know all public bodies."""
    call_command("import_organisations", stdout=io.StringIO(), stderr=io.StringIO())


@pytest.fixture
def visitor() -> Client:
    """Return the browser of a visitor."""
    return Client(headers={"User-Agent": BROWSER, "Sec-Fetch-Site": "same-origin"})


@pytest.fixture
def enter(site_frame: Any) -> Callable[[str | None], Client]:
    """Return a maker of clients of a user in this group; "" is a member without a group, None a visitor."""

    def enter(group: str | None) -> Client:
        client = Client()
        if group is None:
            return client
        is_superuser = group == "administrator"
        user = User.objects.create_user(
            f"{group or 'lid'}@gemeente.example".lower(), approved_at=timezone.now()
        )
        user.is_superuser = is_superuser
        user.save()
        TOTP.activate(user, generate_totp_secret())
        if group and not is_superuser:
            user.groups.add(Group.objects.get(name=group))
        client.force_login(user)
        return client

    return enter
