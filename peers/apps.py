"""The app of peers."""

from django.apps import AppConfig


class PeersConfig(AppConfig):
    """Registers whom a member is suggested on her own page."""

    name = "peers"

    def ready(self) -> None:
        """Load what registers itself."""
        from peers import panels  # noqa: F401  models are ready only now
