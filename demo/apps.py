"""The app with the demonstration content."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The demonstration, which is kept out of real sites."""

    name = "demo"
    verbose_name = "demonstratie"

    def ready(self) -> None:
        """Register the check for demonstration accounts, which runs with the database checks."""
        from demo import checks  # noqa: F401  registers itself
