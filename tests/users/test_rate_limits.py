"""Guessing stops soon, whatever the visitor says about herself."""

from typing import Any

from django.test import Client


def test_wrong_passwords_are_blocked_and_then_the_right_one_too(
    client: Client, make_user: Any, log_in: Any
) -> None:
    user = make_user()
    pages = [
        log_in(client, user.email, f"wachtwoord nummer {number}").content.decode() for number in range(10)
    ]
    blocked = next(number for number, page in enumerate(pages) if "te vaak misgegaan" in page)
    assert blocked <= 10
    log_in(client, user.email)
    assert "_auth_user_id" not in client.session


def test_another_forwarded_address_does_not_help(client: Client, make_user: Any) -> None:
    user = make_user()
    answers = [
        client.post(
            "/accounts/login/",
            {"login": user.email, "password": "verkeerd"},
            headers={"X-Forwarded-For": f"10.0.{number // 250}.{number % 250}"},
        )
        for number in range(40)
    ]
    assert "te vaak misgegaan" in answers[9].content.decode()
    assert answers[-1].status_code == 429


def test_signing_up_and_asking_for_a_password_are_limited(client: Client, db: None) -> None:
    assert {
        client.post("/accounts/password/reset/", {"email": "a@b.example"}).status_code for _ in range(25)
    } >= {429}
    assert {client.post("/accounts/signup/", {}).status_code for _ in range(25)} >= {429}


HERS, STRANGERS = {"REMOTE_ADDR": "192.0.2.1"}, {"REMOTE_ADDR": "198.51.100.1"}


def test_wrong_passwords_of_a_stranger_do_not_lock_the_owner_out(make_user: Any) -> None:
    user, stranger, owner = make_user(), Client(**STRANGERS), Client(**HERS)
    data = {"login": user.email, "password": "een lang wachtwoord 2026"}
    for _guess in range(10):
        page = stranger.post("/accounts/login/", data | {"password": "verkeerd"})
    assert "te vaak misgegaan" in page.text
    stranger.post("/accounts/login/", data)
    assert "_auth_user_id" not in stranger.session
    owner.post("/accounts/login/", data)
    assert "_auth_user_id" in owner.session


def test_another_name_of_the_site_gives_no_new_guesses(client: Client, make_user: Any) -> None:
    data = {"login": make_user().email, "password": "verkeerd"}
    pages = [
        client.post("/accounts/login/", data, headers={"host": f"localhost:{8000 + guess}"}).text
        for guess in range(6)
    ]
    assert "te vaak misgegaan" in pages[-1]


def test_a_passkey_can_be_used_after_wrong_passwords(client: Client, make_user: Any, log_in: Any) -> None:
    user = make_user()
    for _guess in range(6):
        log_in(client, user.email, "verkeerd")
    question = client.get("/accounts/2fa/webauthn/login/", headers={"X-Requested-With": "XMLHttpRequest"})
    assert "request_options" in question.json()
    answer = client.post("/accounts/2fa/webauthn/login/", {"credential": "{}"}, follow=True)
    assert answer.status_code == 200
    assert "te vaak" not in answer.text


def test_the_limits_of_allauth_stand(settings: Any) -> None:
    from allauth.account import app_settings

    rates = app_settings.RATE_LIMITS
    assert rates["login_failed"] == "10/m/ip,5/300s/key"
    assert set(rates) > {"login", "signup", "reset_password", "shared_password"}
