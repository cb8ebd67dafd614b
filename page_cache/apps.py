"""The app that keeps pages."""

from django.apps import AppConfig


class PageCacheConfig(AppConfig):
    """Starts to follow what makes pages old."""

    name = "page_cache"

    def ready(self) -> None:
        """Connect what needs the models."""
        from page_cache import changes

        changes.connect()
