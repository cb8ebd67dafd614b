"""Mail that comes back: who has the address is asked when she logs in, and says whether it is right."""

from typing import Any

from django.test import Client

from mail.models import AddressRefusal
from mail.services import is_refused

ASKED = "Een e-mail aan jou kwam terug."


def test_she_is_asked_when_she_logs_in_and_on_the_page_of_her_address(
    client: Client, make_user: Any, log_in: Any
) -> None:
    user = make_user()
    AddressRefusal.objects.create(address=user.email, problem="550")
    assert ASKED in client.get(log_in(client, user.email).url, follow=True).text
    assert "kwam terug. We sturen je hier nu niets meer." in client.get("/accounts/email/").text


def test_nobody_is_asked_without_reason(client: Client, make_user: Any, log_in: Any) -> None:
    user = make_user()
    AddressRefusal.objects.create(address="ander@gemeente.example", problem="550")
    assert ASKED not in client.get(log_in(client, user.email).url, follow=True).text


def test_who_says_that_it_is_right_gets_mail_again(client: Client, make_user: Any, log_in: Any) -> None:
    user = make_user()
    AddressRefusal.objects.create(address=user.email, problem="550")
    AddressRefusal.objects.create(address="ander@gemeente.example", problem="550")
    log_in(client, user.email)
    client.post("/accounts/email/klopt/")
    assert not is_refused(user.email)
    assert is_refused("ander@gemeente.example")


def test_mail_comes_in_the_language_in_which_she_logged_in_last(client: Client, make_user: Any) -> None:
    user = make_user()
    for start, language in (("/en", "en"), ("", "nl")):
        client.logout()
        client.post(f"{start}/accounts/login/", {"login": user.email, "password": "een lang wachtwoord 2026"})
        user.refresh_from_db()
        assert user.language == language


def test_who_signs_up_in_english_gets_english_mail(client: Client, db: None) -> None:
    from users.models import User

    values = {"first_name": "New", "last_name": "de Proef", "password1": "een lang wachtwoord 2026"}
    client.post("/en/accounts/signup/", values | {"email": "new@gemeente.example"})
    assert User.objects.get().language == "en"
