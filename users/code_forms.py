"""The forms that ask for a code of the second step: one that is just over is taken too, and none is taken twice."""

from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm, ReauthenticateForm
from django.core.cache import cache


class OnceForm(BaseAuthenticateForm):
    """Takes a code once: allauth remembers a used one for one period only, and with a tolerance it is good for longer."""

    def clean_code(self) -> str:
        """Remember a code for as long as it is good, and refuse one that is remembered; of two at once one is taken."""
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
