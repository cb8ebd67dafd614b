"""Who is let in, by whom, and how she hears of it."""

import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django_tasks_db.models import DBTaskResult
from wagtail.log_actions import registry
from wagtail.models import ModelLogEntry

from users.models import MembershipSettings, User
from users.services import account_approve, account_decline, is_trusted_domain

SIGNUP = {"first_name": "Noor", "last_name": "de Proef", "organisation_hint": "Gemeente Proefstad"}


@pytest.fixture
def moderator(client: Client, make_editor: Any, add_totp: Any, log_in: Any) -> User:
    """Return a moderator, logged in."""
    user: User = make_editor("moderator@gemeente.example", "approve_user")
    log_in(client, user.email, secret=add_totp(user))
    return user


def run_mails() -> None:
    """Send the mail that waits in the queue, as the worker would."""
    for row in DBTaskResult.objects.filter(task_path="users.tasks.decision_mail"):
        row.task.call(*row.args_kwargs["args"])


def sign_up(client: Client, email: str, mailoutbox: list[Any]) -> User:
    """Sign up and confirm the address, as a person would."""
    client.post("/accounts/signup/", SIGNUP | {"email": email, "password1": "een lang wachtwoord 2026"})
    link = re.search(r"/accounts/confirm-email/\S+", mailoutbox[-1].body)
    assert link
    client.post(link[0])
    return User.objects.get(email=email)


def test_a_new_account_waits_for_a_moderator(client: Client, db: None, mailoutbox: list[Any]) -> None:
    user = sign_up(client, "nieuw@elders.example", mailoutbox)
    assert (user.get_full_name(), user.organisation_hint) == ("Noor de Proef", "Gemeente Proefstad")
    assert not user.is_approved
    assert list(User.objects.waiting()) == [user]


def test_who_waits_reads_what_happens_next(client: Client, make_user: Any, log_in: Any) -> None:
    log_in(client, make_user(approved=False).email)
    response = client.get("/leden/iemand/", follow=True)
    assert response.status_code == 403
    assert "Je aanmelding wacht op goedkeuring" in response.content.decode()
    assert "Die van jou is nog niet bekeken" in client.get("/accounts/profiel/").content.decode()


@pytest.mark.parametrize(
    ("email", "is_let_in"),
    [
        ("a@proefstad.example", True),
        ("a@ict.proefstad.example", True),
        ("a@nepproefstad.example", False),
        ("a@proefstad.example.kwaad.example", False),
    ],
)
def test_a_trusted_domain_lets_in_at_once_when_the_address_is_confirmed(
    client: Client, db: None, mailoutbox: list[Any], email: str, is_let_in: bool
) -> None:
    settings = MembershipSettings.load()
    settings.domains = "breda.example\nproefstad.example"
    settings.save()
    client.post("/accounts/signup/", SIGNUP | {"email": email, "password1": "een lang wachtwoord 2026"})
    assert not User.objects.get(email=email).is_approved
    link = re.search(r"/accounts/confirm-email/\S+", mailoutbox[-1].body)
    assert link
    client.post(link[0])
    assert User.objects.get(email=email).is_approved is is_let_in
    assert is_trusted_domain(email) is is_let_in


@pytest.mark.parametrize(
    "domains", ["gemeente", "https://breda.example", "*.example", "a b.example", "breda.example,tilburg.example"]
)
def test_a_domain_that_is_none_is_refused(domains: str) -> None:
    with pytest.raises(ValidationError) as raised:
        MembershipSettings(domains=f"goed.example\n{domains}").clean()
    assert raised.value.message_dict == {"domains": [f"“{domains}” is geen domein."]}


def test_a_domain_may_be_written_as_the_end_of_an_address() -> None:
    settings = MembershipSettings(domains="@Breda.example\n\n  tilburg.example ")
    settings.clean()
    assert settings.domain_list == ["breda.example", "tilburg.example"]


