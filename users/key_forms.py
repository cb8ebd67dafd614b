"""The forms for passkeys and security keys, with plain labels.

They refuse an answer that no key gives, even one on which allauth's own parser fails.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from allauth.mfa.webauthn.internal.auth import parse_authentication_response, parse_registration_response
from django.core.exceptions import ValidationError
from django.forms import Form
from django.utils.translation import gettext_lazy as _


def check_answer(parse: Callable[[Any], Any], answer: Any) -> None:
    """Refuse what allauth's parser cannot read.

    Strangers send this, and a parser of binary data can fail in any way.
    """
    try:
        parse(answer)
    except ValidationError:
        raise
    except Exception as error:
        raise get_adapter().validation_error("incorrect_code") from error


class CheckedKeyForm(Form):
    """Checks the answer of a key before allauth uses it."""

    parse: Callable[[Any], Any] = staticmethod(parse_authentication_response)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Add the check to the field."""
        super().__init__(*args, **kwargs)
        self.fields["credential"].validators.append(partial(check_answer, self.parse))


class LoginKeyForm(CheckedKeyForm, LoginWebAuthnForm):
    """Logs in with a passkey alone."""


class SecondStepKeyForm(CheckedKeyForm, AuthenticateWebAuthnForm):
    """Is the second step."""


class AgainKeyForm(CheckedKeyForm, ReauthenticateWebAuthnForm):
    """Asks somebody who is logged in to use the key again."""


class AddKeyForm(CheckedKeyForm, AddWebAuthnForm):
    """A passkey or security key, with a name to tell it from the next one."""

    parse = staticmethod(parse_registration_response)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Say what the fields mean; a passkey is what most people want."""
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Naam van de sleutel")
        self.fields["name"].help_text = _("Zo herken je hem later. Bijvoorbeeld: laptop van het werk")
        self.fields["passwordless"].label = _("Ook inloggen zonder wachtwoord (passkey)")
        self.fields["passwordless"].help_text = _(
            "Je apparaat vraagt dan om je vingerafdruk, gezicht of pincode."
        )
        self.fields["passwordless"].initial = True


class RenameKeyForm(EditWebAuthnForm):
    """Another name for a key."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Say what the field means."""
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Naam van de sleutel")
