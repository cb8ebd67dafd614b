"""There is one way to a session: the login page of allauth, with the second factor of those who have one."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth import user_logged_in
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver
from wagtail.admin.views.account import LoginView

PASSWORD = "een lang wachtwoord 2026"
DOORS = [
    "/cms/login/",
    "/_util/login/",
    "/en/_util/login/",
    "/cms/password_reset/",
    "/cms/password_reset/confirm/MQ/abc-def/",
]
FILLING = {"int": "1", "str": "x", "slug": "x", "uuid": "00000000-0000-0000-0000-000000000000", "path": "x"}


def login_data(email: str) -> dict[str, str]:
    """Return what a login form sends, with every usual name of its fields."""
    return {"login": email, "username": email, "email": email, "password": PASSWORD}


def all_paths(resolver: URLResolver, prefix: str = "/") -> Iterator[str]:
    """Yield an address for every route, with its parameters filled in."""
    for entry in resolver.url_patterns:
        path = prefix + fill(str(entry.pattern))
        if isinstance(entry, URLPattern):
            yield path
        else:
            yield from all_paths(entry, path)


def fill(route: str) -> str:
    """Return a route without the marks of a pattern."""
    route = re.sub(r"<(?:(\w+):)?\w+>", lambda match: FILLING.get(match[1] or "str", "x"), route)
    route = re.sub(r"\(\?P?<?\w*>?[^()]*(\([^()]*\)[^()]*)*\)", "x", route)
    return route.replace("^", "").replace("$", "").replace("\\Z", "").replace("\\", "")


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("method", ["get", "post"])
def test_every_other_door_leads_to_the_login_page(
    client: Client, make_user: Any, door: str, method: str
) -> None:
    user = make_user()
    response = getattr(client, method)(door, login_data(user.email))
    assert response.status_code == 302
    assert response.headers["Location"].removeprefix("/en").startswith("/accounts/login/?next=/")
    assert "_auth_user_id" not in client.session


def test_a_door_sends_on_a_form_without_a_token(make_user: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/cms/login/", login_data(make_user().email))
    assert response.status_code == 302
    assert "sessionid" not in response.cookies


@pytest.mark.parametrize(
    "target", ["https://kwaad.example/", "//kwaad.example/", "/\\kwaad.example", "javascript:alert(1)"]
)
def test_a_door_keeps_no_target_elsewhere(client: Client, db: None, target: str) -> None:
    response = client.get("/cms/login/", {"next": target})
    assert "kwaad" not in response.headers["Location"]
    assert "javascript" not in response.headers["Location"]


def test_control_the_stock_login_view_lets_a_password_skip_the_second_factor(
    make_user: Any, add_totp: Any
) -> None:
    """Shows that the hole exists which the doors close."""
    user = make_user()
    add_totp(user)
    request = RequestFactory().post("/cms/login/", login_data(user.email))
    request.session = Client().session
    request._dont_enforce_csrf_checks = True
    logged_in: list[Any] = []
    user_logged_in.connect(receiver := lambda user, **_kwargs: logged_in.append(user))
    LoginView.as_view()(request)
    user_logged_in.disconnect(receiver)
    assert logged_in == [user]


def test_only_the_login_page_makes_a_session(make_user: Any) -> None:
    user = make_user()
    paths = {path for path in all_paths(get_resolver()) if "/static/" not in path}
    assert len(paths) > 150
    opened = set()
    for path in sorted(paths):
        client = Client(raise_request_exception=False)
        client.post(path, login_data(user.email))
        if "_auth_user_id" in client.session:
            opened.add(path)
    assert opened == {"/accounts/login/"}


def test_no_route_makes_a_session_of_a_password_when_there_is_a_second_factor(
    make_user: Any, add_totp: Any
) -> None:
    user = make_user()
    add_totp(user)
    for path in ["/accounts/login/", *DOORS, "/en/accounts/login/"]:
        client = Client()
        client.post(path, login_data(user.email))
        assert "_auth_user_id" not in client.session


def test_a_password_reset_makes_no_session(client: Client, make_user: Any, mailoutbox: list[Any]) -> None:
    user = make_user()
    client.post("/accounts/password/reset/", {"email": user.email})
    link = re.search(r"/accounts/password/reset/key/\S+", mailoutbox[0].body)
    assert link
    form = client.get(link[0], follow=True)
    answer = client.post(
        form.redirect_chain[-1][0],
        {"password1": "nog een lang wachtwoord", "password2": "nog een lang wachtwoord"},
    )
    assert answer.status_code == 302
    assert "_auth_user_id" not in client.session


def test_who_is_logged_in_but_has_no_right_is_not_sent_round_in_circles(
    client: Client, make_user: Any, log_in: Any
) -> None:
    log_in(client, make_user().email)
    response = client.get("/cms/", follow=True)
    assert response.status_code == 403
    response = client.get("/accounts/login/?next=/cms/")
    assert response.status_code == 200
    assert "Je bent al ingelogd" in response.content.decode()


@pytest.mark.parametrize(
    "target", ["http://[", "//[x", "%00", "javascript:alert(1)", "/\\elders", "https://elders.example/"]
)
@pytest.mark.parametrize("path", ["/accounts/login/", "/en/accounts/login/", "/accounts/signup/"])
def test_a_target_that_is_no_address_of_ours_is_led_to_by_no_link(
    site_frame: Any, path: str, target: str
) -> None:
    answer = Client().get(path, {"next": target})
    assert answer.status_code == 200
    links = re.findall(r'(?:href|action)="([^"]*)"', answer.text)
    assert not [link for link in links if "elders" in link or "alert" in link]
