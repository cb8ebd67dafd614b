"""Who ends her account hears once more what stays, at the address that is gone by then."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.mail.backends import locmem
from django.test import Client

from mail.models import Delivery
from users.models import User
from users.services import account_erase


def test_the_last_letter_says_what_stays(
    make_user: Any, mailoutbox: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    user = make_user()
    with django_capture_on_commit_callbacks(execute=True):
        account_erase(user=user)
    (mail,) = mailoutbox
    assert mail.to == ["noor@gemeente.example"]
    assert "Dit blijft, zonder je naam" in mail.body
    assert "schreef bij “Wij doen dit ook”" in mail.body
    assert "Noor" not in mail.body
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("address", ["/cms/users/delete/{}/", "/cms/bulk/users/user/delete/?id={}"])
def test_who_is_deleted_by_an_administrator_gets_the_same_letter(
    client: Client,
    make_user: Any,
    add_totp: Any,
    log_in: Any,
    mailoutbox: list[Any],
    django_capture_on_commit_callbacks: Any,
    address: str,
) -> None:
    user, boss = make_user(), make_user("baas@elders.example", is_superuser=True)
    log_in(client, boss.email, secret=add_totp(boss))
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address.format(user.pk))
    assert not User.objects.filter(pk=user.pk).exists()
    assert [mail.to for mail in mailoutbox] == [["noor@gemeente.example"]]
    assert "Dit blijft, zonder je naam" in mailoutbox[0].body


def test_nothing_goes_to_an_address_that_nobody_confirmed(
    make_user: Any, mailoutbox: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    user = make_user(verified=False)
    with django_capture_on_commit_callbacks(execute=True):
        account_erase(user=user)
    assert mailoutbox == []


def test_a_mail_server_that_is_away_keeps_no_account(
    make_user: Any, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any, caplog: Any
) -> None:
    def away(*args: Any) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(locmem.EmailBackend, "send_messages", away)
    user = make_user()
    with django_capture_on_commit_callbacks(execute=True):
        account_erase(user=user)
    assert not EmailAddress.objects.exists()
    assert "noor@" not in caplog.text
