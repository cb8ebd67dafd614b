"""Who is let in at once, who has to wait, and what she reads until then."""

import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from users.models import MembershipSettings, User
from users.services import is_trusted_domain

SIGNUP = {"first_name": "Noor", "last_name": "de Proef", "organisation_hint": "Gemeente Proefstad"}


def sign_up(client: Client, email: str, mailoutbox: list[Any]) -> User:
    """Sign up and confirm the address, as a person would."""
    client.post("/accounts/signup/", SIGNUP | {"email": email, "password1": "een lang wachtwoord 2026"})
    link = re.search(r"/accounts/confirm-email/\S+", mailoutbox[-1].body)
    assert link
    client.post(link[0])
    return User.objects.get(email=email)


def test_a_new_account_waits_for_a_moderator(client: Client, db: None, mailoutbox: list[Any]) -> None:
    user = sign_up(client, "nieuw@elders.example", mailoutbox)
    assert (user.get_full_name(), user.organisation_hint) == ("Noor de Proef", "Gemeente Proefstad")
    assert not user.is_approved
    assert list(User.objects.waiting()) == [user]


def test_who_waits_reads_what_happens_next(client: Client, make_user: Any, log_in: Any) -> None:
    log_in(client, make_user(approved=False).email)
    response = client.get("/leden/iemand/", follow=True)
    assert response.status_code == 403
    assert "Je aanmelding wacht op goedkeuring" in response.content.decode()
    assert "Die van jou is nog niet bekeken" in client.get("/accounts/profiel/").content.decode()


def test_the_first_page_after_logging_in_tells_who_waits_what_happens_next(
    client: Client, make_user: Any, log_in: Any
) -> None:
    answer = log_in(client, make_user(approved=False).email)
    assert answer["Location"] == "/accounts/profiel/"
    page = client.get(answer["Location"]).text
    assert "Je aanmelding wacht nog op een moderator." in page
    assert "Je krijgt een e-mail zodra je lid bent." in page


def test_so_does_any_other_page_that_somebody_was_on_her_way_to(client: Client, make_user: Any) -> None:
    data = {
        "login": make_user(approved=False).email,
        "password": "een lang wachtwoord 2026",
        "next": "/organisaties/",
    }
    page = client.post("/accounts/login/", data, follow=True)
    assert page.request["PATH_INFO"] == "/organisaties/"
    assert "Je aanmelding wacht nog op een moderator." in page.text


def test_a_member_reads_nothing_of_waiting_and_comes_home(
    client: Client, make_user: Any, log_in: Any
) -> None:
    answer = log_in(client, make_user().email)
    assert answer["Location"] == "/"
    page = client.get("/").text
    assert "Je bent ingelogd als Noor de Proef." in page
    assert "wacht nog op een moderator" not in page


@pytest.mark.parametrize(
    ("email", "is_let_in"),
    [
        ("a@proefstad.example", True),
        ("a@ict.proefstad.example", True),
        ("a@nepproefstad.example", False),
        ("a@proefstad.example.kwaad.example", False),
    ],
)
def test_a_trusted_domain_lets_in_at_once_when_the_address_is_confirmed(
    client: Client, db: None, mailoutbox: list[Any], email: str, is_let_in: bool
) -> None:
    settings = MembershipSettings.load()
    settings.domains = "breda.example\nproefstad.example"
    settings.save()
    client.post("/accounts/signup/", SIGNUP | {"email": email, "password1": "een lang wachtwoord 2026"})
    assert not User.objects.get(email=email).is_approved
    link = re.search(r"/accounts/confirm-email/\S+", mailoutbox[-1].body)
    assert link
    client.post(link[0])
    assert User.objects.get(email=email).is_approved is is_let_in
    assert is_trusted_domain(email) is is_let_in


NO_DOMAIN = "“%s” is geen domein."
ADDRESS = "“%s” is geen domein. Schrijf alleen wat achter de @ staat, bijvoorbeeld breda.nl."
PUBLIC = "Bij “%s” kan iedereen een adres krijgen."


@pytest.mark.parametrize(
    ("domain", "said"),
    [
        (name, NO_DOMAIN)
        for name in ("gemeente", "https://breda.example", "*.example", "a b.example", "breda.nl,tilburg.nl")
    ]
    + [(name, ADDRESS) for name in ("@breda.example", "noor@breda.example", "noor@gmail.com")]
    + [
        (name, PUBLIC)
        for name in ("gmail.com", "outlook.com", "hotmail.nl", "ziggo.nl", "kpnmail.nl", "xs4all.nl")
    ]
    + [(name, PUBLIC) for name in ("icloud.com", "proton.me", "mail.proton.me")],
)
def test_what_says_nothing_about_who_has_an_address_is_refused_at_its_field(domain: str, said: str) -> None:
    with pytest.raises(ValidationError) as raised:
        MembershipSettings(domains=f"goed.example\n{domain.upper()}\nook fout").clean()
    assert raised.value.message_dict == {"domains": [said % domain, NO_DOMAIN % "ook fout"]}


def test_a_domain_may_be_written_in_capitals() -> None:
    settings = MembershipSettings(domains="Breda.example\n\n  tilburg.example ")
    settings.clean()
    assert settings.domain_list == ["breda.example", "tilburg.example"]


def test_an_account_that_an_administrator_makes_is_let_in(
    client: Client, make_user: Any, add_totp: Any, log_in: Any
) -> None:
    boss = make_user("baas@elders.example", is_superuser=True)
    log_in(client, boss.email, secret=add_totp(boss))
    assert client.get("/cms/users/").status_code == 200
    password = "weer een lang wachtwoord"
    data = {
        "email": "Gemaakt@Elders.example",
        "first_name": "G",
        "last_name": "M",
        "password1": password,
        "password2": password,
    }
    client.post("/cms/users/new/", data)
    made = User.objects.get(email="gemaakt@elders.example")
    assert made.is_approved
    assert made.approved_by == boss
