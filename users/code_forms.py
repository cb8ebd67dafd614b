"""The forms that ask for a code of the second step: one that is just over is taken too, and none is taken twice."""

from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm, ReauthenticateForm
from django.core.cache import cache


class OnceForm(BaseAuthenticateForm):
    """Takes a code once: allauth remembers a used one for one period only, and with a tolerance it is good for longer."""

    def clean_code(self) -> str:
        """Refuse a code that was used, and remember this one for as long as it is good."""
        code = "".join(filter(str.isalnum, self.cleaned_data["code"]))
        key = f"users.used_code:{self.user.pk}:{code}"
        if cache.get(key):
            raise get_adapter().validation_error("incorrect_code")
        taken: str = super().clean_code()
        cache.set(key, True, timeout=(2 * app_settings.TOTP_TOLERANCE + 1) * app_settings.TOTP_PERIOD)
        return taken


class LoginCodeForm(OnceForm, AuthenticateForm):
    """Asks for a code when somebody logs in."""


class AgainCodeForm(OnceForm, ReauthenticateForm):
    """Asks for a code before something important."""
