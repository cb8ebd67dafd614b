"""The app of reuse."""

from django.apps import AppConfig


class ReuseConfig(AppConfig):
    """Registers letters, links and what waits for somebody."""

    name = "reuse"

    def ready(self) -> None:
        """Load what registers itself."""
        from reuse import letters, links, panels  # noqa: F401  models are ready only now
