"""The app that caches pages."""

from django.apps import AppConfig


class PageCacheConfig(AppConfig):
    """Connects the signals that invalidate cached pages."""

    name = "page_cache"

    def ready(self) -> None:
        """Connect what needs the models."""
        from page_cache import changes

        changes.connect()
