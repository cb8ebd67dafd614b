"""The app of members."""

from django.apps import AppConfig


class MembersConfig(AppConfig):
    """Erases the photo with the profile, and looks at addresses that are confirmed."""

    name = "members"

    def ready(self) -> None:
        """Connect the receivers."""
        from members import signal_handlers  # noqa: F401  models are ready only now
