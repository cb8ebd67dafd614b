"""Somebody ends her own account: she logs in again first, then everything with her name goes."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.test import Client
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from members.models import Member
from users.models import User
from users.services import account_approve

END, PASSWORD = "/accounts/beeindigen/", "een lang wachtwoord 2026"
pytestmark = pytest.mark.both_databases


@pytest.fixture
def noor(make_user: Callable[..., User], own_files: Any) -> User:
    """Return somebody with a profile, a photo and an entry in the log for both."""
    user = make_user(approved=False, first_name="Kanarie", last_name="Vogel")
    account_approve(
        user=user, moderator=make_user("moderator@gemeente.example", first_name="Mo", last_name="Derator")
    )
    member = Member(user=user, name="Kanarie Vogel")
    member.photo.save("photo.webp", ContentFile(b"foto"))
    log(member, "members.claim", user=user, data={"organisation": "Gemeente Kanarie"})
    return user


def end(client: Client, password: str = PASSWORD) -> Any:
    """Press the button, and say who you are."""
    question = client.post(END)
    assert question["Location"].startswith("/accounts/reauthenticate/")
    return client.post(question["Location"], {"password": password, "next": END}, follow=True)


def test_all_that_has_her_name_goes(
    client: Client, noor: User, log_in: Any, own_files: Any, django_capture_on_commit_callbacks: Any
) -> None:
    log_in(client, noor.email)
    page = client.get(END).text
    assert all(
        text in page
        for text in [
            "Ja, beëindig mijn account",
            "Dit verwijderen we meteen",
            "Dit blijft, zonder je naam",
            "bij “Wij doen dit ook”",
        ]
    )
    with django_capture_on_commit_callbacks(execute=True):
        answer = end(client)
    assert "Je account is beëindigd." in answer.text
    assert "_auth_user_id" not in client.session
    for model in (User, EmailAddress, Authenticator, UserSession, Member):
        key = "pk" if model is User else "user"
        assert not model.objects.filter(**{key: noor.pk}).exists()
    assert noor.email not in str([session.get_decoded() for session in Session.objects.all()])
    assert not list(own_files.private.rglob("*.webp"))
    entries = list(ModelLogEntry.objects.values())
    assert {entry["action"] for entry in entries} >= {"users.approve", "members.claim"}
    assert "kanarie" not in str(entries).lower()


def test_nothing_goes_without_the_right_password(client: Client, noor: User, log_in: Any) -> None:
    log_in(client, noor.email)
    assert "Dit wachtwoord klopt niet" in end(client, "verkeerd wachtwoord").text
    assert User.objects.filter(pk=noor.pk).exists()


def test_looking_at_the_page_ends_nothing(client: Client, noor: User, log_in: Any) -> None:
    log_in(client, noor.email)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert client.get(END).status_code == 200
    assert User.objects.filter(pk=noor.pk).exists()


def test_who_works_on_the_site_asks_an_administrator_first(
    client: Client, make_editor: Any, add_totp: Any, log_in: Any
) -> None:
    editor = make_editor()
    log_in(client, editor.email, secret=add_totp(editor))
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    for ask in (client.get, client.post):
        page = ask(END).text
        assert "Vraag eerst een beheerder" in page
        assert "Ja, beëindig" not in page
    assert User.objects.filter(pk=editor.pk).exists()


def test_an_account_that_an_administrator_deletes_leaves_no_name_in_the_log_either(
    client: Client, noor: User, make_user: Any, add_totp: Any, log_in: Any
) -> None:
    boss = make_user("baas@elders.example", is_superuser=True)
    log_in(client, boss.email, secret=add_totp(boss))
    client.post(f"/cms/users/delete/{noor.pk}/")
    assert not User.objects.filter(pk=noor.pk).exists()
    assert ModelLogEntry.objects.filter(action="wagtail.delete", label=f"account {noor.pk}").exists()
    assert "kanarie" not in str(list(ModelLogEntry.objects.values())).lower()
