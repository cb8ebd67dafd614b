"""The forms that ask for a code of the second step: a code that just expired is valid too, but only once."""

from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm, ReauthenticateForm
from django.core.cache import cache


class OnceForm(BaseAuthenticateForm):
    """Accepts a code once.

    Allauth remembers a used code for one period only, but with a tolerance it stays valid for longer.
    """

    def clean_code(self) -> str:
        """Refuse a code that was used while it is still valid; of two requests at once, one succeeds."""
        taken: str = super().clean_code()
        code = "".join(filter(str.isalnum, self.cleaned_data["code"]))
        period = (2 * app_settings.TOTP_TOLERANCE + 1) * app_settings.TOTP_PERIOD
        if not cache.add(f"users.used_code:{self.user.pk}:{code}", True, timeout=period):
            raise get_adapter().validation_error("incorrect_code")
        return taken


class LoginCodeForm(OnceForm, AuthenticateForm):
    """Asks for a code when somebody logs in."""


class AgainCodeForm(OnceForm, ReauthenticateForm):
    """Asks for a code before something important."""
