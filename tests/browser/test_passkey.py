"""A passkey, from adding it to logging in with it alone, under the content policy of the site."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.utils import timezone

from users.models import User

pytestmark = pytest.mark.browser
PASSWORD = "een lang wachtwoord 2026"


@pytest.fixture
def user(transactional_db: None) -> User:
    """Return a member who has only a password yet."""
    user = User.objects.create_user(
        "noor@gemeente.example", PASSWORD, first_name="Noor", approved_at=timezone.now()
    )
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def authenticator(page: Any) -> Any:
    """Give the browser a device that recognises its owner."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
    }
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    return session.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]


def log_in(page: Any, base: str) -> None:
    """Log in with the password."""
    page.goto(f"{base}/accounts/login/?next=/accounts/2fa/webauthn/add/")
    page.get_by_label("E-mail").fill("noor@gemeente.example")
    page.get_by_label("Wachtwoord", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Inloggen", exact=True).click()
    page.get_by_label("Wachtwoord", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Bevestig").click()


def test_a_passkey_is_added_and_lets_in_without_a_password(
    live_server: Any, page: Any, user: User, authenticator: Any, complaints: list[str]
) -> None:
    base = live_server.url.replace("127.0.0.1", "localhost")
    log_in(page, base)
    page.get_by_label("Naam van de sleutel").fill("Laptop van het werk")
    page.get_by_role("button", name="Voeg toe").click()
    page.wait_for_url("**/recovery-codes/")
    key = Authenticator.objects.get(user=user, type="webauthn")
    assert key.wrap().is_passwordless
    assert str(key) == "Laptop van het werk"
    page.context.clear_cookies()
    page.goto(f"{base}/accounts/login/?next=/accounts/profiel/")
    page.get_by_role("button", name="Log in met een passkey").click()
    page.get_by_role("heading", name="Mijn profiel").wait_for()


def test_a_passkey_is_the_second_step_after_a_password(
    live_server: Any, page: Any, user: User, authenticator: Any, complaints: list[str]
) -> None:
    base = live_server.url.replace("127.0.0.1", "localhost")
    log_in(page, base)
    page.get_by_role("button", name="Voeg toe").click()
    page.wait_for_url("**/recovery-codes/")
    page.context.clear_cookies()
    page.goto(f"{base}/accounts/login/?next=/accounts/profiel/")
    page.get_by_label("E-mail").fill(user.email)
    page.get_by_label("Wachtwoord", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Inloggen", exact=True).click()
    page.get_by_role("button", name="Gebruik mijn sleutel").click()
    page.get_by_role("heading", name="Mijn profiel").wait_for()


def test_a_passkey_that_does_not_work_is_told_on_the_page(
    live_server: Any, page: Any, user: User, authenticator: Any
) -> None:
    page.goto(f"{live_server.url.replace('127.0.0.1', 'localhost')}/accounts/login/")
    page.get_by_role("button", name="Log in met een passkey").click()
    page.get_by_text("Dat lukte niet").wait_for()
