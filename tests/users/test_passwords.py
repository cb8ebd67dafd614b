"""Which passwords are refused, and that the page says what to do."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from users.models import User

SIGNUP = {"first_name": "Zoë", "last_name": "van Proefstad", "email": "z.vanproefstad@gemeente.example"}
NAME = (
    "Dit wachtwoord is bijna alleen je naam of e-mailadres. Neem woorden die niets met jou te maken hebben."
)
SAME = (
    "Dit wachtwoord herhaalt een paar tekens. "
    "Neem iets anders, bijvoorbeeld een zinnetje van een paar woorden."
)
LETTERS = "Dit wachtwoord heeft geen letters. Zet er een paar woorden bij."
COMMON = (
    "Dit wachtwoord is bijna alleen een woord dat veel mensen nemen. Neem een zinnetje van een paar woorden."
)
REFUSED = [
    ("aaaaaaaaaaaa", SAME),
    ("!!!!!!!!!!!!", SAME),
    ("abababababab", SAME),
    ("958174026385", LETTERS),
    ("2026-06-17 12:00", LETTERS),
    ("wachtwoord123", COMMON),
    ("Wachtwoord123456", COMMON),
    ("qwertyuiopas", COMMON),
    ("knooppunt2026", COMMON),
    ("welkom2026welkom", COMMON),
    ("Voorjaar2026!", COMMON),
    ("Amsterdam2026", COMMON),
    ("Zomer2026Zomer2026", COMMON),
    ("zoë van proefstad", NAME),
    ("ZoëVanProefstad1!", NAME),
    ("proefstadproefstad", NAME),
    ("z.vanproefstad@gemeente.example", NAME),
]


@pytest.mark.parametrize(("password", "reason"), REFUSED)
def test_such_a_password_is_refused_beside_its_field(
    client: Client, db: None, password: str, reason: str
) -> None:
    page = client.post("/accounts/signup/", SIGNUP | {"password1": password})
    assert page.status_code == 200
    assert reason in page.context["form"].errors["password1"]
    assert reason in page.text
    assert not User.objects.exists()


@pytest.mark.parametrize(("password", "reason"), REFUSED)
def test_it_is_refused_for_an_account_too(password: str, reason: str) -> None:
    with pytest.raises(ValidationError) as raised:
        validate_password(password, User(**SIGNUP))
    assert reason in raised.value.messages


def test_of_a_short_password_only_that_is_said(client: Client, db: None) -> None:
    page = client.post("/accounts/signup/", SIGNUP | {"password1": "kort"})
    assert len(page.context["form"].errors["password1"]) == 1
    assert SAME not in page.text


@pytest.mark.parametrize("password", ["een lang wachtwoord 2026", "fiets van Zoë op de dijk", "p7#kQ!x2mZ9w"])
def test_other_passwords_are_taken(client: Client, db: None, password: str) -> None:
    assert client.post("/accounts/signup/", SIGNUP | {"password1": password}).status_code == 302
    assert User.objects.get().check_password(password)


def test_the_reason_is_told_in_english_too(client: Client, db: None) -> None:
    page = client.post("/en/accounts/signup/", SIGNUP | {"password1": "958174026385"})
    assert "This password has no letters. Add a few words." in page.text
