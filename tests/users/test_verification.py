"""Waiting for the mail with a link: sign up twice, send it again, correct the address.

Nobody learns who has an account.
"""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from users.models import User

PASSWORD = "een lang wachtwoord 2026"
EMAIL, MENDED = "noor@gemeente.example", "noor@proefstad.example"
NAMES = {"first_name": "Noor", "last_name": "de Proef", "organisation_hint": "Gemeente Proefstad"}
SENT = "/accounts/confirm-email/"


def sign_up(client: Client, email: str = EMAIL, path: str = "/accounts/signup/", **fields: str) -> Any:
    """Fill in the form of signing up."""
    return client.post(path, NAMES | {"email": email, "password1": PASSWORD} | fields)


def link_in(mail: Any) -> str:
    """Return the link that confirms an address."""
    found = re.search(r"/accounts/confirm-email/\S+", mail.body)
    return found[0] if found else ""


def test_who_signs_up_again_within_minutes_gets_a_new_link(db: None, mailoutbox: list[Any]) -> None:
    first, second = Client(), Client()
    pages = [sign_up(client, follow=True) for client in (first, second)]
    assert [mail.to for mail in mailoutbox] == [[EMAIL], [EMAIL]]
    assert pages[0]["Location"] == pages[1]["Location"] == SENT
    assert mailoutbox[1].subject == "Bevestig je e-mailadres bij Knooppunt"
    assert "Dan geldt het wachtwoord van de eerste keer" in mailoutbox[1].body
    Client().post(link_in(mailoutbox[1]))
    user = User.objects.get()
    assert user.emailaddress_set.get().verified


def test_who_has_an_account_is_told_so(make_user: Any, mailoutbox: list[Any]) -> None:
    make_user(EMAIL)
    for client in (Client(), Client()):
        sign_up(client)
    assert [mail.subject for mail in mailoutbox] == ["Je hebt al een account"] * 2


def test_an_address_that_a_member_only_wants_to_have_is_not_confirmed_for_her(
    make_user: Any, log_in: Any, mailoutbox: list[Any]
) -> None:
    member = Client()
    log_in(member, make_user(MENDED).email)
    member.post("/accounts/reauthenticate/", {"password": PASSWORD})
    member.post("/accounts/email/", {"email": EMAIL, "action_add": ""})
    mailoutbox.clear()
    sign_up(Client())
    assert [link_in(mail) for mail in mailoutbox] == [""]


def test_a_few_mails_are_enough(client: Client, db: None, mailoutbox: list[Any]) -> None:
    sign_up(client)
    pages = [client.post(f"{SENT}opnieuw/", follow=True).text for _again in range(4)]
    assert len(mailoutbox) == 3
    assert ["Wacht tien minuten" in page for page in pages] == [False, False, True, True]
    with time_machine.travel(timezone.now() + timedelta(minutes=10, seconds=1), tick=False):
        assert "opnieuw gestuurd" in client.post(f"{SENT}opnieuw/", follow=True).text
    assert len(mailoutbox) == 4


@pytest.mark.parametrize("known", [True, False])
def test_the_page_is_the_same_whoever_has_the_address(
    make_user: Any, mailoutbox: list[Any], known: bool
) -> None:
    if known:
        make_user(EMAIL)
    client = Client()
    sign_up(client)
    client.get(SENT)  # reads what is told once
    page = BeautifulSoup(client.get(SENT).content, "html.parser").main
    text = page.get_text(" ", strip=True)
    assert f"De e-mail ging naar {EMAIL} ." in text
    assert [button.get_text() for button in page.select("button, a.nl-button")] == [
        "Stuur de e-mail opnieuw",
        "Verbeter het adres",
    ]
    answer = client.post(f"{SENT}opnieuw/", follow=True)
    assert "We hebben de e-mail opnieuw gestuurd." in answer.text
    assert [mail.to for mail in mailoutbox] == [[EMAIL]] * 2
    form = client.get(f"{SENT}verbeteren/").context["form"]
    assert {name: form[name].value() for name in (*NAMES, "email")} == NAMES | {"email": EMAIL}
    assert not form["password1"].value()
    answer = sign_up(client, MENDED, f"{SENT}verbeteren/")
    assert answer["Location"] == SENT
    assert mailoutbox[-1].to == [MENDED]
    assert link_in(mailoutbox[-1])
    assert DBTaskResult.objects.filter(task_path="users.tasks.unused_account_delete").count() == 1


def test_the_account_with_the_mistaken_address_goes(db: None, mailoutbox: list[Any], run_tasks: Any) -> None:
    client = Client()
    sign_up(client)
    sign_up(client, MENDED, f"{SENT}verbeteren/")
    run_tasks()
    assert [user.email for user in User.objects.all()] == [MENDED]
    assert "Deze link werkt niet meer" in Client().get(link_in(mailoutbox[0])).text


def test_an_account_that_somebody_confirmed_meanwhile_stays(
    db: None, mailoutbox: list[Any], run_tasks: Any
) -> None:
    client = Client()
    sign_up(client)
    sign_up(client, MENDED, f"{SENT}verbeteren/")
    Client().post(link_in(mailoutbox[0]))
    run_tasks()
    assert User.objects.filter(email=EMAIL).exists()


def test_a_colleague_who_signs_up_in_the_same_browser_takes_nothing_away(
    client: Client, db: None, run_tasks: Any
) -> None:
    sign_up(client)
    sign_up(client, MENDED)
    run_tasks()
    assert User.objects.count() == 2


def test_who_logs_in_before_confirming_can_ask_again_too(
    client: Client, make_user: Any, log_in: Any, mailoutbox: list[Any]
) -> None:
    make_user(EMAIL, approved=False, verified=False)
    assert log_in(client, EMAIL)["Location"] == SENT
    assert EMAIL in client.get(SENT).text
    client.post(f"{SENT}opnieuw/")
    assert [mail.to for mail in mailoutbox] == [[EMAIL]] * 2


def test_who_did_not_sign_up_here_can_send_nothing(client: Client, db: None, mailoutbox: list[Any]) -> None:
    assert client.post(f"{SENT}opnieuw/")["Location"] == SENT
    assert client.get(f"{SENT}opnieuw/").status_code == 405
    assert mailoutbox == []
    assert "Stuur de e-mail opnieuw" not in client.get(SENT).text


def test_what_was_typed_is_forgotten_at_login(
    client: Client, db: None, mailoutbox: list[Any], log_in: Any
) -> None:
    sign_up(client)
    assert client.session["signed_up"]["email"] == EMAIL
    Client().post(link_in(mailoutbox[0]))
    log_in(client, EMAIL)
    assert "signed_up" not in client.session


def test_a_password_can_be_shown_where_there_is_a_script(client: Client, db: None) -> None:
    for path, name in (("/accounts/login/", "password"), ("/accounts/signup/", "password1")):
        page = BeautifulSoup(client.get(path).content, "html.parser")
        (button,) = page.select("[data-show-password]")
        assert button.attrs.keys() == {
            "class",
            "type",
            "hidden",
            "data-show-password",
            "aria-pressed",
            "aria-controls",
        }
        assert (button["type"], button["aria-pressed"], button["aria-controls"]) == (
            "button",
            "false",
            f"id_{name}",
        )
        assert page.select_one(f"#id_{name}")["type"] == "password"
