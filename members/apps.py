"""The app of members."""

from django.apps import AppConfig


class MembersConfig(AppConfig):
    """Erases photo and name in the log with the profile, looks at addresses that are confirmed, counts what profiles name."""

    name = "members"

    def ready(self) -> None:
        """Connect the receivers, and have Wagtail count the terms that members know something of."""
        from wagtail.models import ReferenceIndex

        from members import models, signal_handlers  # noqa: F401  models are ready only now

        ReferenceIndex.register_model(
            models.Expertise
        )  # apart from the profile: who hides what she knows is not named with it
