"""The app of members."""

from django.apps import AppConfig


class MembersConfig(AppConfig):
    """Connects what follows from the end of a profile, and from an address that is confirmed."""

    name = "members"

    def ready(self) -> None:
        """Connect the receivers, and have Wagtail count the terms that profiles name."""
        from wagtail.models import ReferenceIndex

        from members import letters, models, panels, signal_handlers, yearly  # noqa: F401  models are ready only now

        # Apart from the profile, so that a member who hides her expertise is not named as a use of a term.
        ReferenceIndex.register_model(models.Expertise)
