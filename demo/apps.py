"""The app with the demonstration content."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Keeps the demonstration out of real sites."""

    name = "demo"
    verbose_name = "demonstratie"

    def ready(self) -> None:
        """Have Django look for demonstration accounts, where it is asked to look into the database."""
        from demo import checks  # noqa: F401  registers itself
