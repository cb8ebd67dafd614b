"""The app of cases."""

from django.apps import AppConfig


class PracticesConfig(AppConfig):
    """Registers whom a question about a case leads to, and what a member sees of her own cases."""

    name = "practices"

    def ready(self) -> None:
        """Load what registers itself."""
        from practices import contacts, facts, own_panel, signal_handlers  # noqa: F401  models are ready only now
