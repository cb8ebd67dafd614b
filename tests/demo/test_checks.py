"""Demonstration accounts keep a real site from starting."""

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError

from users.models import User

pytestmark = pytest.mark.django_db


def test_a_real_site_does_not_start_with_demonstration_accounts(settings: object) -> None:
    settings.DEMONSTRATION = False
    call_command("check", databases=["default"])
    User.objects.create_user("redacteur@example.org")
    with pytest.raises((SystemCheckError, CommandError), match="demonstration"):
        call_command("check", databases=["default"])


def test_a_demonstration_does(settings: object) -> None:
    User.objects.create_user("redacteur@example.org")
    call_command("check", databases=["default"])
