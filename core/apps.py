"""The app with what all others build on."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Starts to follow what makes pages old."""

    name = "core"

    def ready(self) -> None:
        """Connect what needs the models."""
        from core import page_cache

        page_cache.connect()
