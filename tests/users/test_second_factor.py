"""The second step: an app with codes, recovery codes, and who needs one."""

import time
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.test import Client
from django.utils import timezone

from users.models import User


def is_in(client: Client) -> bool:
    """Tell whether somebody is logged in."""
    return "_auth_user_id" in client.session


def test_a_password_alone_is_not_enough(client: Client, make_user: Any, add_totp: Any, log_in: Any) -> None:
    user = make_user()
    add_totp(user)
    response = log_in(client, user.email)
    assert response.headers["Location"] == "/accounts/2fa/authenticate/"
    assert not is_in(client)


def test_the_code_of_the_app_lets_in_once(client: Client, make_user: Any, add_totp: Any, log_in: Any) -> None:
    user = make_user()
    secret = add_totp(user)
    log_in(client, user.email, secret=secret)
    assert is_in(client)
    other = Client()
    log_in(other, user.email, secret=secret)
    assert not is_in(other)


@pytest.mark.parametrize(("late", "is_taken"), [(2, True), (29, True), (60, False)])
def test_a_code_that_is_just_over_is_taken(
    client: Client, make_user: Any, add_totp: Any, log_in: Any, totp_code: Any, late: int, is_taken: bool
) -> None:
    user = make_user()
    code = totp_code(add_totp(user))
    log_in(client, user.email)
    period_end = timezone.now() + timedelta(seconds=30 - time.time() % 30)
    with time_machine.travel(period_end + timedelta(seconds=late), tick=False):
        answer = client.post("/accounts/2fa/authenticate/", {"code": code})
    assert is_in(client) is is_taken
    assert ("Deze code klopt niet" in answer.text) is not is_taken


@pytest.mark.parametrize("later", [0, 31, 59])
def test_a_code_is_not_taken_twice_for_as_long_as_it_is_good(
    make_user: Any, add_totp: Any, log_in: Any, totp_code: Any, later: int
) -> None:
    user = make_user()
    secret, start = add_totp(user), timezone.now() - timedelta(seconds=time.time() % 30)
    with time_machine.travel(start, tick=False):
        early = totp_code(secret)
    first, thief = Client(), Client()
    with time_machine.travel(start - timedelta(seconds=1), tick=False):  # the app's clock is ahead of ours
        log_in(first, user.email)
        first.post("/accounts/2fa/authenticate/", {"code": early})
    assert is_in(first)
    with time_machine.travel(start + timedelta(seconds=later), tick=False):
        log_in(thief, user.email)
        thief.post("/accounts/2fa/authenticate/", {"code": f"{early[:3]} {early[3:]}"})
    assert not is_in(thief)


def test_a_code_that_logged_in_confirms_nothing_later(
    client: Client, make_user: Any, add_totp: Any, log_in: Any, totp_code: Any
) -> None:
    user = make_user()
    secret = add_totp(user)
    code = totp_code(secret)
    log_in(client, user.email, secret=secret)
    with time_machine.travel(timezone.now() + timedelta(seconds=35), tick=False):
        answer = client.post("/accounts/2fa/reauthenticate/", {"code": code})
    assert "Deze code klopt niet" in answer.text


def test_a_recovery_code_lets_in_once(client: Client, make_user: Any, add_totp: Any, log_in: Any) -> None:
    user = make_user()
    add_totp(user)
    code = RecoveryCodes.activate(user).get_unused_codes()[0]
    log_in(client, user.email)
    client.post("/accounts/2fa/authenticate/", {"code": code})
    assert is_in(client)
    other = Client()
    log_in(other, user.email)
    response = other.post("/accounts/2fa/authenticate/", {"code": code})
    assert not is_in(other)
    assert "Deze code klopt niet" in response.content.decode()


def test_guessing_codes_stops_soon(client: Client, make_user: Any, add_totp: Any, log_in: Any) -> None:
    user = make_user()
    secret = add_totp(user)
    log_in(client, user.email)
    answers = [client.post("/accounts/2fa/authenticate/", {"code": f"{guess:06}"}) for guess in range(12)]
    assert "Het is te vaak misgegaan" in answers[-1].content.decode()
    log_in(client, user.email, secret=secret)
    assert not is_in(client)


def test_an_editor_without_a_second_factor_is_sent_to_set_one_up(
    client: Client, make_editor: Any, log_in: Any
) -> None:
    editor = make_editor()
    log_in(client, editor.email)
    response = client.get("/cms/pages/")
    assert response.headers["Location"] == "/accounts/2fa/?next=%2Fcms%2Fpages%2F"
    told = [str(message) for message in client.get("/accounts/2fa/").context["messages"]]
    assert "Wie aan de site werkt, logt in met een tweede stap. Stel die eerst in." in told
    assert client.post("/cms/pages/").status_code == 302


def test_an_editor_with_recovery_codes_alone_has_no_second_factor(
    client: Client, make_editor: Any, log_in: Any
) -> None:
    editor = make_editor()
    RecoveryCodes.activate(editor)
    log_in(client, editor.email)
    assert client.get("/cms/").headers["Location"].startswith("/accounts/2fa/")


def test_an_editor_with_a_second_factor_works(
    client: Client, make_editor: Any, add_totp: Any, log_in: Any
) -> None:
    editor = make_editor()
    log_in(client, editor.email, secret=add_totp(editor))
    assert client.get("/cms/").status_code == 200


def test_an_editor_can_log_out_before_she_has_one(client: Client, make_editor: Any, log_in: Any) -> None:
    log_in(client, make_editor().email)
    client.post("/cms/logout/")
    assert not is_in(client)


def test_a_visitor_of_the_editors_pages_is_sent_to_the_login_page(client: Client, db: None) -> None:
    assert client.get("/cms/").headers["Location"] == "/accounts/login/?next=/cms/"


def test_setting_up_an_app_asks_for_the_password_again_and_gives_recovery_codes(
    client: Client, make_user: Any, log_in: Any, totp_code: Any
) -> None:
    user: User = make_user()
    log_in(client, user.email)
    assert (
        client.get("/accounts/2fa/totp/activate/").headers["Location"].startswith("/accounts/reauthenticate/")
    )
    client.post("/accounts/reauthenticate/", {"password": "een lang wachtwoord 2026"})
    page = client.get("/accounts/2fa/totp/activate/")
    client.post("/accounts/2fa/totp/activate/", {"code": totp_code(page.context["form"].secret)})
    types = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    assert types == {"totp", "recovery_codes"}
