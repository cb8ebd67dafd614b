"""The forms of allauth that ask for an e-mail address: they accept it however it is typed or pasted."""

from typing import Any

from allauth.account.fields import EmailField
from allauth.account.forms import AddEmailForm, LoginForm, ResetPasswordForm

from users.domains import plain_address


class AddressField(EmailField):
    """An address in its one spelling."""

    def to_python(self, value: Any) -> str:
        """Return the address."""
        return plain_address(super().to_python(value))


class AddressLoginForm(LoginForm):
    """Logs somebody in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Take any spelling."""
        super().__init__(*args, **kwargs)
        self.fields["login"] = AddressField()


class AddressChangeForm(AddEmailForm):
    """Asks for another address."""

    email = AddressField(required=True)


class AddressResetForm(ResetPasswordForm):
    """Asks for the address of the account that needs a new password."""

    email = AddressField(required=True)
