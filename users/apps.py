"""The app with the accounts."""

from django.apps import AppConfig


class UsersConfig(AppConfig):
    """Takes the name out of the log with the account; a way to log in does not count as a use of it."""

    name = "users"

    def ready(self) -> None:
        """Connect the receivers, and exclude fields before Wagtail looks which models refer to others."""
        from allauth.account.models import EmailAddress
        from allauth.mfa.models import Authenticator
        from allauth.usersessions.models import UserSession

        from users import letters, panels, signal_handlers  # noqa: F401  models are ready only now

        for model in (Authenticator, EmailAddress, UserSession):
            model._meta.get_field("user").wagtail_reference_index_ignore = True
