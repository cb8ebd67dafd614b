"""An old session is dead as soon as it should be."""

from typing import Any

import pytest
from django.test import Client

from users.models import User

PASSWORD = "een lang wachtwoord 2026"


def is_in(client: Client) -> bool:
    """Tell whether the site still knows who this is."""
    return client.get("/accounts/profiel/").status_code == 200


@pytest.fixture
def two_places(make_user: Any, log_in: Any) -> tuple[User, Client, Client]:
    """Return an account that is logged in at two places."""
    user = make_user()
    places = Client(), Client()
    for place in places:
        log_in(place, user.email)
        assert is_in(place)
    return user, *places


def test_the_session_gets_another_key_at_login(client: Client, make_user: Any, log_in: Any) -> None:
    user = make_user()
    client.get("/accounts/login/")
    session = client.session
    session["planted"] = "1"
    session.save()
    client.cookies["sessionid"] = session.session_key
    log_in(client, user.email)
    assert client.cookies["sessionid"].value != session.session_key


def test_a_logged_out_cookie_is_worth_nothing(two_places: Any) -> None:
    _user, here, _there = two_places
    stolen = here.cookies["sessionid"].value
    here.post("/accounts/logout/")
    thief = Client()
    thief.cookies["sessionid"] = stolen
    assert not is_in(thief)


def test_another_password_ends_every_session(two_places: Any) -> None:
    _user, here, there = two_places
    data = {
        "oldpassword": PASSWORD,
        "password1": "nog een lang wachtwoord",
        "password2": "nog een lang wachtwoord",
    }
    here.post("/accounts/password/change/", data)
    assert not is_in(here)
    assert not is_in(there)


def test_after_it_one_does_not_come_back_to_the_form_for_another_one(two_places: Any) -> None:
    _user, here, _there = two_places
    data = {
        "oldpassword": PASSWORD,
        "password1": "nog een lang wachtwoord",
        "password2": "nog een lang wachtwoord",
    }
    assert here.post("/accounts/password/change/", data).url == "/accounts/email/"


def test_closing_an_account_ends_every_session(two_places: Any) -> None:
    user, here, there = two_places
    user.is_active = False
    user.save()
    assert not is_in(here)
    assert not is_in(there)


def test_losing_the_role_closes_the_editors_pages_at_once(
    client: Client, make_editor: Any, add_totp: Any, log_in: Any
) -> None:
    editor = make_editor()
    log_in(client, editor.email, secret=add_totp(editor))
    assert client.get("/cms/").status_code == 200
    editor.groups.clear()
    assert client.get("/cms/").status_code == 403


def test_somebody_can_log_out_everywhere_else(two_places: Any) -> None:
    _user, here, there = two_places
    assert "Ergens anders" in here.get("/accounts/sessions/").content.decode()
    here.post("/accounts/sessions/")
    assert is_in(here)
    assert not is_in(there)


def test_a_closed_account_cannot_log_in(client: Client, make_user: Any, log_in: Any) -> None:
    user = make_user(is_active=False)
    log_in(client, user.email)
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    ("said", "device"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:142.0) Gecko/20100101 Firefox/142.0",
            "Firefox op Windows",
        ),
        (
            (
                "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) "
                "Chrome/139.0 Safari/537.36 Edg/139.0"
            ),
            "Edge op Windows",
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/139.0 Safari/537.36",
            "Chrome op Linux",
        ),
        (
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 "
                "Version/18.5 Mobile Safari/604.1"
            ),
            "Safari op iPhone",
        ),
        (
            (
                "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 SamsungBrowser/25.0 "
                "Chrome/121.0 Mobile Safari/537.36"
            ),
            "Samsung Internet op Android",
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 Version/17.5 Safari/605.1.15",
            "Safari op Mac",
        ),
        ("curl/8.5", "Een andere browser"),
        ("", "Een andere browser"),
    ],
)
def test_a_browser_is_named_as_people_name_it(make_user: Any, said: str, device: str) -> None:
    user, here = make_user(), Client(headers={"User-Agent": said})
    here.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    page = here.get("/accounts/sessions/").text
    assert f"Hier, op dit apparaat: {device}</strong>" in page
    assert not said or said not in page