def test_a_moderator_sees_who_waits_and_lets_in(client: Client, moderator: User, make_user: Any, mailoutbox: list[Any]) -> None:
    user = make_user("nieuw@elders.example", approved=False, organisation_hint="Waterschap De Proef")
    home, page = client.get("/cms/").content.decode(), client.get("/cms/aanmeldingen/").content.decode()
    assert "1 persoon wacht op goedkeuring" in home
    assert all(text in page for text in [user.email, "Noor de Proef", "Waterschap De Proef"])
    client.post(f"/cms/aanmeldingen/{user.pk}/", {"decision": "approve"})
    user.refresh_from_db()
    assert user.is_approved
    assert user.approved_by == moderator
    run_mails()
    assert [mail.subject for mail in mailoutbox] == ["Je bent nu lid van Knooppunt"]


def test_a_moderator_turns_somebody_down(
    client: Client, moderator: User, make_user: Any, log_in: Any, mailoutbox: list[Any]
) -> None:
    user = make_user("nieuw@elders.example", approved=False)
    client.post(f"/cms/aanmeldingen/{user.pk}/", {"decision": "decline"})
    run_mails()
    assert mailoutbox[0].to == [user.email]
    other = Client()
    log_in(other, user.email)
    assert "_auth_user_id" not in other.session
    assert not User.objects.waiting().exists()


def test_a_decision_is_a_post_that_is_made_once(client: Client, moderator: User, make_user: Any) -> None:
    user = make_user("nieuw@elders.example", approved=False)
    assert client.get(f"/cms/aanmeldingen/{user.pk}/").status_code == 405
    client.post(f"/cms/aanmeldingen/{user.pk}/", {"decision": "onzin"})
    client.post(f"/cms/aanmeldingen/{user.pk}/", {"decision": "approve"})
    client.post(f"/cms/aanmeldingen/{user.pk}/", {"decision": "decline"})
    user.refresh_from_db()
    assert user.is_active
    assert user.is_approved


def test_only_who_waits_can_be_decided_about(client: Client, moderator: User, make_user: Any) -> None:
    others = [make_user("lid@elders.example"), make_user("baas@elders.example", approved=False, is_superuser=True)]
    others.append(make_user("vaag@elders.example", approved=False, verified=False))
    for user in others:
        client.post(f"/cms/aanmeldingen/{user.pk}/", {"decision": "decline"})
        user.refresh_from_db()
        assert user.is_active


def test_an_editor_cannot_decide(client: Client, make_editor: Any, make_user: Any, add_totp: Any, log_in: Any) -> None:
    editor, user = make_editor(), make_user("nieuw@elders.example", approved=False)
    log_in(client, editor.email, secret=add_totp(editor))
    assert user.email not in client.get("/cms/aanmeldingen/", follow=True).content.decode()
    client.post(f"/cms/aanmeldingen/{user.pk}/", {"decision": "approve"})
    user.refresh_from_db()
    assert not user.is_approved


def test_a_visitor_cannot_decide(client: Client, make_user: Any) -> None:
    user = make_user("nieuw@elders.example", approved=False)
    client.post(f"/cms/aanmeldingen/{user.pk}/", {"decision": "approve"})
    user.refresh_from_db()
    assert not user.is_approved


def test_decisions_are_in_the_log(make_user: Any) -> None:
    moderator, first, second = (make_user(f"{name}@elders.example", approved=False) for name in "abc")
    account_approve(user=first, moderator=moderator)
    account_decline(user=second, moderator=moderator)
    entries = ModelLogEntry.objects.order_by("pk")
    assert [(entry.action, entry.user) for entry in entries] == [("users.approve", moderator), ("users.decline", moderator)]
    assert registry.action_exists("users.admit")


def test_an_account_that_an_administrator_makes_is_let_in(client: Client, make_user: Any, add_totp: Any, log_in: Any) -> None:
    boss = make_user("baas@elders.example", is_superuser=True)
    log_in(client, boss.email, secret=add_totp(boss))
    assert client.get("/cms/users/").status_code == 200
    password = "weer een lang wachtwoord"
    data = {
        "email": "Gemaakt@Elders.example",
        "first_name": "G",
        "last_name": "M",
        "password1": password,
        "password2": password,
    }
    client.post("/cms/users/new/", data)
    made = User.objects.get(email="gemaakt@elders.example")
    assert made.is_approved
    assert made.approved_by == boss
