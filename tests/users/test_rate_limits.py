"""Guessing stops soon, whatever the visitor says about herself."""

from typing import Any

from django.test import Client


def test_wrong_passwords_are_blocked_and_then_the_right_one_too(client: Client, make_user: Any, log_in: Any) -> None:
    user = make_user()
    pages = [log_in(client, user.email, f"wachtwoord nummer {number}").content.decode() for number in range(10)]
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
    assert {client.post("/accounts/password/reset/", {"email": "a@b.example"}).status_code for _ in range(25)} >= {429}
    assert {client.post("/accounts/signup/", {}).status_code for _ in range(25)} >= {429}
