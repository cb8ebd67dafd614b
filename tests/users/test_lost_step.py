"""An administrator removes a lost second step: after a question, with a log entry and mails."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.test import Client
from wagtail.models import ModelLogEntry

from users.models import User


@pytest.fixture
def boss(make_user: Any, add_totp: Any, log_in: Any, client: Client) -> User:
    """Return an administrator, logged in."""
    user: User = make_user("baas@gemeente.example", is_superuser=True, first_name="Bea", last_name="Beheer")
    log_in(client, user.email, secret=add_totp(user))
    return user


@pytest.fixture
def lost(make_user: Any, add_totp: Any, log_in: Any) -> tuple[User, Client]:
    """Return a user with a second step and recovery codes, and a client in which she is still logged in."""
    user, browser = make_user("kwijt@gemeente.example"), Client()
    log_in(browser, user.email, secret=add_totp(user))
    RecoveryCodes.activate(user)
    return user, browser


def test_an_administrator_takes_it_away(
    client: Client,
    boss: User,
    lost: tuple[User, Client],
    log_in: Any,
    mailoutbox: list[Any],
    make_user: Any,
    run_tasks: Any,
) -> None:
    user, browser = lost
    other = make_user("tweede@gemeente.example", is_superuser=True)
    make_user("dicht@gemeente.example", is_superuser=True, is_active=False)
    address = f"/cms/tweede-stap/{user.pk}/"
    assert address in client.get(f"/cms/users/edit/{user.pk}/").text
    assert "Ja, haal de tweede stap weg" in client.get(address).text
    assert Authenticator.objects.filter(user=user).exists()
    assert "is weggehaald" in client.post(address, follow=True).text
    assert not Authenticator.objects.filter(user=user).exists()
    assert Authenticator.objects.filter(user=boss).exists()
    assert "_auth_user_id" not in browser.session
    again = Client()
    assert log_in(again, user.email)["Location"] == "/"
    entry = ModelLogEntry.objects.get(action="users.reset_second_step")
    assert (entry.user, entry.object_id) == (boss, str(user.pk))
    run_tasks()
    mails = {mail.to[0]: mail for mail in mailoutbox}
    assert mails.keys() == {user.email, boss.email, other.email}
    assert mails[user.email].subject == "Je tweede stap bij Knooppunt is weggehaald"
    for administrator in (boss, other):
        assert (
            "Bea Beheer heeft de tweede stap van Noor de Proef weggehaald." in mails[administrator.email].body
        )
    assert not any(one in mail.body for mail in mailoutbox for one in mails)


def test_nobody_takes_her_own_away_like_this(client: Client, boss: User) -> None:
    address = f"/cms/tweede-stap/{boss.pk}/"
    assert address not in client.get(f"/cms/users/edit/{boss.pk}/").text
    for ask in (client.get, client.post):
        assert "Je eigen tweede stap haal je hier niet weg." in ask(address, follow=True).text
    assert Authenticator.objects.filter(user=boss).exists()
    assert not ModelLogEntry.objects.filter(action="users.reset_second_step").exists()


def test_of_who_has_none_nothing_is_taken_away(
    client: Client, boss: User, make_user: Any, mailoutbox: list[Any], run_tasks: Any
) -> None:
    user = make_user()
    address = f"/cms/tweede-stap/{user.pk}/"
    assert address not in client.get(f"/cms/users/edit/{user.pk}/").text
    assert "heeft geen tweede stap" in client.post(address, follow=True).text
    run_tasks()
    assert mailoutbox == []


@pytest.mark.parametrize("codenames", [(), ("approve_user",), ("approve_user", "change_user")])
def test_who_is_no_administrator_may_not(
    client: Client,
    lost: tuple[User, Client],
    make_editor: Any,
    add_totp: Any,
    log_in: Any,
    codenames: tuple[str, ...],
) -> None:
    editor, (user, _browser) = make_editor("redactie@gemeente.example", *codenames), lost
    log_in(client, editor.email, secret=add_totp(editor))
    address = f"/cms/tweede-stap/{user.pk}/"
    assert address not in client.get(f"/cms/users/edit/{user.pk}/", follow=True).text
    for ask in (client.get, client.post):
        assert ask(address)["Location"] == "/cms/"
    assert Authenticator.objects.filter(user=user).exists()
