"""The forms of passkeys and security keys, in words."""

from typing import Any

from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django.utils.translation import gettext_lazy as _


class AddKeyForm(AddWebAuthnForm):
    """A passkey or security key, with a name to tell it from the next one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Say what the fields mean; a passkey is what most people want."""
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Naam van de sleutel")
        self.fields["name"].help_text = _("Zo herken je hem later. Bijvoorbeeld: laptop van het werk")
        self.fields["passwordless"].label = _("Ook inloggen zonder wachtwoord (passkey)")
        self.fields["passwordless"].help_text = _("Je apparaat vraagt dan om je vingerafdruk, gezicht of pincode.")
        self.fields["passwordless"].initial = True


class RenameKeyForm(EditWebAuthnForm):
    """Another name for a key."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Say what the field means."""
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Naam van de sleutel")
