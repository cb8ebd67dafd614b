"""Every account page renders in Dutch, in our own layout, and without what the content policy forbids."""

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

FOR_VISITORS = [
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/confirm-email/",
    "/accounts/confirm-email/onzin/",
    "/accounts/confirm-email/verbeteren/",
    "/accounts/inactive/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/password/reset/key/1-set-password/",
    "/accounts/password/reset/key/done/",
]
FOR_MEMBERS = [
    "/accounts/login/?next=/leden/",
    "/accounts/logout/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/password/reset/",
    "/accounts/reauthenticate/",
    "/accounts/sessions/",
    "/accounts/beeindigen/",
    "/accounts/2fa/",
    "/accounts/2fa/webauthn/",
    "/accounts/2fa/webauthn/add/",
    "/accounts/2fa/totp/activate/",
    "/accounts/profiel/",
    "/accounts/profiel/bewerken/",
]
WITH_APP = [
    "/accounts/2fa/",
    "/accounts/2fa/reauthenticate/",
    "/accounts/2fa/totp/deactivate/",
    "/accounts/2fa/recovery-codes/",
    "/accounts/2fa/recovery-codes/generate/",
]
ENGLISH = re.compile(
    r"\b(the|your|password|please|sign in|sign up|enter|email address|are you sure|not used)\b", re.IGNORECASE
)


def check_page(response: Any) -> None:
    """Assert that a page is ours, Dutch, and fit for the content policy."""
    assert response.status_code == 200
    html = response.content.decode()
    assert '<html lang="nl">' in html
    assert "nl-heading--level-1" in html
    scripts = re.findall(r"<script\b([^>]*)>", html)
    assert all("src=" in attributes or "application/json" in attributes for attributes in scripts)
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", html)
    main = re.search(r"<main.*</main>", html, re.DOTALL)
    assert main
    text = re.sub(r"<script.*?</script>|<[^>]+>", " ", main[0], flags=re.DOTALL)
    assert not ENGLISH.search(text), ENGLISH.search(text)
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("path", FOR_VISITORS)
def test_the_pages_on_the_way_in(client: Client, db: None, path: str) -> None:
    check_page(client.get(path))


@pytest.mark.parametrize("path", FOR_VISITORS)
def test_the_pages_on_the_way_in_exist_in_english(client: Client, db: None, path: str) -> None:
    assert '<html lang="en">' in client.get(f"/en{path}").content.decode()


@pytest.fixture
def member(client: Client, make_user: Any, log_in: Any) -> Any:
    """Return a member who is logged in and just typed her password again."""
    user = make_user()
    log_in(client, user.email)
    client.post("/accounts/reauthenticate/", {"password": "een lang wachtwoord 2026"})
    return user


@pytest.mark.parametrize("path", FOR_MEMBERS)
def test_the_pages_of_a_member(client: Client, member: Any, path: str) -> None:
    check_page(client.get(path))


@pytest.mark.parametrize("path", WITH_APP)
def test_the_pages_of_a_member_with_an_app(client: Client, member: Any, totp_code: Any, path: str) -> None:
    secret = client.get("/accounts/2fa/totp/activate/").context["form"].secret
    client.post("/accounts/2fa/totp/activate/", {"code": totp_code(secret)})
    check_page(client.get(path))


def test_the_pages_of_the_second_step(make_user: Any, add_totp: Any, log_in: Any) -> None:
    user, client = make_user(), Client()
    add_totp(user)
    log_in(client, user.email)
    check_page(client.get("/accounts/2fa/authenticate/"))
    check_page(client.post("/accounts/2fa/authenticate/", {"code": "000000"}))


def test_the_pages_of_a_key(client: Client, member: Any) -> None:
    key = Authenticator.objects.create(
        user=member, type="webauthn", data={"name": "Sleutelbos", "credential": {}}
    )
    check_page(client.get(f"/accounts/2fa/webauthn/keys/{key.pk}/edit/"))
    check_page(client.get(f"/accounts/2fa/webauthn/keys/{key.pk}/remove/"))


def test_a_form_says_what_is_wrong_beside_the_field(client: Client, db: None) -> None:
    response = client.post("/accounts/signup/", {"email": "geen adres", "password1": "kort"})
    check_page(response)
    html = response.content.decode()
    assert html.count("utrecht-form-field--invalid") == 4
    assert 'aria-invalid="true"' in html


def test_changing_the_address_keeps_the_old_one_until_the_new_one_is_confirmed(
    client: Client, member: Any, mailoutbox: list[Any]
) -> None:
    client.post("/accounts/email/", {"email": "ander@elders.example", "action_add": ""})
    page = client.get("/accounts/email/")
    check_page(page)
    assert "ander@elders.example" in page.content.decode()
    member.refresh_from_db()
    assert member.email == "noor@gemeente.example"
    link = re.search(r"/accounts/confirm-email/\S+", mailoutbox[-1].body)
    assert link
    check_page(client.get(link[0]))
    client.post(link[0])
    member.refresh_from_db()
    assert member.email == "ander@elders.example"


@pytest.mark.parametrize(
    "answer",
    [
        '{"id": "x"}',
        '{"id": 5}',
        "[1]",
        "5",
        '{"id": "x", "rawId": "eA", "type": "public-key", "response": 7}',
    ],
)
def test_an_answer_that_no_key_gives_is_refused(client: Client, member: Any, answer: str) -> None:
    login = Client().post("/accounts/2fa/webauthn/login/", {"credential": answer}, follow=True)
    added = client.post(
        "/accounts/2fa/webauthn/add/", {"credential": answer, "name": "Sleutelbos"}, follow=True
    )
    assert (login.status_code, added.status_code) == (200, 200)
    assert not Authenticator.objects.filter(type="webauthn").exists()
