"""Mail about an account: Dutch, from our own address, and about nothing that a stranger typed."""

import re
from pathlib import Path
from typing import Any

import pytest
from allauth import __file__ as allauth_file
from allauth.account.adapter import get_adapter
from django.test import Client, RequestFactory
from django.utils import timezone

MAILS = [
    f"{folder}/email/{path.name.removesuffix('_subject.txt')}"
    for folder in ("account", "mfa")
    for path in sorted((Path(allauth_file).parent / "templates" / folder / "email").glob("*_subject.txt"))
]
OFF = {"account/email/login_code", "account/email/password_reset_code"}
SIGNUP = {"first_name": "Noor", "last_name": "de Proef", "password1": "een lang wachtwoord 2026"}


@pytest.mark.parametrize("prefix", [mail for mail in MAILS if mail not in OFF])
def test_every_mail_is_ours(make_user: Any, prefix: str) -> None:
    request = RequestFactory().get("/")
    context = {
        "user": make_user(),
        "request": request,
        "ip": "192.0.2.1",
        "user_agent": "Browser",
        "timestamp": timezone.now(),
        "activate_url": "https://knooppunt.example/a",
        "password_reset_url": "https://knooppunt.example/a",
        "signup_url": "https://knooppunt.example/a",
    }
    mail = get_adapter().render_mail(prefix, "a@b.example", context)
    assert mail.from_email == "Knooppunt <noreply@knooppunt.example>"
    assert mail.body.startswith("Hallo,")
    assert "\n\nGroet, Knooppunt\n\nJe krijgt deze e-mail omdat " in mail.body
    assert "Groet, Knooppunt" in mail.alternatives[0].content
    assert not any(
        word in f"{mail.subject} {mail.body}" for word in ["testserver", "Hello", "Your", "password", "%("]
    )


def test_a_new_password_is_told_by_mail(
    client: Client, make_user: Any, log_in: Any, mailoutbox: list[Any]
) -> None:
    user = make_user()
    log_in(client, user.email)
    new = "nog een lang wachtwoord"
    client.post(
        "/accounts/password/change/",
        {"oldpassword": "een lang wachtwoord 2026", "password1": new, "password2": new},
    )
    assert [mail.subject for mail in mailoutbox] == ["Je wachtwoord is veranderd"]


def test_a_password_that_was_asked_for_anew_is_told_as_changed(
    client: Client, make_user: Any, mailoutbox: list[Any]
) -> None:
    user = make_user()
    client.post("/accounts/password/reset/", {"email": user.email})
    (link,) = re.findall(r"https?://[^/]+(\S+)", mailoutbox.pop().body)
    form = client.get(link, follow=True)
    new = "nog een lang wachtwoord"
    client.post(form.request["PATH_INFO"], {"password1": new, "password2": new})
    assert [mail.subject for mail in mailoutbox] == ["Je wachtwoord is veranderd"]


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/accounts/password/reset/", {"email": "noor@gemeente.example"}),
        ("/accounts/password/reset/", {"email": "niemand@gemeente.example"}),
        ("/accounts/signup/", SIGNUP | {"email": "noor@gemeente.example"}),
        ("/en/accounts/signup/", SIGNUP | {"email": "nieuw@gemeente.example"}),
    ],
)
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:8443", "testserver"])
def test_a_link_in_a_mail_is_on_our_own_site_whatever_the_visitor_calls_it(
    client: Client,
    make_user: Any,
    mailoutbox: list[Any],
    settings: Any,
    path: str,
    data: dict[str, str],
    host: str,
) -> None:
    settings.WAGTAILADMIN_BASE_URL = "https://www.knooppunt.example"
    make_user()
    client.post(path, data, headers={"host": host})
    (mail,) = mailoutbox
    links = re.findall(r"\S+://\S+", mail.body)
    assert links
    for link in links:
        assert link.startswith("https://www.knooppunt.example/")
        if not link.endswith("/contact/"):  # a page, which this small site has not
            assert (
                client.get(link.removeprefix("https://www.knooppunt.example"), follow=True).status_code == 200
            )
    assert host not in mail.body + str(mail.message())
