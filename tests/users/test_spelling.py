"""Invisible characters make no second account and no other name."""

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from core.folding import keep_visible
from members.models import Member
from users.domains import plain_address
from users.models import User

PASSWORD = "een lang wachtwoord 2026"
PLAIN = "noor@gemeente.example"
SPELLINGS = [
    "noor@gemeen\u200bte.example",  # zero width, which the validator of addresses does not see in a domain
    "noor@gemeen\u00adte.example",  # a soft hyphen
    "\u202anoor@gemeente.example\u202c",  # as Outlook copies it
    "no\u2060or@gemeente.example",
    "Noor@ｇｅｍｅｅｎｔｅ.example",  # noqa: RUF001  wide letters
    " NOOR@GEMEENTE.EXAMPLE\ufeff",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_an_address_has_one_spelling(spelling: str) -> None:
    assert plain_address(spelling) == PLAIN


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("jan@münchen.example", "jan@xn--mnchen-3ya.example"),
        ('"jan@thuis"@Breda.example', '"jan@thuis"@breda.example'),
        ("geen adres", "geen adres"),
        ("jan@..", "jan@.."),
        ("", ""),
    ],
)
def test_what_is_no_other_spelling_stays_what_it_is(typed: str, plain: str) -> None:
    assert plain_address(typed) == plain


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_who_signs_up_with_an_address_that_is_known_gets_no_second_account(
    client: Client, make_user: Any, mailoutbox: list[Any], spelling: str
) -> None:
    make_user(PLAIN)
    data = {"first_name": "Noor", "last_name": "de Proef", "password1": PASSWORD}
    assert client.post("/accounts/signup/", data | {"email": spelling}).status_code == 302
    assert User.objects.count() == 1
    assert [(mail.to, mail.subject) for mail in mailoutbox] == [([PLAIN], "Je hebt al een account")]


def test_an_account_keeps_the_one_spelling(client: Client, db: None) -> None:
    data = {"first_name": "Noor", "last_name": "de Proef", "password1": PASSWORD}
    client.post("/accounts/signup/", data | {"email": SPELLINGS[0]})
    assert (User.objects.get().email, EmailAddress.objects.get().email) == (PLAIN, PLAIN)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_any_spelling_logs_in_and_asks_for_a_password(
    client: Client, make_user: Any, log_in: Any, mailoutbox: list[Any], spelling: str
) -> None:
    make_user(PLAIN)
    log_in(client, spelling)
    assert "_auth_user_id" in client.session
    Client().post("/accounts/password/reset/", {"email": spelling})
    assert re.search(r"/accounts/password/reset/key/\S+", mailoutbox[-1].body)
    assert EmailAddress.objects.count() == 1


def test_another_address_is_compared_and_kept_in_its_one_spelling(
    client: Client, make_user: Any, log_in: Any
) -> None:
    log_in(client, make_user(PLAIN).email)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    own = client.post("/accounts/email/", {"email": SPELLINGS[0], "action_add": ""})
    assert "Dit is al jouw e-mailadres." in own.text
    client.post("/accounts/email/", {"email": "noor@elders\u200b.example", "action_add": ""})
    assert set(EmailAddress.objects.values_list("email", flat=True)) == {PLAIN, "noor@elders.example"}


def test_an_administrator_makes_no_second_account_either(
    client: Client, make_user: Any, add_totp: Any, log_in: Any
) -> None:
    make_user(PLAIN)
    boss = make_user("baas@elders.example", is_superuser=True)
    log_in(client, boss.email, secret=add_totp(boss))
    names = {"first_name": "N\u202eoor", "last_name": "de Proef"}
    data = names | {"password1": PASSWORD, "password2": PASSWORD}
    assert "email" in client.post("/cms/users/new/", data | {"email": SPELLINGS[0]}).context["form"].errors
    client.post("/cms/users/new/", data | {"email": "nieuw@gemeen\u200bte.example"})
    assert User.objects.get(email="nieuw@gemeente.example").first_name == "Noor"


@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        ("Noor \u202eedeorp", "Noor edeorp"),
        ("N\u200boor", "Noor"),
        ("\u2066Noor\u2069 de\n Proef\t", "Noor de Proef"),
        ("Noor\u00a0de  Proef", "Noor de Proef"),
        ("Zoë van ’t Hóóft-Đorđević", "Zoë van ’t Hóóft-Đorđević"),
        ("\u3164", ""),
    ],
)
def test_a_name_is_what_is_seen_of_it(typed: str, seen: str) -> None:
    assert keep_visible(typed) == seen


def test_a_name_is_cleaned_where_somebody_types_it(client: Client, make_user: Any, log_in: Any) -> None:
    data = {
        "email": PLAIN,
        "password1": PASSWORD,
        "first_name": "No\u200bor",
        "last_name": "\u202efeorP",
        "organisation_hint": "\u202eX",
    }
    client.post("/accounts/signup/", data)
    user = User.objects.get()
    assert (user.first_name, user.last_name, user.organisation_hint) == ("Noor", "feorP", "X")
    nobody = Client().post(
        "/accounts/signup/", data | {"email": "b@gemeente.example", "first_name": "\u200b"}
    )
    assert "first_name" in nobody.context["form"].errors
    member = make_user("lid@gemeente.example")
    log_in(client, member.email)
    form = client.get("/accounts/profiel/bewerken/").context["form"]
    fields = {field.html_name: field.value() or [] for field in form if field.name != "photo"}
    rows = {f"{name}-{form}_FORMS": "0" for name in ("expertise", "sought") for form in ("TOTAL", "INITIAL")}
    client.post("/accounts/profiel/bewerken/", fields | rows | {"name": "N\u202eoor", "role": "\u2067baas"})
    assert [(own.name, own.role) for own in Member.objects.all()] == [("Noor", "baas")]
