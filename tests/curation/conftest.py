"""People who may and may not decide about search, logged in."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import Group
from django.core.cache import caches
from django.test import Client
from django.utils import timezone

from users.models import User


@pytest.fixture
def enter(site_frame: Any) -> Callable[[str], Client]:
    """Return a maker of clients of a user in this group; "" is a member without a group, None a visitor."""

    def enter(group: str | None) -> Client:
        client = Client()
        if group is None:
            return client
        user = User.objects.create_user(
            f"{group or 'lid'}@gemeente.example".lower(), approved_at=timezone.now()
        )
        TOTP.activate(user, generate_totp_secret())
        if group:
            user.groups.add(Group.objects.get(name=group))
        client.force_login(user)
        return client

    return enter


@pytest.fixture
def look_again() -> Callable[[], None]:
    """Return a function that clears the cached decisions, so that the next question reads the database."""
    return caches["memory"].clear
