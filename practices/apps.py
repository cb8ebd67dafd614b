"""The app of cases."""

from django.apps import AppConfig


class PracticesConfig(AppConfig):
    """Registers whom a question about a case leads to."""

    name = "practices"

    def ready(self) -> None:
        """Load what registers itself."""
        from practices import contacts  # noqa: F401  models are ready only now
