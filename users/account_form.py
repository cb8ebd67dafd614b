"""The complete sign-up form: allauth's, which extends our questions in `users.forms`."""

from typing import Any

from allauth.account.forms import SignupForm
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from users.address_forms import AddressField
from users.models import User
from users.passwords import OwnWordsValidator
from users.typed import keep_typed


class AccountForm(SignupForm):
    """Signs somebody up, and takes just as long when the account exists already."""

    email = AddressField()

    def clean(self) -> dict[str, Any]:
        """Look for the name in the password too: allauth compares it with the address only."""
        data: dict[str, Any] = super().clean()
        person = User(first_name=data.get("first_name", ""), last_name=data.get("last_name", ""))
        try:
            OwnWordsValidator().validate(data.get("password1", ""), person)
        except ValidationError as error:
            self.add_error("password1", error)
        return data

    def try_save(self, request: HttpRequest) -> tuple[User | None, Any]:
        """Hash the password even if it is not kept, or the response time would tell who has an account."""
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])
        user, answer = super().try_save(request)
        keep_typed(request, self.cleaned_data, account=user and user.pk)
        return user, answer
